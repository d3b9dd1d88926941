import { describe, expect, test } from "vitest";
import { createMemoryClock } from "../../../test/memory/memory-clock.ts";
import {
  answered,
  changed,
  failed,
  hostFailure,
  lookedUp,
  merged,
  news,
  pullRequest,
  type ScriptedHost,
  scriptedHost,
} from "../../../test/support/pull-request-samples.ts";
import { NOON_MS } from "../../../test/support/task-tree.ts";
import type { PullRequest } from "../../core/contract/pull-request.ts";
import type { SyncTargets } from "../../core/pull-request/sync-scope.ts";
import { NEVER_SYNCED } from "../../core/pull-request/sync-state.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import { type RunSyncInput, runSync } from "./run-sync.ts";

const STARTED_MS = NOON_MS + 20 * MINUTE_MS;
const signal = new AbortController().signal;

const NOTHING: SyncTargets = { branches: [], numbers: [], isTasks: () => true, expecting: false };
const interestIn = (...branches: readonly string[]): SyncTargets => ({ ...NOTHING, branches });

type Given = Partial<Omit<RunSyncInput, "known">> & { readonly known?: readonly PullRequest[] };

/** A round twenty minutes after the last, of a host that takes a second for each question. */
async function round(host: ScriptedHost, { known = [], ...given }: Given = {}) {
  const clock = createMemoryClock(STARTED_MS);
  const slow: ScriptedHost = {
    ...host,
    readNews: (question) => {
      clock.advance(1_000);
      return host.readNews(question);
    },
    readPullRequests: (question) => {
      clock.advance(1_000);
      return host.readPullRequests(question);
    },
  };
  return await runSync(slow, {
    ...{ clock, state: lookedUp(), interest: NOTHING, byHand: false, signal },
    known: new Map(known.map((one) => [one.number, one])),
    ...given,
  });
}

const asked = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, STARTED_MS]));

describe("a round that is answered in full", () => {
  test("is true as of its beginning, and tried as of its end", async () => {
    const host = scriptedHost();
    host.facts.set("task/a", [pullRequest()]);
    const { state, changed: facts, requests } = await round(host, { interest: interestIn("task/a") });
    expect(host.questions).toEqual(["news since m1", "task/a"]);
    expect(state).toMatchObject({
      ...{ standing: { kind: "ok" }, repository: "acme/app" },
      ...{ observedAtMs: STARTED_MS, triedAtMs: STARTED_MS + 2_000 },
      askedAtMs: { "task/a": STARTED_MS + 1_000 },
    });
    expect([facts, requests]).toEqual([[pullRequest()], 2]);
  });

  test("P9: asks for nothing in full while there is nothing new, and keeps its mark", async () => {
    const host = scriptedHost();
    host.facts.set("task/a", [pullRequest()]);
    const state = lookedUp({ askedAtMs: { "task/a": STARTED_MS - MINUTE_MS } });
    const result = await round(host, { state, known: [pullRequest()] });
    expect(host.questions).toEqual(["news since m1"]);
    expect(result).toMatchObject({
      changed: [],
      requests: 1,
      state: { mark: "m1", observedAtMs: STARTED_MS },
    });
  });

  test("takes the mark of the news, and the newest change in them", async () => {
    const host = scriptedHost();
    const later = { updatedAtMs: NOON_MS + 5 };
    host.news = answered(
      news({ mark: "m2", changed: [changed(pullRequest(later)), changed(pullRequest())] }),
    );
    expect((await round(host)).state).toMatchObject({ mark: "m2", newsUntilMs: NOON_MS + 5 });
    host.news = answered(news({ mark: "m3", changed: [changed(pullRequest({ updatedAtMs: 1 }))] }));
    expect((await round(host)).state).toMatchObject({ mark: "m3", newsUntilMs: NOON_MS });
    host.news = answered(news({ mark: "m4" }));
    expect((await round(host)).state).toMatchObject({ mark: "m4", newsUntilMs: NOON_MS });
  });

  test("reports only changes", async () => {
    const host = scriptedHost();
    const old = merged({ number: 5 });
    host.facts.set("task/a", structuredClone([pullRequest({ title: "New" }), old]));
    const result = await round(host, { known: [pullRequest(), old], byHand: true });
    expect(result.changed).toEqual([pullRequest({ title: "New" })]);
  });

  test("notes that a branch has none: it is not asked for again", async () => {
    const host = scriptedHost();
    const first = await round(host, { interest: interestIn("task/a"), state: NEVER_SYNCED });
    expect(host.questions).toEqual(["news since null", "task/a"]);
    expect(first.changed).toEqual([]);
    await round(host, { interest: interestIn("task/a"), state: first.state });
    expect(host.questions.slice(2)).toEqual(["news since null"]);
  });

  test("asks fifty at a time, the most pressing first", async () => {
    const host = scriptedHost();
    const branches = Array.from({ length: 120 }, (_, at) => `task/t${at}`);
    const { requests, state } = await round(host, { interest: interestIn(...branches) });
    expect(host.questions.slice(1).map((names) => names.split(" ").length)).toEqual([50, 50, 20]);
    expect(host.questions.slice(1).join(" ").split(" ")).toEqual(branches);
    expect([requests, Object.keys(state.askedAtMs).length]).toEqual([4, 120]);
  });

  test("P9: sends ten requests at most; what is left over comes first in the next, and the facts are as old as before", async () => {
    const host = scriptedHost();
    const branches = Array.from({ length: 620 }, (_, at) => `task/t${at}`);
    const first = await round(host, { interest: interestIn(...branches) });
    expect(first.requests).toBe(10);
    expect(first.state).toMatchObject({ standing: { kind: "ok" }, observedAtMs: NOON_MS });
    expect(first.state.postponed).toHaveLength(620 - 9 * 50);
    host.questions.length = 0;
    const second = await round(host, { interest: interestIn("task/new"), state: first.state });
    expect(host.questions.slice(1).join(" ").split(" ")).toEqual([...branches.slice(9 * 50), "task/new"]);
    expect(second.state).toMatchObject({ postponed: [], observedAtMs: STARTED_MS });
  });

  test.each(["__proto__", "constructor"])(
    "S14: a branch called %s is noted like any other",
    async (branch) => {
      const host = scriptedHost();
      host.facts.set(branch, [pullRequest({ branch })]);
      const { state, changed: facts } = await round(host, { interest: interestIn(branch) });
      expect(Object.keys(state.askedAtMs)).toEqual([branch]);
      expect(facts).toEqual([pullRequest({ branch })]);
    },
  );
});

