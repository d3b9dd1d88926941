// What syncs cost with four hundred pull requests: the real adapter over HTTP, a GitHub that counts, and a clock that
// is moved by hand. Counts, so that nothing here depends on the machine.

import { expect, onTestFinished, test } from "vitest";
import { createGitHubHosts } from "../../src/adapters/github/find-host.ts";
import { createHeartbeat } from "../../src/app/cycle/heartbeat.ts";
import { PullRequestSync, type SyncInput, syncInputOf } from "../../src/app/delivery/pull-request-sync.ts";
import type { Clock } from "../../src/ports/system/clock.ts";
import { addCheck, completeCheck } from "../local-github/checks.ts";
import { startLocalGitHub } from "../local-github/local-github.ts";
import type { LocalPullRequest } from "../local-github/records.ts";
import { openPullRequest } from "../local-github/state.ts";
import { createTestWorld, holderNamed, taskPath, taskText } from "../support/app-world.ts";

const TASKS = 400;
const MINUTE_MS = 60_000;
const REPOSITORY = "acme/app";
const BUDGET = 5_000;

const slugs = Array.from({ length: TASKS }, (_, index) => `task-${index}`);

/** Each task is in progress and has an open pull request with three checks, all passed. */
async function setUp() {
  let nowMs = Date.parse("2026-11-25T12:00:00Z");
  const clock: Clock = { wallMs: () => nowMs, monotonicMs: () => nowMs, cpuMs: () => 0 };
  const github = await startLocalGitHub({ now: clock.wallMs });
  onTestFinished(() => github.close());
  const hosted = github.repository(REPOSITORY);
  const pulls = slugs.map((slug) => {
    nowMs += MINUTE_MS;
    const pull = openPullRequest(hosted, { branch: `task/${slug}` });
    for (const name of ["lint", "unit", "e2e"]) completeCheck(pull, addCheck(pull, name), "success");
    return pull;
  });
  nowMs += MINUTE_MS;
  const texts = slugs.map((slug) => [taskPath(slug), taskText({ status: "in_progress" })]);
  const hosts = createGitHubHosts({
    root: "/nowhere",
    env: { GITHUB_TOKEN: github.token },
    run: () => Promise.reject(new Error("nothing is to be run")),
    settings: { repository: REPOSITORY, base_url: github.url },
    clock,
  });
  const { world } = createTestWorld({ clock, texts: Object.fromEntries(texts), hosts });
  const { lease } = await world.store.claimLease({ holder: holderNamed("a"), termMs: 1e12, nowMs });
  const heartbeat = createHeartbeat({
    ...world,
    pullRequests: new PullRequestSync(world),
    barred: () => ({}),
  });
  const cycle = () =>
    heartbeat.cycle(new Set(["refresh"]), { epoch: lease.epoch, confirm: async () => true });
  await cycle();
  const pullRequestSync = new PullRequestSync(world);
  /** What came of one round, if one was due, and what GitHub counted of it. */
  const round = async (by: PullRequestSync = pullRequestSync) => {
    const about = syncInputOf(heartbeat) as SyncInput;
    const { signal } = new AbortController();
    const before = github.requests.length;
    const news = await by.syncIfDue({ epoch: lease.epoch, about, signal });
    return { news, requests: github.requests.slice(before) };
  };
  const pass = (minutes: number) => {
    nowMs += minutes * MINUTE_MS;
  };
  /** Rounds, one right after the other, until nothing is postponed; of each the requests. */
  const settle = async () => {
    const rounds = [];
    do rounds.push((await round()).requests);
    while ((await pullRequestSync.current()).state.postponed.length > 0 && rounds.length < 5);
    return rounds;
  };
  return { github, world, cycle, pulls, round, settle, pass };
}

type Requests = Awaited<ReturnType<Awaited<ReturnType<typeof setUp>>["round"]>>["requests"];
const pointsOf = (requests: Requests) => requests.reduce((sum, { cost }) => sum + cost, 0);
const UNCHANGED = { conditional: true, status: 304, cost: 0 };

test("P9: a round for 400 tasks costs at most 10 requests, and after two all are known", async () => {
  const { world, cycle, settle } = await setUp();
  const rounds = await settle();
  expect(rounds.map(({ length }) => length)).toEqual([10, 6]);
  expect(rounds[0]?.every(({ status }) => status === 200)).toBe(true);
  await cycle();
  const { known } = await world.store.readPullRequests();
  expect(known).toHaveLength(TASKS);
  expect(new Set(known.map(({ checks }) => checks.passing))).toEqual(new Set([3]));
  expect(await world.store.readRow("task-399")).toMatchObject({
    group: "in_review",
    pull_request: { linked_by: "branch", waits: { for: "you", what: "merge, all checks passing" } },
  });
});

test("P9: while nothing changes a round costs two conditional requests and no point, also after a restart", async () => {
  const { world, round, settle, pass } = await setUp();
  await settle();
  for (const pullRequestSync of [undefined, undefined, new PullRequestSync(world)]) {
    pass(2);
    const { news, requests } = await round(pullRequestSync);
    expect(news).toBe(false);
    expect(requests).toMatchObject([UNCHANGED, UNCHANGED]);
    expect(requests).toHaveLength(2);
  }
});

test("P9: a check that turns red among 400 pull requests costs one question more", async () => {
  const { cycle, pulls, round, settle, pass, world } = await setUp();
  await settle();
  await cycle();
  pass(2);
  const pull = pulls[123] as LocalPullRequest;
  completeCheck(pull, addCheck(pull, "deploy", { workflow: "Deploy" }), "failure");
  const { news, requests } = await round();
  expect(news).toBe(true);
  expect(requests.map(({ resource }) => resource).toSorted()).toEqual(["core", "core", "graphql"]);
  expect(pointsOf(requests)).toBeLessThanOrEqual(10);
  await cycle();
  expect(await world.store.readRow("task-123")).toMatchObject({ group: "needs_attention" });
});

test("an hour without changes costs under a tenth of the budget: what no news tell of is confirmed", async () => {
  const { round, settle, pass } = await setUp();
  const lists = (await settle())
    .flat()
    .filter(({ resource, status }) => resource === "core" && status === 200);
  const spent = { core: 0, graphql: 0 };
  for (let minute = 0; minute < 60; minute += 1) {
    for (const { resource, cost } of (await round()).requests) spent[resource] += cost;
    pass(1);
  }
  // Five pages of pull requests and the runs of workflows, and no list after that.
  expect(lists).toHaveLength(6);
  expect(spent.core).toBe(0);
  expect(spent.graphql).toBeLessThan(BUDGET / 10);
});
