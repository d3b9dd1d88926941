// Pull requests through the whole program, against a GitHub of our own that executes the queries by GitHub's schema.

import { describe, expect, test } from "vitest";
import type { ServedSnapshot, TaskRow } from "../../src/core/contract/snapshot.ts";
import { addCheck, completeCheck, rerunCheck } from "../local-github/checks.ts";
import {
  closePullRequest,
  merge,
  openPullRequest,
  requestReview,
  setMergeable,
} from "../local-github/state.ts";
import { createHostedTree, type HostedTree } from "../support/hosted-tree.ts";

const IN_PROGRESS = { status: "in_progress" };
const heartbeat = (tree: HostedTree) => tree.json<ServedSnapshot>("heartbeat");

async function rowsOf(tree: HostedTree): Promise<ReadonlyMap<string, TaskRow>> {
  return new Map((await heartbeat(tree)).tasks.map((row) => [row.key, row]));
}

test("one heartbeat knows the pull request of every task, by branch, and what each waits for", async () => {
  const tree = await createHostedTree({
    tasks: {
      review: IN_PROGRESS,
      busy: IN_PROGRESS,
      red: IN_PROGRESS,
      conflict: IN_PROGRESS,
      draft: IN_PROGRESS,
      given: IN_PROGRESS,
      delivered: IN_PROGRESS,
      after: { status: "ready", dependencies: "[delivered]" },
      none: IN_PROGRESS,
    },
  });
  const { hosted } = tree;
  requestReview(openPullRequest(hosted, { branch: "task/review" }), "dave");
  const busy = openPullRequest(hosted, { branch: "feature/busy" });
  addCheck(busy, "e2e");
  completeCheck(busy, addCheck(busy, "lint"), "success");
  const red = openPullRequest(hosted, { branch: "task/red" });
  completeCheck(red, addCheck(red, "e2e"), "failure");
  setMergeable(openPullRequest(hosted, { branch: "task/conflict" }), "conflict");
  openPullRequest(hosted, { branch: "task/draft", draft: true });
  closePullRequest(openPullRequest(hosted, { branch: "task/given" }));
  merge(openPullRequest(hosted, { branch: "task/delivered", number: 712 }));
  openPullRequest(hosted, { branch: "task/nones" });

  const rows = await rowsOf(tree);
  const shown = [...rows.values()].map(({ key, base_group: group, pull_request: known }) => [
    key,
    group,
    known === null ? null : (known.waits ?? known.state),
  ]);
  const since = expect.any(String);
  expect(shown).toEqual([
    ["after", "ready", null],
    ["busy", "in_review", { for: "ci", because: "running_checks", what: "1 of 2 running", since }],
    ["conflict", "in_review", { for: "you", because: "conflict", what: "conflict", since }],
    ["delivered", "done", "merged"],
    ["draft", "active", { for: "author", because: "draft", what: "still a draft", since }],
    ["given", "active", "closed"],
    ["none", "active", null],
    ["red", "in_review", { for: "you", because: "failing_checks", what: "failing checks", since }],
    ["review", "in_review", { for: "you", because: "review", what: "review", since }],
  ]);
  expect(rows.get("delivered")?.reason).toBe("merged as #712; the file still says in progress");
  expect(rows.get("red")).toMatchObject({ group: "needs_attention" });
  expect(rows.get("red")?.signals).toMatchObject([
    { code: "ci_failed", tier: 2, evidence: { checks: "e2e" } },
  ]);

  const listed = await tree.tasks("prs");
  expect(listed.stderr).toMatch(/^acme\/app: as of \d\d:\d\d:\d\d, .* requests left until/);
  expect(listed.stdout).toMatch(/^#\d+\s+review\s+open\s+waits for you: review/m);
  const reconciled = await tree.json<{ left: { task: string; what: string }[] }>("reconcile", "--dry-run");
  expect(reconciled.left).toContainEqual({
    task: "delivered",
    what: "merged_but_open",
    why: "#712 was merged and the file says in_progress; `tasks complete delivered`",
  });
  expect((await tree.tasks("why", "red")).stdout).toMatch(/pull request #\d+.*open, branch task\/red/);
});

describe("the source in its own words, and nothing else changes", () => {
  const sourceOf = async (tree: HostedTree) => (await heartbeat(tree)).sources.pull_requests;

  test("no token", async () => {
    const tree = await createHostedTree({
      tasks: { a: {} },
      environment: { GITHUB_TOKEN: "", PATH: "/nowhere" },
    });
    expect(await sourceOf(tree)).toMatchObject({
      state: "off",
      off_because: "no token",
      remedy: expect.stringContaining("gh auth login"),
    });
  });

  test("another host's remote", async () => {
    const tree = await createHostedTree({
      tasks: { a: {} },
      environment: { TASKS_GITHUB_REPOSITORY: "", TASKS_GITHUB_BASE_URL: "" },
    });
    expect(await sourceOf(tree)).toMatchObject({ state: "off", off_because: "no git remote" });
    tree.git("remote", "add", "origin", "https://me:secret@gitlab.com/acme/app.git");
    expect(await sourceOf(tree)).toMatchObject({ state: "off", off_because: "remote is gitlab.com" });
  });

  test("F9, F10: a refused token marks its source only, and the last facts stay", async () => {
    const tree = await createHostedTree({ tasks: { a: IN_PROGRESS } });
    openPullRequest(tree.hosted, { branch: "task/a", number: 7 });
    expect((await rowsOf(tree)).get("a")?.pull_request?.number).toBe(7);
    tree.github.fault({ kind: "unauthorized" });
    const serve = await tree.serve();
    const load = async () => (await (await fetch(`${serve.url}/status.json`)).json()) as ServedSnapshot;
    // The runner asks again two minutes after the last sync; Refresh asks at once.
    await load();
    await fetch(`${serve.url}/status?look=now`);
    await expect
      .poll(async () => (await load()).sources.pull_requests, { timeout: 20_000 })
      .toMatchObject({
        state: "failing",
        error: expect.stringContaining("401"),
        failing_since: expect.any(String),
      });
    const { sources, tasks, freshness } = await load();
    expect([sources.tasks.state, sources.runs.state, freshness.state]).toEqual(["ok", "ok", "fresh"]);
    expect(sources.pull_requests.observed_at).not.toBeNull();
    expect(tasks[0]?.pull_request?.number).toBe(7);
  });
});

test("a red check that is run again is no signal", async () => {
  const tree = await createHostedTree({ tasks: { a: IN_PROGRESS } });
  const pull = openPullRequest(tree.hosted, { branch: "task/a", number: 9 });
  completeCheck(pull, addCheck(pull, "e2e"), "failure");
  rerunCheck(pull, "e2e");
  expect((await rowsOf(tree)).get("a")).toMatchObject({
    group: "in_review",
    reason: "#9 waits for CI: 1 of 1 running",
    signals: [],
  });
});

test("a merge closes the task's run as delivered", async () => {
  const tree = await createHostedTree({ tasks: { a: IN_PROGRESS } });
  expect(await tree.tasks("claim", "a")).toMatchObject({ code: 0 });
  merge(openPullRequest(tree.hosted, { branch: "task/a", number: 9 }));
  const runner = tree.start("run");
  await runner.printed(/holds the lease/);
  const run = async () =>
    (await tree.json<{ runs: { state: string; closed: unknown }[] }>("runs", "a")).runs[0];
  await expect.poll(run, { timeout: 20_000 }).toMatchObject({
    state: "closed",
    closed: { as: "delivered", why: "its pull request was merged as #9" },
  });
});