describe("F10: a round that fails keeps what is known, and its age", () => {
  const known = [pullRequest()];
  const branches = Array.from({ length: 60 }, (_, at) => `task/t${at}`);
  const before = lookedUp({ askedAtMs: asked("task/a") });

  test("when the news fail nothing is asked", async () => {
    const host = scriptedHost();
    host.news = failed();
    const { state, changed: facts } = await round(host, { known, state: before, byHand: true });
    expect(host.questions).toEqual(["news since m1"]);
    expect(facts).toEqual([]);
    expect(state).toEqual({
      ...before,
      standing: {
        ...{ kind: "failing", message: "GitHub has a fault (502)", remedy: null, notBeforeMs: null },
        ...{ sinceMs: STARTED_MS + 1_000, times: 1 },
      },
      triedAtMs: STARTED_MS + 1_000,
    });
  });

  test("what was answered before the failure counts; the mark stays, so that nothing is missed", async () => {
    const host = scriptedHost();
    host.news = answered(news({ mark: "m2", changed: [changed(pullRequest({ updatedAtMs: NOON_MS + 5 }))] }));
    host.facts.set("task/t0", [pullRequest({ number: 1, branch: "task/t0" })]);
    host.failsAt = { question: 2, failure: hostFailure() };
    const result = await round(host, {
      state: before,
      interest: { ...interestIn(...branches), isTasks: () => false },
    });
    expect(result.changed.map(({ number }) => number)).toEqual([1]);
    expect(result.state).toMatchObject({ mark: "m1", newsUntilMs: NOON_MS, observedAtMs: NOON_MS });
    expect(Object.keys(result.state.askedAtMs)).toEqual(["task/a", ...branches.slice(0, 50)]);
    expect(result.requests).toBe(3);
  });

  test("what could not be read is asked for again, what could be counts", async () => {
    const host = scriptedHost();
    host.facts.set("task/b", null).set("task/c", [pullRequest({ number: 3, branch: "task/c" })]);
    const given = { interest: interestIn("task/b", "task/c"), state: before, known };
    const first = await round(host, given);
    expect(first.state).toMatchObject({
      standing: { kind: "failing", message: "1 of 2 could not be read", times: 1 },
      ...{ mark: "m1", observedAtMs: NOON_MS },
    });
    expect(first.changed.map(({ number }) => number)).toEqual([3]);
    host.facts.set("task/b", []);
    const second = await round(host, { ...given, state: first.state });
    expect(host.questions.at(-1)).toBe("task/b");
    expect(second.state).toMatchObject({ standing: { kind: "ok" }, observedAtMs: STARTED_MS });
  });

  test("failures in a row are counted, from the first of them on; a success forgets them", async () => {
    const host = scriptedHost();
    host.news = failed(hostFailure({ message: "first" }));
    const first = await round(host);
    host.news = failed(hostFailure({ message: "second", remedy: "Wait.", notBeforeMs: NOON_MS + 7 }));
    const second = await round(host, { state: first.state });
    expect(second.state.standing).toEqual({
      ...{ kind: "failing", message: "second", remedy: "Wait.", notBeforeMs: NOON_MS + 7 },
      ...{ sinceMs: STARTED_MS + 1_000, times: 2 },
    });
    host.news = answered(null);
    expect((await round(host, { state: second.state })).state.standing).toEqual({ kind: "ok" });
  });
});

describe("budgets", () => {
  const budget = (remaining: number) => ({ limit: 5_000, remaining, resetAtMs: NOON_MS });

  test("are those of the newest answer of each kind, a failed one included", async () => {
    const host = scriptedHost();
    host.news = answered(null, { budget: budget(10) });
    const { state } = await round(host, { state: lookedUp({ questions: budget(20) }) });
    expect([state.news, state.questions]).toEqual([budget(10), budget(20)]);
    host.news = { ...failed(), budget: budget(0) };
    expect((await round(host, { state })).state.news).toEqual(budget(0));
  });

  test("stay when the host says nothing of them", async () => {
    const state = lookedUp({ news: budget(10), questions: budget(20) });
    const result = await round(scriptedHost(), { state, interest: interestIn("task/a") });
    expect([result.state.news, result.state.questions]).toEqual([budget(10), budget(20)]);
  });
});
