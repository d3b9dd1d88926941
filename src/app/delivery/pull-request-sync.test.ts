import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryPullRequestHost } from "../../../test/memory/memory-pull-request-host.ts";
import {
  createTestWorld,
  holderNamed,
  TIMER_CLOCK,
  taskPath,
  taskText,
} from "../../../test/support/app-world.ts";
import {
  checks,
  deliveryRecord,
  hostFailure,
  merged,
  pullRequest,
  RUNNING,
} from "../../../test/support/pull-request-samples.ts";
import { sampleRun } from "../../../test/support/run-samples.ts";
import { NOON_MS } from "../../../test/support/task-tree.ts";
import type { PullRequest } from "../../core/contract/pull-request.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../core/values/durations.ts";
import type { HostSearch, NewsQuestion } from "../../ports/git/pull-request-host.ts";
import { createHeartbeat } from "../cycle/heartbeat.ts";
import { PullRequestSync, type SyncInput, syncInputOf } from "./pull-request-sync.ts";

const OFF: HostSearch = { kind: "off", because: "no token", remedy: "Run `gh auth login`." };
const TEXTS = {
  [taskPath("a")]: taskText({ status: "in_progress" }),
  [taskPath("b")]: taskText({ status: "not_started" }),
  [taskPath("over")]: taskText({ status: "completed" }),
};

