// `tasks` started by git itself, as people do it: from a hook, from an alias, with git's own variables set. Real git, real
// processes; the work has to land in the task's worktree, and nowhere else.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createRepository, GIT_TEST_ENVIRONMENT, temporaryFolder } from "../support/git-repository.ts";
import { createWorkedTree, type WorkedTree } from "./worked-tree.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const COMMITTING_WORKER = `
  const git = (...words) => execFileSync("git", words, { stdio: "pipe" });
  const { execFileSync } = await import("node:child_process");
  const fs = await import("node:fs");
  fs.writeFileSync("o", "hi");
  git("add", "o");
  git("commit", "-qm", "by the worker");
  tasks("finish", "--outcome", "done", "--note", "x");`;

test("W1: with GIT_DIR and its kin set, the worker's commit lands on the task's branch", async () => {
  const tree = await committingTree();
  const other = createRepository({ file: "x" });
  const before = other.commit("other");
  const gitDir = join(other.root, ".git");
  runFrom(tree.root, "kickoff a --now", {
    GIT_DIR: gitDir,
    GIT_WORK_TREE: other.root,
    GIT_INDEX_FILE: join(gitDir, "index"),
    GIT_OBJECT_DIRECTORY: join(gitDir, "objects"),
    GIT_AUTHOR_NAME: "Someone Else",
    GIT_AUTHOR_DATE: "2001-01-01T00:00:00Z",
  });
  await expectCommitOnTaskBranch(tree);
  expect(other.git("rev-parse", "main")).toBe(before);
  expect(tree.git("log", "-1", "--format=%an %as", "task/a")).not.toMatch(/Someone|2001/);
});

test("W1: from a git alias in a linked worktree, the commit lands on the task's branch, not on that worktree's", async () => {
  const tree = await committingTree();
  const linked = join(temporaryFolder(), "linked");
  tree.git("worktree", "add", "--quiet", "-b", "mine", linked);
  tree.git("config", "alias.t", `!${tasksProgram()}`);
  git(linked, ["t", "kickoff", "a", "--now"]);
  await expectCommitOnTaskBranch(tree);
  expect(tree.git("rev-parse", "mine")).toBe(tree.git("rev-parse", "main"));
  expect(git(linked, ["status", "--porcelain"])).toBe("");
});

test("W1: from a real commit hook, neither the worker nor a worktree hook works on the repository of the hook", async () => {
  const tree = await committingTree(
    'worktree:\n  after_create: ["sh", "-c", "git rev-parse --absolute-git-dir > made-in"]\n',
  );
  const hook = join(tree.root, ".git/hooks/post-commit");
  mkdirSync(join(tree.root, ".git/hooks"), { recursive: true });
  const mark = "TASKS_TEST_IN_HOOK";
  writeFileSync(
    hook,
    `#!/bin/sh\n[ -n "$${mark}" ] && exit 0\n${mark}=1 exec ${tasksProgram()} kickoff a --now\n`,
  );
  chmodSync(hook, 0o755);
  git(tree.root, [
    "commit",
    "--allow-empty",
    "-qm",
    "by a person",
    "--author",
    "Someone Else <else@example.com>",
  ]);
  await expectCommitOnTaskBranch(tree);
  expect(tree.git("log", "-1", "--format=%s", "main")).toBe("by a person");
  expect(tree.git("log", "-1", "--format=%an", "task/a")).toBe("Worker");
  expect(execFileSync("cat", [join(tree.root, ".worktrees/a/made-in")], { encoding: "utf8" })).toBe(
    `${join(tree.root, ".git/worktrees/a")}\n`,
  );
});

async function committingTree(config = ""): Promise<WorkedTree> {
  const tree = await createWorkedTree({ tasks: { a: {} }, config });
  tree.git("config", "user.name", "Worker");
  tree.git("config", "user.email", "worker@example.com");
  tree.script("a", COMMITTING_WORKER);
  return tree;
}

async function expectCommitOnTaskBranch(tree: WorkedTree): Promise<void> {
  const run = await tree.until("a", ({ state }) => state === "exited" || state === "failed");
  expect(run).toMatchObject({ state: "exited", outcome: { kind: "done" } });
  expect(tree.git("log", "--format=%s", "main..task/a")).toBe("by the worker");
  await tree.idle();
}

/** A program `tasks` with a path of its own, for places where no arguments of Node's fit. */
function tasksProgram(): string {
  const file = join(temporaryFolder(), "tasks");
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

function runFrom(root: string, words: string, env: Readonly<Record<string, string>>): string {
  return execFileSync(process.execPath, [MAIN, ...words.split(" ")], {
    cwd: root,
    env: { ...environment(), ...env },
    encoding: "utf8",
  });
}

function git(folder: string, words: readonly string[]): string {
  return execFileSync("git", words, { cwd: folder, env: environment(), encoding: "utf8", stdio: "pipe" });
}

function environment(): Record<string, string> {
  return { ...GIT_TEST_ENVIRONMENT, TASKS_HOME: process.env["TASKS_HOME"] ?? "", USER: "dave" };
}
