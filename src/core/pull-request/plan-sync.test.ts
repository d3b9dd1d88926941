import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  changed,
  checks,
  closed,
  lookedUp,
  merged,
  news,
  pullRequest,
  RUNNING,
} from "../../../test/support/pull-request-samples.ts";
import { NOON_MS } from "../../../test/support/task-tree.ts";
import type { PullRequest } from "../contract/pull-request.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../values/durations.ts";
import {
  BUSY_EVERY_MS,
  CONFIRM_EVERY_MS,
  EXPECTING_EVERY_MS,
  type FetchPlanInput,
  fetchName,
  type NextSyncInput,
  nextSyncMs,
  planFetches,
  QUIET_EVERY_MS,
} from "./plan-sync.ts";
import type { SyncTargets } from "./sync-scope.ts";
import type { Budget, PullRequestSyncState } from "./sync-state.ts";

describe("what is asked", () => {
  const NOTHING: SyncTargets = { branches: [], numbers: [], isTasks: () => false, expecting: false };
  const wanting = (overrides: Partial<SyncTargets>): SyncTargets => ({ ...NOTHING, ...overrides });
  const ofTasks = wanting({ isTasks: (branch) => branch.startsWith("task/") });

  /** A minute after noon; everything that is known was asked for at noon, by default. */
  function questions(overrides: Partial<FetchPlanInput>): readonly string[] {
    const { known = [] } = overrides;
    const askedAtMs = Object.fromEntries(
      known.flatMap(({ branch, number }) => [
        [branch, NOON_MS],
        [`#${number}`, NOON_MS],
      ]),
    );
    return planFetches({
      ...{ targets: NOTHING, known, state: { askedAtMs, postponed: [] }, news: null, byHand: false },
      ...{ nowMs: NOON_MS + MINUTE_MS, ...overrides },
    }).map(fetchName);
  }

  const quiet = pullRequest();
  const other = pullRequest({ number: 5, branch: "task/b" });

  test("nothing, when nothing changed and nothing is in motion", () => {
    const known = [quiet, other, merged({ number: 6 }), closed({ number: 7 })];
    const state = {
      askedAtMs: { "task/a": NOON_MS, "task/b": NOON_MS, "task/c": 0, "#9": 0 },
      postponed: [],
    };
    const interest = wanting({ branches: ["task/a", "task/b", "task/c"], numbers: [9, 712] });
    expect(questions({ known, state, targets: interest })).toEqual([]);
    expect(questions({ known, state, targets: interest, news: news() })).toEqual([]);
  });

  test.each<[string, Partial<FetchPlanInput>, readonly string[]]>([
    ["what the news name", { known: [quiet, other], news: news({ changed: [changed(quiet)] }) }, ["task/a"]],
    [
      "what is over and was named: it may be open again",
      { known: [merged(), closed({ number: 5, branch: "x" })], news: news({ changed: [changed(merged())] }) },
      ["task/a"],
    ],
    [
      "one whose checks ran",
      { known: [quiet, other], news: news({ branchesWithChecks: ["task/b", "main"] }) },
      ["task/b"],
    ],
    [
      "one that is over whose branch had checks: nothing",
      { known: [merged()], news: news({ branchesWithChecks: ["task/a"] }) },
      [],
    ],
    [
      "all that go into the same base, when one was merged",
      {
        known: [quiet, other, pullRequest({ number: 6, branch: "task/c", base: "develop" })],
        news: news({ changed: [changed(merged({ number: 9, branch: "elsewhere" }))] }),
      },
      ["task/a", "task/b"],
    ],
    [
      "a branch of a task, not known yet",
      { targets: ofTasks, news: news({ changed: [changed(quiet)] }) },
      ["task/a"],
    ],
    [
      "a branch of no one's: nothing",
      { targets: ofTasks, news: news({ changed: [changed(pullRequest({ branch: "main" }))] }) },
      [],
    ],
    [
      "someone's fork that has a task's name: nothing",
      { targets: ofTasks, news: news({ changed: [changed(pullRequest({ fork: true }))] }) },
      [],
    ],
    [
      "everything that is open, by hand",
      { known: [quiet, other, merged({ number: 6 })], byHand: true },
      ["task/a", "task/b"],
    ],
    [
      "everything that is open, when the news could not tell all",
      { known: [quiet, merged({ number: 6, branch: "x" })], news: news({ complete: false }) },
      ["task/a"],
    ],
    [
      "branches and numbers again, when the news could not tell all",
      {
        targets: wanting({ branches: ["task/c"], numbers: [9] }),
        state: { askedAtMs: { "task/c": NOON_MS, "#9": NOON_MS }, postponed: [] },
        news: news({ complete: false }),
      },
      ["task/c", "#9"],
    ],
    [
      "branches and numbers that were never asked for",
      { targets: wanting({ branches: ["task/c", "task/a"], numbers: [9, 712] }), known: [quiet] },
      ["task/c", "#9"],
    ],
    ["a fork by its number", { known: [pullRequest({ fork: true })], byHand: true }, ["#712"]],
    [
      "a fork is not the branch of that name",
      {
        known: [pullRequest({ fork: true })],
        targets: wanting({ branches: ["task/a"] }),
        state: { askedAtMs: { "#712": NOON_MS }, postponed: [] },
      },
      ["task/a"],
    ],
    [
      "each once, what is known first",
      {
        known: [quiet],
        targets: { ...ofTasks, branches: ["task/c", "task/a"] },
        news: news({
          changed: [changed(quiet), changed(quiet), changed(other)],
          branchesWithChecks: ["task/a"],
        }),
      },
      ["task/a", "task/b", "task/c"],
    ],
  ])("%s", (_, overrides, expected) => {
    expect(questions(overrides)).toEqual(expected);
  });

  test.each<[string, Partial<PullRequest>, number]>([
    ["running checks", { checks: RUNNING }, BUSY_EVERY_MS],
    ["mergeable or not is being found out", { mergeable: "unknown" }, BUSY_EVERY_MS],
    ["checks that no news tell of", { checks: checks({ passing: 1, foreign: true }) }, QUIET_EVERY_MS],
    ["running ones of those", { checks: checks({ running: 1, foreign: true }) }, BUSY_EVERY_MS],
    ["none of that", {}, CONFIRM_EVERY_MS],
  ])("%s: asked again after its time, without any news", (_, overrides, everyMs) => {
    const known = [pullRequest(overrides)];
    expect(questions({ known, nowMs: NOON_MS + everyMs - 1 })).toEqual([]);
    expect(questions({ known, nowMs: NOON_MS + everyMs })).toEqual(["task/a"]);
    // One that was never asked for by this name is due.
    expect(questions({ known, state: { askedAtMs: {}, postponed: [] } })).toEqual(["task/a"]);
  });

  test("what found no place in the last round comes first, and once", () => {
    const postponed = [
      { kind: "number", number: 9 },
      { kind: "branch", branch: "task/b" },
    ] as const;
    const interest = wanting({ branches: ["task/a", "task/b"] });
    expect(questions({ targets: interest, state: { askedAtMs: {}, postponed } })).toEqual([
      "#9",
      "task/b",
      "task/a",
    ]);
  });

  test("R10: a clock that was set back keeps no one waiting: what was asked then is asked again", () => {
    const nowMs = NOON_MS - HOUR_MS;
    expect(questions({ known: [pullRequest({ checks: RUNNING })], nowMs })).toEqual(["task/a"]);
  });

  test.each(["__proto__", "constructor", "toString"])(
    "S14: a branch called %s is asked for once",
    (branch) => {
      const interest = wanting({ branches: [branch] });
      expect(questions({ targets: interest, state: { askedAtMs: {}, postponed: [] } })).toEqual([branch]);
      const askedAtMs: Record<string, number> = JSON.parse(`{"${branch}": ${NOON_MS}}`);
      expect(questions({ targets: interest, state: { askedAtMs, postponed: [] } })).toEqual([]);
    },
  );
});