beforeEach(() => void vi.useFakeTimers({ now: NOON_MS + HOUR_MS }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A runner's syncs beside a heartbeat that has run once, of a host that has no pull requests yet. */
async function setUp(texts: Readonly<Record<string, string>> = TEXTS) {
  const host = createMemoryPullRequestHost();
  const questions: string[] = [];
  const asked = {
    ...host,
    readNews: (question: NewsQuestion) => {
      questions.push("news");
      return host.readNews(question);
    },
    readPullRequests: (question: Parameters<typeof host.readPullRequests>[0]) => {
      questions.push(
        question.wanted.map((one) => (one.kind === "branch" ? one.branch : one.number)).join(" "),
      );
      return host.readPullRequests(question);
    },
  };
  const searches: HostSearch[] = [];
  const found: HostSearch = { kind: "found", host: asked };
  const at: { search: HostSearch; news: number; epoch: number } = { search: found, news: 0, epoch: 0 };
  const hosts = {
    find: async () => {
      searches.push(at.search);
      return at.search;
    },
  };
  const { world, tree } = createTestWorld({ clock: TIMER_CLOCK, texts, hosts });
  const { store } = world;
  const claim = await store.claimLease({ holder: holderNamed("a"), termMs: 999 * DAY_MS, nowMs: Date.now() });
  at.epoch = claim.lease.epoch;
  /** As a process that has just started. */
  const begin = () => {
    const pullRequests = new PullRequestSync(world);
    const heartbeat = createHeartbeat({ ...world, pullRequests, barred: () => ({}) });
    const cycle = async () => {
      const right = { epoch: at.epoch, confirm: async () => true };
      const outcome = await heartbeat.cycle(new Set(["refresh"]), right);
      return outcome.kind;
    };
    const about = () => syncInputOf(heartbeat);
    const onNews = () => {
      at.news += 1;
    };
    const start = (subjects = about) => pullRequests.start({ epoch: at.epoch, subjects, onNews });
    return { pullRequests, heartbeat, cycle, about, start };
  };
  const process = begin();
  await process.cycle();
  const source = async () => (await store.readPublished())?.attestation.sources.pull_requests;
  const known = async () => (await store.readPullRequests()).known.map(({ number }) => number);
  return { world, store, tree, host, questions, searches, found, at, begin, process, source, known };
}

const openedAt = (given: Partial<PullRequest> = {}) => pullRequest({ updatedAtMs: Date.now(), ...given });

describe("rounds of a runner", () => {
  test("the first is made at once, and its facts are in the next cycle", async () => {
    const { process, host, store, questions, at } = await setUp();
    host.put(openedAt());
    process.start();
    await pass(SECOND_MS);
    expect(questions).toEqual(["news", "task/a"]);
    expect(at.news).toBe(1);
    expect(await process.cycle()).toBe("published");
    expect(await store.readRow("a")).toMatchObject({
      group: "in_review",
      pull_request: { number: 712, linked_by: "branch" },
    });
  });

  test("P9: news are asked for each two minutes, and nothing else while nothing changed", async () => {
    const { process, host, questions, at } = await setUp();
    host.put(openedAt());
    process.start();
    await pass(SECOND_MS);
    questions.length = 0;
    await pass(10 * MINUTE_MS - SECOND_MS);
    expect(questions).toEqual(["news", "news", "news", "news"]);
    expect(at.news).toBe(1);
  });

  test("while checks run, that pull request each 15 s, and it is news only when they change", async () => {
    const { process, host, questions, at } = await setUp();
    host.put(openedAt({ checks: RUNNING }));
    process.start();
    await pass(SECOND_MS);
    questions.length = 0;
    await pass(MINUTE_MS);
    expect(questions).toEqual(Array.from({ length: 4 }, () => ["news", "task/a"]).flat());
    expect(at.news).toBe(1);
    host.put(openedAt({ checks: checks({ passing: 7 }) }));
    await pass(15 * SECOND_MS);
    expect(at.news).toBe(2);
  });

  test("while a worker is at work, each 30 s: a pull request may appear at any moment", async () => {
    const { process, questions, at, host } = await setUp();
    const subjects = process.about();
    process.start(() => subjects && { ...subjects, runs: [sampleRun({ state: "running" })] });
    await pass(SECOND_MS);
    questions.length = 0;
    await pass(MINUTE_MS);
    expect(questions).toEqual(["news", "news"]);
    host.put(openedAt());
    await pass(30 * SECOND_MS);
    expect([questions.slice(2), at.news]).toEqual([["news", "task/a"], 2]);
  });

  test("one at a time, and none before there are tasks", async () => {
    const { process, found, questions } = await setUp();
    const gate = Promise.withResolvers<void>();
    if (found.kind !== "found") return;
    const { readNews } = found.host;
    found.host.readNews = async (question) => {
      const answer = readNews(question);
      await gate.promise;
      return answer;
    };
    let subjects: SyncInput | null = null;
    process.start(() => subjects);
    await pass(10 * SECOND_MS);
    expect(questions).toEqual([]);
    subjects = process.about();
    await pass(5 * MINUTE_MS);
    process.pullRequests.requestSync();
    await pass(5 * MINUTE_MS);
    expect(questions).toEqual(["news"]);
    gate.resolve();
    await pass(5 * SECOND_MS);
    // What was asked for by hand meanwhile is done after it.
    expect(questions.filter((question) => question === "news")).toHaveLength(2);
  });

  test("none once it is stopped: what is still in progress is let go of, and dropped", async () => {
    const { process, found, questions, at, host, known, store } = await setUp();
    if (found.kind !== "found") return;
    const gate = Promise.withResolvers<void>();
    const signals: AbortSignal[] = [];
    const { readNews } = found.host;
    found.host.readNews = async (question) => {
      signals.push(question.signal);
      await gate.promise;
      return await readNews({ ...question, signal: new AbortController().signal });
    };
    host.put(openedAt());
    const stop = process.start();
    await pass(SECOND_MS);
    stop();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    gate.resolve();
    await pass(10 * MINUTE_MS);
    process.pullRequests.requestSync();
    await pass(MINUTE_MS);
    expect([questions.filter((question) => question === "news").length, at.news]).toEqual([1, 0]);
    expect([await known(), (await store.readPullRequests()).state]).toEqual([[], null]);
  });

  test("a search that was stopped says nothing: the source is not called off", async () => {
    const { process, store, world } = await setUp();
    const stop = process.start();
    Object.assign(world.hosts, {
      find: async () => {
        stop();
        return OFF;
      },
    });
    await pass(SECOND_MS);
    expect((await store.readPullRequests()).state).toBeNull();
  });
});

describe("F9: a host that fails marks its source, and nothing else", () => {
  test("tasks and runs stay ok, facts and their age stay as they are, until it answers again", async () => {
    const { process, host, store, source } = await setUp();
    host.put(openedAt());
    process.start();
    await pass(SECOND_MS);
    await process.cycle();
    const good = await source();
    expect(good).toMatchObject({ state: "ok", observed_at: "2026-03-24T13:00:01.000Z" });
    const row = await store.readRow("a");

    host.fail(hostFailure({ message: "GitHub refused the token (401)", remedy: "Run `gh auth login`." }));
    host.put(openedAt({ title: "Not seen" }));
    await pass(3 * MINUTE_MS);
    expect(await process.cycle()).toBe("attested");
    const failing = await store.readPublished();
    expect(failing?.attestation).toMatchObject({
      observed_at: "2026-03-24T13:03:01.000Z",
      sources: {
        tasks: { state: "ok", error: null, observed_at: "2026-03-24T13:03:01.000Z" },
        runs: { state: "ok", error: null, observed_at: "2026-03-24T13:03:01.000Z" },
        pull_requests: {
          ...{ state: "failing", error: "GitHub refused the token (401)", remedy: "Run `gh auth login`." },
          ...{ observed_at: good?.observed_at, failing_since: "2026-03-24T13:02:01.000Z" },
        },
      },
    });
    expect(await store.readRow("a")).toEqual(row);

    host.fail(null);
    await pass(5 * MINUTE_MS);
    expect(await process.cycle()).toBe("published");
    expect(await source()).toMatchObject({ state: "ok", error: null, failing_since: null });
    expect((await store.readRow("a"))?.pull_request?.title).toBe("Not seen");
  });

  test("F10: a source that fails from the start has no age, and is not taken for one without pull requests", async () => {
    const { process, host, source, store } = await setUp();
    host.put(openedAt());
    host.fail(hostFailure());
    process.start();
    await pass(SECOND_MS);
    await process.cycle();
    expect(await source()).toMatchObject({ state: "failing", observed_at: null });
    expect(await store.readRow("a")).toMatchObject({ group: "active", pull_request: null, signals: [] });
    host.fail(null);
    await pass(MINUTE_MS);
    await process.cycle();
    expect(await source()).toMatchObject({ state: "ok" });
    expect((await store.readRow("a"))?.pull_request?.number).toBe(712);
  });

  test("F10: a sync that found none has an age", async () => {
    const { process, source } = await setUp();
    process.start();
    await pass(SECOND_MS);
    await process.cycle();
    expect(await source()).toMatchObject({ state: "ok", observed_at: "2026-03-24T13:00:01.000Z" });
  });

  test("it is news once, however often it is tried", async () => {
    const { process, host, at, questions } = await setUp();
    process.start();
    await pass(SECOND_MS);
    expect(at.news).toBe(1);
    host.fail(hostFailure());
    await pass(HOUR_MS);
    expect(at.news).toBe(2);
    expect(questions.length).toBeGreaterThan(8);
    expect(questions.length).toBeLessThan(15);
    host.fail(hostFailure({ message: "GitHub cannot be reached" }));
    await pass(10 * MINUTE_MS);
    expect(at.news).toBe(3);
    host.fail(null);
    await pass(10 * MINUTE_MS);
    expect(at.news).toBe(4);
  });

  test("what could be read counts, what could not is asked for again", async () => {
    const texts = { ...TEXTS, [taskPath("c")]: taskText({ status: "in_progress" }) };
    const { process, host, source, store } = await setUp(texts);
    host.put(openedAt());
    host.put(openedAt({ number: 5, branch: "task/c" }));
    host.hideBranch("task/a");
    process.start();
    await pass(SECOND_MS);
    await process.cycle();
    expect(await source()).toMatchObject({ state: "failing", error: "1 of 2 could not be read" });
    const numberOf = async (key: string) => (await store.readRow(key))?.pull_request?.number;
    expect([await numberOf("a"), await numberOf("c")]).toEqual([undefined, 5]);
    host.hideBranch(null);
    await pass(15 * SECOND_MS);
    await process.cycle();
    expect([await numberOf("a"), await numberOf("c")]).toEqual([712, 5]);
  });

  test("a host that a command could not wait for has failed", async () => {
    const { process, found, at, store } = await setUp();
    if (found.kind !== "found") return;
    const limit = new AbortController();
    found.host.readNews = async () => {
      limit.abort(new DOMException("8 s", "TimeoutError"));
      return { kind: "failed", failure: hostFailure({ reason: "timeout" }), budget: null, requests: 1 };
    };
    const about = process.about();
    if (about === null) throw new Error("no tasks");
    await process.pullRequests.syncIfDue({ epoch: at.epoch, about, signal: limit.signal });
    expect((await store.readPullRequests()).state?.standing).toMatchObject({ kind: "failing", times: 1 });
  });
});

describe("asked by hand", () => {
  const budget = () => ({ limit: 5_000, remaining: 900, resetAtMs: Date.now() + HOUR_MS });

  test("the reserve does not hold it, and it asks for everything that is open", async () => {
    const { process, host, questions } = await setUp();
    host.put(openedAt());
    host.setBudget(budget());
    process.start();
    await pass(SECOND_MS);
    questions.length = 0;
    await pass(10 * MINUTE_MS);
    expect(questions).toEqual([]);
    process.pullRequests.requestSync();
    await pass(0);
    expect(questions).toEqual(["news", "task/a"]);
    await pass(10 * MINUTE_MS);
    expect(questions).toHaveLength(2);
  });

  test("what the host has forbidden is not done by hand either, but as soon as it may", async () => {
    const { process, host, questions } = await setUp();
    host.fail(hostFailure({ reason: "rate_limit", notBeforeMs: Date.now() + 5 * MINUTE_MS }));
    process.start();
    await pass(SECOND_MS);
    questions.length = 0;
    for (let minute = 0; minute < 4; minute += 1) {
      process.pullRequests.requestSync();
      await pass(MINUTE_MS);
    }
    expect(questions).toEqual([]);
    await pass(MINUTE_MS);
    expect(questions).toEqual(["news"]);
  });

  test("as often as one likes: each three seconds at most", async () => {
    const { process, questions } = await setUp();
    process.start();
    await pass(SECOND_MS);
    questions.length = 0;
    for (let tick = 0; tick < 100; tick += 1) {
      process.pullRequests.requestSync();
      await pass(100);
    }
    expect(questions.filter((question) => question === "news").length).toBeLessThanOrEqual(4);
    expect(questions.length).toBeGreaterThan(0);
  });

  test("cycles that follow each other all the time, as many loads cause them, put it off by nothing", async () => {
    const { process, questions } = await setUp();
    process.start();
    await pass(SECOND_MS);
    questions.length = 0;
    process.pullRequests.requestSync();
    for (let tick = 0; tick < 50; tick += 1) {
      process.pullRequests.reschedule();
      await pass(100);
    }
    expect(questions).toContain("news");
    questions.length = 0;
    for (let tick = 0; tick < 10 * 130; tick += 1) {
      process.pullRequests.reschedule();
      await pass(100);
    }
    expect(questions).toContain("news");
  });

  test("before there is a runner it is kept for it", async () => {
    const { process, host, questions } = await setUp();
    host.put(openedAt());
    process.pullRequests.requestSync();
    process.start();
    await pass(SECOND_MS);
    expect(questions).toEqual(["news", "task/a"]);
  });
});

describe("off", () => {
  test("says why and what to do, is looked at each minute, and is found within one", async () => {
    const { process, at, source, searches, found, questions } = await setUp();
    at.search = OFF;
    process.start();
    await pass(SECOND_MS);
    await process.cycle();
    expect(await source()).toMatchObject({ state: "off", off_because: "no token", remedy: OFF.remedy });
    await pass(10 * MINUTE_MS);
    expect(searches.length).toBeLessThanOrEqual(11);
    expect([at.news, questions]).toEqual([1, []]);
    at.search = found;
    await pass(MINUTE_MS + SECOND_MS);
    expect(questions[0]).toBe("news");
    expect(at.news).toBe(2);
    await process.cycle();
    expect(await source()).toMatchObject({ state: "ok", off_because: null, remedy: null });
    const { length } = searches;
    await pass(10 * MINUTE_MS);
    expect(searches).toHaveLength(length);
  });

  test("by hand it is looked at at once", async () => {
    const { process, at, found, questions } = await setUp();
    at.search = OFF;
    process.start();
    await pass(5 * SECOND_MS);
    at.search = found;
    process.pullRequests.requestSync();
    await pass(0);
    expect(questions).toEqual(["news", "task/a"]);
  });

  test("another reason is news", async () => {
    const { process, at } = await setUp();
    at.search = OFF;
    process.start();
    await pass(SECOND_MS);
    at.search = { ...OFF, because: "remote is gitlab.com", remedy: null };
    await pass(MINUTE_MS + SECOND_MS);
    expect(at.news).toBe(2);
  });

  test("F10: when the token goes, what was known stays, as old as it is", async () => {
    const { process, at, host, source, store } = await setUp();
    host.put(openedAt());
    process.start();
    await pass(SECOND_MS);
    host.fail(hostFailure({ reason: "auth" }));
    at.search = OFF;
    await pass(5 * MINUTE_MS);
    await process.cycle();
    expect(await source()).toMatchObject({ state: "off", observed_at: "2026-03-24T13:00:01.000Z" });
    expect((await store.readRow("a"))?.pull_request?.number).toBe(712);
  });
});

describe("what is kept", () => {
  test("R9: a runner that takes over shows it at once, and asks nothing before it is due", async () => {
    const { process, host, begin, questions, store } = await setUp();
    host.put(openedAt());
    const stop = process.start();
    await pass(SECOND_MS);
    stop();
    questions.length = 0;
    const next = begin();
    expect((await next.pullRequests.current()).input.known).toEqual([
      pullRequest({ updatedAtMs: NOON_MS + HOUR_MS }),
    ]);
    await next.cycle();
    expect((await store.readRow("a"))?.pull_request?.number).toBe(712);
    next.start();
    await pass(2 * MINUTE_MS - 2 * SECOND_MS);
    expect(questions).toEqual([]);
    await pass(2 * SECOND_MS);
    expect(questions).toEqual(["news"]);
  });

  test("R9: a runner that leads again continues from what the other one did meanwhile", async () => {
    const { process, host, begin, questions } = await setUp();
    host.put(openedAt());
    const stop = process.start();
    await pass(SECOND_MS);
    await process.cycle();
    stop();
    const other = begin();
    await other.cycle();
    const stopOther = other.start();
    await pass(3 * MINUTE_MS);
    stopOther();
    questions.length = 0;
    process.start();
    await pass(50 * SECOND_MS);
    expect(questions).toEqual([]);
    expect((await process.pullRequests.current()).state.observedAtMs).toBe(
      NOON_MS + HOUR_MS + 121 * SECOND_MS,
    );
  });

  test("R9: a superseded process writes nothing, and has no news", async () => {
    const { process, host, store, at, known } = await setUp();
    host.put(openedAt());
    process.start();
    await store.releaseLease({ epoch: at.epoch });
    await store.claimLease({ holder: holderNamed("b"), termMs: DAY_MS, nowMs: Date.now() });
    await pass(10 * MINUTE_MS);
    expect([await known(), (await store.readPullRequests()).state, at.news]).toEqual([[], null, 0]);
  });

  test("F10: facts that the store could not take are written with the next round, and not lost", async () => {
    const { process, host, store, known, at } = await setUp();
    const { writePullRequests } = store;
    host.put(openedAt());
    Object.assign(store, { writePullRequests: () => Promise.reject(new Error("full")) });
    process.start();
    await pass(5 * MINUTE_MS);
    expect([await known(), at.news]).toEqual([[], 0]);
    Object.assign(store, { writePullRequests });
    await pass(2 * MINUTE_MS);
    expect([await known(), at.news]).toEqual([[712], 1]);
    await process.cycle();
    expect((await store.readRow("a"))?.pull_request?.number).toBe(712);
  });

  test("the input keeps its identity while nothing changed, and is new with what was done for a branch", async () => {
    const { process, host, store } = await setUp();
    host.put(openedAt());
    process.start();
    await pass(SECOND_MS);
    const { pullRequests } = process;
    const first = (await pullRequests.current()).input;
    await pass(10 * MINUTE_MS);
    pullRequests.forget();
    expect((await pullRequests.current()).input).toBe(first);
    await store.replaceCare({ before: null, after: deliveryRecord() });
    const second = (await pullRequests.current()).input;
    expect(second.deliveryRecords.get(712)).toEqual(deliveryRecord());
    expect(second.known).toEqual(first.known);
    await pass(10 * MINUTE_MS);
    expect((await pullRequests.current()).input).toBe(second);
  });

  test("of another repository nothing: it starts again, which is news", async () => {
    const { process, host, at, store, known, questions } = await setUp();
    host.put(openedAt());
    process.start();
    await pass(SECOND_MS);
    await store.replaceCare({ before: null, after: deliveryRecord() });
    await process.cycle();
    const other = createMemoryPullRequestHost("acme/renamed");
    host.fail(hostFailure({ reason: "missing" }));
    at.search = { kind: "found", host: other };
    await pass(3 * MINUTE_MS);
    expect(await known()).toEqual([]);
    expect(await store.readPullRequests()).toMatchObject({ care: [], state: { repository: "acme/renamed" } });
    await process.cycle();
    expect((await store.readRow("a"))?.pull_request).toBeNull();
    const { length } = questions;
    other.put(openedAt({ number: 3 }));
    await pass(2 * MINUTE_MS);
    expect([await known(), questions.length]).toEqual([[3], length]);
  });

  test("another repository, without a failure before, is news though it has no pull request", async () => {
    const { process, host, begin, at, known } = await setUp();
    host.put(openedAt());
    const stop = process.start();
    await pass(SECOND_MS);
    stop();
    at.search = { kind: "found", host: createMemoryPullRequestHost("acme/other") };
    at.news = 0;
    const next = begin();
    await next.cycle();
    next.start();
    await pass(2 * MINUTE_MS);
    expect([await known(), at.news]).toEqual([[], 1]);
  });
});

describe("what is over", () => {
  const LONG_AGO_MS = NOON_MS - 100 * DAY_MS;
  const old = (given: Partial<PullRequest>) =>
    merged({ mergedAtMs: LONG_AGO_MS, updatedAtMs: LONG_AGO_MS, createdAtMs: LONG_AGO_MS, ...given });

  test("long ago, of a task that is still open, is found and kept", async () => {
    const { process, host, store, known } = await setUp();
    host.put(old({}));
    process.start();
    await pass(SECOND_MS);
    await process.cycle();
    expect(await store.readRow("a")).toMatchObject({ group: "done", rule: "merged" });
    await pass(HOUR_MS);
    expect(await known()).toEqual([712]);
  });

  test("long ago, named by the file of a task that is still open, too", async () => {
    const texts = { [taskPath("a")]: taskText({ status: "in_progress", pr_number: "712" }) };
    const { process, host, store } = await setUp(texts);
    host.put(old({ branch: "elsewhere" }));
    process.start();
    await pass(SECOND_MS);
    await process.cycle();
    expect((await store.readRow("a"))?.pull_request).toMatchObject({ number: 712, linked_by: "hint" });
  });

  test("is dropped once its task is over and it is 90 days old, and not learned of again", async () => {
    const { process, host, at, known, tree } = await setUp();
    host.put(merged({ branch: "task/a", mergedAtMs: Date.now(), updatedAtMs: Date.now() }));
    process.start();
    await pass(SECOND_MS);
    tree.write(taskPath("a"), taskText({ status: "completed" }));
    vi.setSystemTime(Date.now() + 89 * DAY_MS);
    await process.cycle();
    await pass(3 * MINUTE_MS);
    expect(await known()).toEqual([712]);
    vi.setSystemTime(Date.now() + 2 * DAY_MS);
    await pass(3 * MINUTE_MS);
    expect(await known()).toEqual([]);
    const { news: before } = at;
    await pass(HOUR_MS);
    expect(at.news).toBe(before);
  });

  test("on a branch that is used again is no news each time that one is asked for", async () => {
    const { process, host, at, known, store } = await setUp();
    host.put(old({ number: 5, branch: "task/over" }));
    host.put(openedAt({ number: 9, branch: "task/over", checks: RUNNING }));
    process.start();
    await pass(SECOND_MS);
    expect(await known()).toEqual([9]);
    const version = await store.readPullRequestsVersion();
    await pass(10 * MINUTE_MS);
    expect([at.news, await store.readPullRequestsVersion()]).toEqual([1, version]);
  });
});

describe("for a command", () => {
  test("a round is wanted when it is due, or when a token was found", async () => {
    const { begin, at, host, found, store } = await setUp();
    const signal = new AbortController().signal;
    const wants = () => begin().pullRequests.wantsSync(signal);
    const look = async () => {
      const { pullRequests, about, cycle } = begin();
      await cycle();
      const subjects = about();
      if (subjects === null) throw new Error("no tasks");
      await pullRequests.wantsSync(signal);
      return await pullRequests.syncIfDue({ epoch: at.epoch, about: subjects, signal });
    };
    at.search = OFF;
    expect(await wants()).toBe(true);
    expect(await look()).toBe(true);
    expect(await wants()).toBe(false);
    await pass(10 * SECOND_MS);
    at.search = { ...OFF, because: "remote is gitlab.com" };
    expect(await wants()).toBe(true);
    at.search = found;
    expect(await wants()).toBe(true);
    host.put(openedAt());
    expect(await look()).toBe(true);
    expect((await store.readPullRequests()).known).toHaveLength(1);
    expect(await wants()).toBe(false);
    await pass(2 * MINUTE_MS);
    expect(await wants()).toBe(true);
    host.fail(hostFailure({ notBeforeMs: Date.now() + HOUR_MS }));
    await look();
    await pass(30 * MINUTE_MS);
    expect(await wants()).toBe(false);
  });
});

test("news of a task that is not started are fetched, those of a branch without a task are not", async () => {
  const { process, host, questions } = await setUp();
  process.start();
  await pass(SECOND_MS);
  questions.length = 0;
  host.put(openedAt({ number: 1, branch: "task/b" }));
  host.put(openedAt({ number: 2, branch: "renovate/all" }));
  host.put(openedAt({ number: 3, branch: "task/a", fork: true }));
  await pass(2 * MINUTE_MS);
  expect(questions).toEqual(["news", "task/b"]);
});
