// What people are told about worktrees, from end to end: real git, real workers.

import { expect, test } from "vitest";
import { createWorkedTree, type WorkedTree } from "./worked-tree.ts";

const COMMIT_AND_FINISH = `
  const { execFileSync } = await import("node:child_process");
  const fs = await import("node:fs");
  const git = (...words) => execFileSync("git", words, { stdio: "pipe" });
  fs.writeFileSync("work", "1");
  git("add", "work");
  git("commit", "-qm", "work");
  tasks("finish", "--outcome", "done");`;

test("W12: a squash merge by hand is seen, and a branch without a commit is not called merged", async () => {
  const tree = workedTree(["idle", "squashed"]);
  tree.script("idle", "await hang();");
  tree.script("squashed", COMMIT_AND_FINISH);
  await tree.tasks("kickoff", "idle", "--now");
  await tree.tasks("kickoff", "squashed", "--now");
  await tree.until("squashed", ({ state }) => state === "exited");
  expect((await tree.tasks("worktrees")).stdout).toMatch(/^squashed .* not merged/m);
  tree.git("merge", "--quiet", "--squash", "task/squashed");
  tree.git("commit", "--quiet", "-m", "squashed by hand");
  const { stdout } = await tree.tasks("worktrees");
  expect(stdout).toMatch(/^idle .* no commits +stays: a worker is at work in it/m);
  expect(stdout).toMatch(/^squashed .* merged, squashed or rebased/m);
});

function workedTree(slugs: readonly string[]): WorkedTree {
  const tree = createWorkedTree({ tasks: Object.fromEntries(slugs.map((slug) => [slug, {}])) });
  tree.git("config", "user.name", "Worker");
  tree.git("config", "user.email", "worker@example.com");
  return tree;
}
