// Care of branches through the whole program: real worktrees, a real bare remote, and a local GitHub.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ServedSnapshot, TaskRow } from "../../src/core/contract/snapshot.ts";
import { addCheck, completeCheck } from "../local-github/checks.ts";
import { openPullRequest, setMergeable } from "../local-github/state.ts";
import { openRepository, temporaryFolder } from "../support/git-repository.ts";
import { createHostedTree, type HostedTree } from "../support/hosted-tree.ts";
import { eventually } from "../support/served-tree.ts";

/** Saves its prompts, commits and pushes once, and says that it is done. */
const WORKER = `
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
const [, , prompts, prompt] = process.argv;
const git = (...words) => execFileSync("git", ["-c", "user.name=Agent", "-c", "user.email=a@example.com", ...words]);
appendFileSync(prompts, readFileSync(prompt, "utf8") + "\\n=====\\n");
if (!existsSync("work.md")) {
  writeFileSync("work.md", "the task's work\\n");
  git("add", "work.md");
  git("commit", "-qm", "the task's work");
  git("push", "-q", "origin", "HEAD:refs/heads/task/a");
}
execFileSync("tasks", ["finish", "--outcome", "done", "--note", "pushed"]);
`;

type Delivered = {
  readonly tree: HostedTree;
  /** Bare. */
  readonly remote: ReturnType<typeof openRepository>;
  readonly head: string;
  /** Prompt, in order. */
  prompts(): readonly string[];
};

/** The worker of task `a` has pushed its branch and ended; its pull request is not open yet. */
async function deliverOnce(delivery: string): Promise<Delivered> {
  const notes = temporaryFolder("tasks-prompts");
  const script = join(notes, "worker.mjs");
  const prompts = join(notes, "prompts");
  writeFileSync(script, WORKER);
  writeFileSync(prompts, "");
  const command = JSON.stringify([process.execPath, script, prompts, "{prompt_file}"]);
  const config = `worker:\n  command: ${command}\ndelivery: ${delivery}\n`;
  const tree = await createHostedTree({ tasks: { a: { status: "ready" } }, config });
  tree.git("config", "user.name", "Dave");
  tree.git("config", "user.email", "dave@example.com");
  const remote = openRepository(temporaryFolder("tasks-remote"));
  remote.git("init", "--quiet", "--bare", "--initial-branch=main");
  tree.git("remote", "add", "origin", remote.root);
  tree.git("push", "--quiet", "origin", "main");
  expect(await tree.tasks("kickoff", "a", "--now")).toMatchObject({ code: 0 });
  await ended(tree);
  return {
    ...{ tree, remote, head: remote.git("rev-parse", "task/a") },
    prompts: () => readFileSync(prompts, "utf8").split("\n=====\n").slice(0, -1),
  };
}

function ended(tree: HostedTree) {
  type Listed = { runs: { state: string; outcome: unknown }[] };
  return eventually(
    async () => (await tree.json<Listed>("runs", "a")).runs[0]?.state,
    (state) => state === "exited",
  );
}

async function rowOf(tree: HostedTree): Promise<TaskRow | undefined> {
  return (await tree.json<ServedSnapshot>("heartbeat")).tasks.find(({ key }) => key === "a");
}

test("a conflict is rebased in the task's own worktree and pushed with a lease, once it is switched on", async () => {
  const { tree, remote, head } = await deliverOnce("{ rebase: safe }");
  const pull = openPullRequest(tree.hosted, { branch: "task/a", number: 712, commit: head });
  setMergeable(pull, "conflict");
  tree.write("elsewhere.md", "the base's work\n");
  const base = tree.commit("the base's work");
  tree.git("push", "--quiet", "origin", "main");

  const row = await rowOf(tree);
  expect(row?.signals).toMatchObject([{ code: "pr_conflict", tier: 1 }]);
  expect(row?.pull_request?.care).toMatchObject({ next: "rebase" });
  const dry = await tree.tasks("deliver", "--dry-run");
  expect(dry.stdout).toBe("#712  a  would be rebased onto main and pushed\n");
  expect(remote.git("rev-parse", "task/a")).toBe(head);

  const done = await tree.tasks("deliver");
  expect(done).toMatchObject({ code: 0, stdout: "#712  a  rebased onto main and pushed\n" });
  const pushed = remote.git("rev-parse", "task/a");
  expect(remote.git("merge-base", pushed, base)).toBe(base);
  expect(tree.git("-C", ".worktrees/a", "rev-parse", "HEAD")).toBe(pushed);
  expect(remote.git("show", `${pushed}:work.md`)).toBe("the task's work");
  // Once for this commit: what the host says of it is old.
  expect((await tree.tasks("deliver")).stdout).toBe("#712  a  it was just rebased\n");
});

test("a worktree with changes of its own is not touched, and says so as a signal", async () => {
  const { tree, head } = await deliverOnce("{ rebase: safe }");
  setMergeable(openPullRequest(tree.hosted, { branch: "task/a", commit: head }), "conflict");
  await rowOf(tree);
  tree.write(".worktrees/a/work.md", "not committed\n");
  expect((await tree.tasks("deliver")).code).toBe(0);
  const row = await rowOf(tree);
  expect(row?.group).toBe("needs_attention");
  expect(row?.signals).toMatchObject([{ code: "pr_conflict_dirty_branch", tier: 2 }]);
  expect(readFileSync(join(tree.root, ".worktrees/a/work.md"), "utf8")).toBe("not committed\n");
});

test("failing checks go back to the same worker in the same worktree, twice, and are then a person's", async () => {
  const { tree, head, prompts } = await deliverOnce("{ repair: agent }");
  const pull = openPullRequest(tree.hosted, { branch: "task/a", number: 712, commit: head });
  completeCheck(pull, addCheck(pull, "e2e"), "failure");
  const red = await rowOf(tree);
  expect(red?.signals).toMatchObject([{ code: "ci_failed", tier: 1, evidence: { checks: "e2e" } }]);
  for (const round of [1, 2]) {
    expect((await tree.tasks("deliver")).stdout).toBe("#712  a  sent back to its worker\n");
    // Nothing is asked of it twice at a time.
    expect((await tree.tasks("deliver")).stdout).toMatch(/its worker will resume/);
    await tree.tasks("reconcile");
    await tree.tasks("dispatch");
    await eventually(
      async () => prompts().length,
      (count) => count === round + 1,
    );
    await ended(tree);
    expect(prompts()[round]).toMatch(/Checks failed on your pull request #712 .*\n- "e2e"/s);
  }
  expect((await tree.tasks("deliver")).stdout).toBe("#712  a  its worker was asked 2 times\n");
  expect((await rowOf(tree))?.signals).toMatchObject([{ code: "ci_failed", tier: 2 }]);
  const runs = await tree.json<{ runs: { attempt: number; worktree: string }[] }>("runs", "a");
  expect(runs.runs).toMatchObject([{ attempt: 3, worktree: ".worktrees/a" }]);
});