describe("when the next round is due", () => {
  const quiet = pullRequest();
  const busy = pullRequest({ number: 5, checks: RUNNING });
  const budget = (remaining: number, overrides: Partial<Budget> = {}): Budget => ({
    ...{ limit: 5_000, remaining, resetAtMs: NOON_MS + HOUR_MS, ...overrides },
  });

  /** Milliseconds after noon, when the last round ended; a second after it. */
  function dueAfterMs(state: Partial<PullRequestSyncState>, overrides: Partial<NextSyncInput> = {}): number {
    const pace = { known: [], expecting: false, reserve: 1_000, nowMs: NOON_MS + SECOND_MS, ...overrides };
    return nextSyncMs({ ...pace, state: lookedUp(state) }) - NOON_MS;
  }

  test.each<[string, Partial<NextSyncInput>, number]>([
    ["nothing continues", { known: [quiet] }, 2 * MINUTE_MS],
    ["nothing is known", {}, 2 * MINUTE_MS],
    ["a worker is at work", { known: [quiet], expecting: true }, 30 * SECOND_MS],
    ["checks are running", { known: [quiet, busy] }, 15 * SECOND_MS],
    ["both", { known: [busy], expecting: true }, 15 * SECOND_MS],
    ["the host is finding out", { known: [pullRequest({ mergeable: "unknown" })] }, 15 * SECOND_MS],
    ["what is over does not count", { known: [merged({ checks: RUNNING })] }, 2 * MINUTE_MS],
  ])("%s", (_, overrides, expected) => {
    expect(dueAfterMs({}, overrides)).toBe(expected);
  });

  test("at once before the first, and after the clock was set back", () => {
    expect(dueAfterMs({ triedAtMs: null })).toBe(SECOND_MS);
    expect(dueAfterMs({}, { nowMs: NOON_MS - HOUR_MS })).toBe(-HOUR_MS);
  });

  test.each<[string, Partial<PullRequestSyncState>, Partial<NextSyncInput>, number]>([
    ["plenty: as usual", { questions: budget(5_000) }, { known: [busy] }, 15 * SECOND_MS],
    // 100 points are left for rounds of 5 in an hour: one each three minutes.
    ["stretched as it shrinks", { questions: budget(1_100) }, { known: [busy] }, 180_000],
    [
      "of a larger budget a larger share is kept",
      { questions: budget(3_100, { limit: 15_000 }) },
      {},
      180_000,
    ],
    [
      "one that is counted again by now is none",
      { questions: budget(0, { resetAtMs: NOON_MS }) },
      {},
      2 * MINUTE_MS,
    ],
    [
      "the reserve is reached: until it is counted again",
      { questions: budget(1_000) },
      { known: [busy] },
      HOUR_MS,
    ],
    ["that of the news too", { news: budget(10) }, {}, HOUR_MS],
    ["less than a round is left: the same", { questions: budget(1_004) }, {}, HOUR_MS],
    ["without a reserve all of it is used", { questions: budget(100) }, { reserve: 0 }, 180_000],
  ])("by the budget: %s", (_, state, overrides, expected) => {
    expect(dueAfterMs(state, overrides)).toBe(expected);
  });

  test("P9: at once while something is left over, though never into the reserve nor before the host allows it", () => {
    const postponed = [{ kind: "number", number: 9 }] as const;
    expect(dueAfterMs({ postponed }, { known: [quiet] })).toBe(0);
    expect(dueAfterMs({ postponed, questions: budget(1_100) })).toBe(0);
    expect(dueAfterMs({ postponed, questions: budget(1_000) })).toBe(HOUR_MS);
    expect(dueAfterMs({ postponed, ...failing(1, NOON_MS + 90 * SECOND_MS) })).toBe(90 * SECOND_MS);
  });

  test("by the budget: the more there is to ask, the further apart", () => {
    const many = Array.from({ length: 101 }, (_, at) => pullRequest({ number: at + 1 }));
    expect(dueAfterMs({ questions: budget(1_100) }, { known: many })).toBe(3 * 180_000);
  });

  const failing = (times: number, notBeforeMs: number | null = null): Partial<PullRequestSyncState> => ({
    standing: { ...{ kind: "failing", message: "m", remedy: null, sinceMs: 0 }, times, notBeforeMs },
  });

  test.each<[times: number, seconds: number]>([
    [1, 15],
    [2, 30],
    [3, 60],
    [4, 120],
    [5, 240],
    [6, 480],
    [7, 600],
    [40, 600],
    [5_000, 600],
  ])("after %d failures in a row: %d s", (times, seconds) => {
    expect(dueAfterMs(failing(times), { known: [busy] })).toBe(seconds * SECOND_MS);
  });

  test("after a failure: not before the host allows it, nor into the reserve", () => {
    expect(dueAfterMs(failing(1, NOON_MS + 90 * SECOND_MS))).toBe(90 * SECOND_MS);
    expect(dueAfterMs(failing(3, NOON_MS + SECOND_MS))).toBe(60 * SECOND_MS);
    expect(dueAfterMs({ ...failing(1), questions: budget(900) })).toBe(HOUR_MS);
  });

  test("R14: never before the host allows it, never sooner than usual, never forever", () => {
    const budgets = fc.option(
      fc.record({
        limit: fc.constantFrom(60, 5_000, 15_000),
        remaining: fc.nat({ max: 15_000 }),
        resetAtMs: fc.integer({ min: -HOUR_MS, max: HOUR_MS }).map((ms) => NOON_MS + ms),
      }),
    );
    const standing = fc.oneof(
      fc.constant({ kind: "ok" } as const),
      fc
        .record({
          times: fc.integer({ min: 1, max: 2_000 }),
          notBeforeMs: fc.option(fc.integer({ min: -HOUR_MS, max: HOUR_MS }).map((ms) => NOON_MS + ms)),
        })
        .map((overrides) => ({ ...failing(1).standing, ...overrides }) as PullRequestSyncState["standing"]),
    );
    const input = fc.record({
      state: fc.record({ standing, news: budgets, questions: budgets }).map(lookedUp),
      known: fc.subarray([quiet, busy, merged({ number: 6 })]),
      expecting: fc.boolean(),
      reserve: fc.nat({ max: 4_999 }),
      nowMs: fc.nat({ max: HOUR_MS }).map((ms) => NOON_MS + ms),
    });
    fc.assert(
      fc.property(input, (given) => {
        const nextMs = nextSyncMs(given);
        const { standing: now } = given.state;
        const isFailing = now.kind === "failing";
        if (isFailing) expect(nextMs).toBeGreaterThanOrEqual(now.notBeforeMs ?? 0);
        const isBusy = given.known.includes(busy);
        const usualMs =
          isFailing || isBusy ? BUSY_EVERY_MS : given.expecting ? EXPECTING_EVERY_MS : QUIET_EVERY_MS;
        expect(nextMs - NOON_MS).toBeGreaterThanOrEqual(usualMs);
        // An hour, and what it was late by.
        expect(nextMs - given.nowMs).toBeLessThanOrEqual(HOUR_MS + QUIET_EVERY_MS);
      }),
      { numRuns: 3_000 },
    );
  });
});
