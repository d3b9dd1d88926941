// How pull requests that users reported are judged, through the whole program and a local GitHub.

import { expect, test } from "vitest";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import { addCheck, completeCheck } from "../local-github/checks.ts";
import type { LocalPullRequest } from "../local-github/records.ts";
import {
  changeBase,
  deleteBranch,
  merge,
  openPullRequest,
  openRevert,
  requestReview,
  review,
  setAutoMerge,
  setBlocked,
  setMergeable,
  setQueued,
  setThreads,
} from "../local-github/state.ts";
import { createHostedTree, type HostedTree } from "../support/hosted-tree.ts";
import { runTasks } from "./tasks-process.ts";

const IN_PROGRESS = { status: "in_progress" };
const READY = { status: "ready" };
const DAY_MS = 86_400_000;

type Places = Record<string, string>;

/** "group: reason" by task. */
function placesIn({ tasks }: ServedSnapshot): Places {
  return Object.fromEntries(tasks.map(({ key, group, reason }) => [key, `${group}: ${reason}`]));
}

const places = async (tree: HostedTree) => placesIn(await tree.json<ServedSnapshot>("heartbeat"));

/** A server whose Refresh has the host asked again, until it shows what is expected. */
async function serveAndLook(tree: HostedTree) {
  const { url } = await tree.serve();
  return async (expected: Readonly<Record<string, unknown>>) => {
    const look = async () => {
      await fetch(`${url}/status?look=now`);
      return placesIn((await (await fetch(`${url}/status.json`)).json()) as ServedSnapshot);
    };
    // A Refresh counts every three seconds, and what a round learned of is asked for in the next.
    await expect.poll(look, { timeout: 40_000, interval: 500 }).toMatchObject(expected);
  };
}

/** The lines of `tasks prs`, each without its columns' blanks. */
async function listed(tree: HostedTree, ...words: readonly string[]): Promise<string> {
  return (await tree.tasks("prs", ...words)).stdout.replace(/ {2,}/g, " ");
}

function pass(pull: LocalPullRequest, name = "test"): void {
  completeCheck(pull, addCheck(pull, name), "success");
}

test("D11: a merge of two years ago is not the delivery of a task that was written today", async () => {
  const tree = await createHostedTree({
    tasks: { reused: READY, after: { status: "ready", dependencies: "[reused]" } },
  });
  const old = openPullRequest(tree.hosted, { branch: "chore/reused", number: 3 });
  merge(old);
  old.mergedAtMs = old.closedAtMs = Date.now() - 700 * DAY_MS;
  const found = await places(tree);
  expect(found["reused"]).not.toMatch(/^done/);
  expect(found["after"]).toBe("waiting: blocked by reused");
  expect((await tree.tasks("why", "reused")).stdout).toContain("before this task started");
});

