// A person commits at the pace of a script while worktrees are made, looked at and removed all the time.

import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createGit } from "../../src/adapters/git/facts/git.ts";
import { openRepository } from "../support/git-repository.ts";
import { rounds } from "../support/rounds.ts";
import { createWorld, gitEnvironment, never, prepared } from "../support/task-worktrees.ts";

const COMMITS = rounds({ short: 50, full: 200 });
const run = promisify(execFile);

test(`R7: ${COMMITS} commits of a person during continuous work on worktrees: none fails, no lock is left`, async () => {
  const { repository, worktrees } = createWorld();
  const { root } = repository;
  const git = createGit({ root, env: gitEnvironment() });
  await prepared(worktrees, "kept");
  let isCommitting = true;
  let rounds = 0;

  async function workOnWorktrees(slug: string): Promise<void> {
    while (isCommitting) {
      expect(await worktrees.prepare(slug, never())).toMatchObject({ kind: "prepared", created: true });
      expect(await worktrees.inspect(slug, never())).toMatchObject({ changedFiles: 0 });
      expect(await worktrees.list({ measure: true, signal: never() })).not.toEqual([]);
      expect(await worktrees.remove(slug, { signal: never() })).toEqual({ kind: "removed" });
      await git.commitDates(never());
      rounds += 1;
    }
  }

  async function commitAsPerson(): Promise<void> {
    try {
      for (let number = 0; number < COMMITS; number += 1) {
        repository.write("notes.md", `${number}\n`);
        for (const args of [
          ["add", "notes.md"],
          ["commit", "--quiet", "-m", `note ${number}`],
        ])
          await run("git", ["-c", "user.name=Dave", "-c", "user.email=dave@example.com", ...args], {
            cwd: root,
            env: gitEnvironment(),
          });
      }
    } finally {
      isCommitting = false;
    }
  }

  /** A worker commits in its worktree as well, while it is being looked at. */
  async function commitAsWorker(): Promise<void> {
    const worker = openRepository(join(root, ".worktrees/kept"));
    while (isCommitting) {
      worker.commit("work");
      expect(await worktrees.inspect("kept", never())).toMatchObject({ changedFiles: 0, merged: false });
    }
  }

  await Promise.all([commitAsPerson(), commitAsWorker(), workOnWorktrees("a"), workOnWorktrees("b")]);
  expect(rounds).toBeGreaterThan(0);
  expect(Number(repository.git("rev-list", "--count", "main"))).toBe(COMMITS + 1);
  expect(existsSync(join(root, ".git/index.lock"))).toBe(false);
  const left = readdirSync(join(root, ".git"), { recursive: true, encoding: "utf8" });
  expect(left.filter((name) => name.endsWith(".lock"))).toEqual([]);
  expect(repository.git("status", "--porcelain")).toBe("");
  expect(repository.git("worktree", "list", "--porcelain").match(/^worktree /gm)).toHaveLength(2);
});
