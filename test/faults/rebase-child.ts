// A process that rebases a task's branch, and kills itself (kill -9) at a command of git:
// `node rebase-child.ts <root> <home> <head commit> "<words of the command>" before|after`.

import { runCommand } from "../../src/adapters/exec/run-command.ts";
import { createWorktrees } from "../../src/adapters/git/worktrees.ts";
import type { CommitSha } from "../../src/core/contract/commit-sha.ts";

const [root = "", home = "", headCommit = "", command = "", when = ""] = process.argv.slice(2);
const die = () => process.kill(process.pid, "SIGKILL");

const worktrees = createWorktrees({
  root,
  base: null,
  env: { PATH: process.env["PATH"], HOME: home },
  run: async (request) => {
    const isIt =
      command.split(" ").every((word) => request.args.includes(word)) && !request.args.includes("--dry-run");
    if (isIt && when === "before") die();
    const result = await runCommand(request);
    if (isIt) die();
    return result;
  },
});
const request = { slug: "a", branch: "task/a", base: "main", dryRun: false };
const rebased = await worktrees.rebase({
  ...request,
  headCommit: headCommit as CommitSha,
  signal: new AbortController().signal,
});
console.log(JSON.stringify(rebased));