test("D12: a merged revert takes the work out again, and a revert of it brings it back", async () => {
  const tree = await createHostedTree({
    tasks: { undone: IN_PROGRESS, after: { status: "ready", dependencies: "[undone]" } },
  });
  const first = openPullRequest(tree.hosted, { branch: "task/undone", number: 6 });
  merge(first);
  deleteBranch(first);
  const shows = await serveAndLook(tree);
  const done = { undone: expect.stringMatching(/^done: merged as #6/) };
  await shows(done);
  const revert = openRevert(first);
  merge(revert, "dave");
  const words = "#6 was merged, then reverted by #7: its work is not in main";
  await shows({
    undone: `needs_attention: ${words}`,
    after: "waiting: blocked by undone",
  });
  expect(await listed(tree, "--state", "merged")).toContain("merged, then reverted by #7");
  merge(openRevert(revert));
  await shows(done);
});

test("D12: a revert with a branch of its own is known by its description", async () => {
  const tree = await createHostedTree({ tasks: { undone: IN_PROGRESS } });
  const first = openPullRequest(tree.hosted, { branch: "task/undone", number: 6 });
  merge(first);
  const shows = await serveAndLook(tree);
  await shows({ undone: expect.stringMatching(/^done/) });
  merge(openRevert(first, { branch: "hotfix" }));
  await shows({ undone: expect.stringContaining("then reverted by #7") });
});

test("D13: a stack is done once the base has it", async () => {
  const tree = await createHostedTree({
    tasks: { top: IN_PROGRESS, moved: IN_PROGRESS, after: { status: "ready", dependencies: "[top]" } },
  });
  const below = openPullRequest(tree.hosted, { branch: "feature-a", number: 5 });
  const moved = openPullRequest(tree.hosted, { branch: "task/moved", number: 6, base: "feature-a" });
  changeBase(moved, "main");
  merge(moved);
  merge(openPullRequest(tree.hosted, { branch: "task/top", number: 8, base: "feature-a" }));
  const shows = await serveAndLook(tree);
  await shows({
    moved: expect.stringMatching(/^done: merged as #6/),
    top: "waiting: #8 was merged into feature-a, not in main yet; #5 would bring it there",
    after: "waiting: blocked by top",
  });
  merge(below);
  await shows({
    top: expect.stringMatching(/^done: merged as #8/),
    after: expect.stringMatching(/^ready/),
  });
});

test("D16: what a runner finds, doctor does not call off where its own shell has no token", async () => {
  const tree = await createHostedTree({ tasks: { a: IN_PROGRESS } });
  openPullRequest(tree.hosted, { branch: "task/a", number: 9 });
  const shows = await serveAndLook(tree);
  await shows({ a: expect.stringContaining("#9 waits for") });
  const env = { ...tree.environment, GITHUB_TOKEN: "", GH_TOKEN: "" };
  const { stdout } = await runTasks(["doctor"], { cwd: tree.root, env });
  expect(stdout).toMatch(/^ok +pull requests: acme\/app: as of .* requests left/m);
});

test("D2, D3, D5, D6, D7: what blocks an open one, and who merges it", async () => {
  const names = [
    "blocked",
    "missing",
    "threads",
    "queued",
    "auto",
    "optional",
    "outdated",
    "again",
    "unknown",
  ];
  const tree = await createHostedTree({
    tasks: Object.fromEntries(names.map((name) => [name, IN_PROGRESS])),
  });
  const { hosted } = tree;
  hosted.rulesetChecks = ["test"];
  hosted.requiresResolvedThreads = true;
  const open = (name: string) => {
    const pull = openPullRequest(hosted, { branch: `task/${name}` });
    if (name !== "missing") pass(pull);
    return pull;
  };
  const pulls = new Map(names.map((name) => [name, open(name)]));
  const of = (name: string) => pulls.get(name) ?? expect.fail(name);
  setBlocked(of("blocked"), true);
  setThreads(of("threads"), [true, false]);
  setQueued(of("queued"), "awaiting_checks");
  setAutoMerge(of("auto"), true);
  completeCheck(of("optional"), addCheck(of("optional"), "docs"), "failure");
  review(of("outdated"), "bob", "approved");
  const { commits } = of("outdated");
  of("outdated").commits = [...commits, { ...(commits[0] ?? expect.fail()), oid: "e".repeat(40) }];
  pass(of("outdated"));
  review(of("again"), "bob", "changes_requested");
  requestReview(of("again"), "bob");
  setMergeable(of("unknown"), "unknown");
  const found = await places(tree);
  const waits = Object.fromEntries(
    names.map((name) => [name, found[name]?.replace(/^in_review: #\d+ waits for /, "")]),
  );
  expect(waits).toEqual({
    blocked: "you: blocked by GitHub: its base requires resolved review threads",
    missing: "GitHub: required check not reported: test",
    threads: "its author: 1 unresolved review thread",
    queued: "GitHub: merge queue",
    auto: "GitHub: auto-merge",
    optional: "you: merge, optional check failing: docs",
    outdated: expect.stringMatching(/^you: review or merge, approved [0-9a-f]{7}, changed since$/),
    again: "you: review again by bob",
    unknown: "GitHub: mergeability not known yet",
  });
});
