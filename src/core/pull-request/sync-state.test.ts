import { describe, expect, test } from "vitest";
import { lookedUp } from "../../../test/support/pull-request-samples.ts";
import { NOON_MS } from "../../../test/support/task-tree.ts";
import { sourcesSchema } from "../contract/snapshot.ts";
import { HOUR_MS } from "../values/durations.ts";
import {
  type Budget,
  isSameStatus,
  NEVER_SYNCED,
  type PullRequestSyncStatus,
  rateLimitedUntilMs,
  reserveOf,
  scarcerBudget,
  viewSource,
} from "./sync-state.ts";

const NOON = "2026-03-24T12:00:00.000Z";
const RESERVE = 1_000;

function budget(remaining: number, given: Partial<Budget> = {}): Budget {
  return { limit: 5_000, remaining, resetAtMs: NOON_MS + HOUR_MS, ...given };
}

describe("F10: the source says which of its states it is in, and none looks like another", () => {
  const OFF = { kind: "off", because: "no token", remedy: "Run `gh auth login`." } as const;
  const FAILING: PullRequestSyncStatus = {
    kind: "failing",
    ...{ message: "GitHub refused the token (401)", remedy: "Run `gh auth login`." },
    ...{ sinceMs: NOON_MS + 60_000, times: 3, notBeforeMs: NOON_MS + HOUR_MS },
  };

  test.each([
    [
      "before any sync",
      NEVER_SYNCED,
      { state: "off", off_because: "not synced yet", observed_at: null, repository: null },
    ],
    [
      "off, with facts from before",
      lookedUp({ standing: OFF }),
      { state: "off", off_because: "no token", remedy: OFF.remedy, observed_at: NOON, failing_since: null },
    ],
    [
      "while the first sync has not asked for all of them",
      lookedUp({ observedAtMs: null, postponed: [{ kind: "number", number: 9 }] }),
      { state: "off", off_because: "not synced yet", observed_at: null },
    ],
    ["ok", lookedUp(), { state: "ok", error: null, off_because: null, observed_at: NOON }],
    [
      "failing, with facts from before",
      lookedUp({ standing: FAILING }),
      {
        ...{
          state: "failing",
          error: "GitHub refused the token (401)",
          remedy: "Run `gh auth login`.",
          off_because: null,
        },
        ...{ observed_at: NOON, failing_since: "2026-03-24T12:01:00.000Z" },
      },
    ],
    [
      "failing from the first sync on",
      { ...NEVER_SYNCED, standing: FAILING },
      { state: "failing", observed_at: null },
    ],
  ])("%s", (_, state, expected) => {
    const source = viewSource(state, { reserve: RESERVE });
    expect(source).toMatchObject(expected);
    expect(sourcesSchema.shape.pull_requests.parse(source)).toEqual(source);
  });

  test("with the budget that is used up sooner, and what is kept of it", () => {
    const state = lookedUp({ news: budget(4_000), questions: budget(100, { limit: 200 }) });
    expect(viewSource(state, { reserve: RESERVE }).budget).toEqual({
      ...{ limit: 200, remaining: 100, reserve: 40, reset_at: "2026-03-24T13:00:00.000Z" },
    });
    expect(viewSource(lookedUp(), { reserve: RESERVE }).budget).toBeNull();
  });
});

describe("what is news of the source", () => {
  const failing = (given = {}): PullRequestSyncStatus => ({
    ...{ kind: "failing", message: "m", remedy: null, sinceMs: 1, times: 1, notBeforeMs: null, ...given },
  });
  const off: PullRequestSyncStatus = { kind: "off", because: "no token", remedy: null };
  test.each<[PullRequestSyncStatus, PullRequestSyncStatus, boolean]>([
    [{ kind: "ok" }, { kind: "ok" }, false],
    [{ kind: "ok" }, failing(), true],
    [off, failing(), true],
    [off, { ...off, because: "remote is gitlab.com" }, true],
    [off, { ...off }, false],
    [failing(), failing({ times: 9, notBeforeMs: 7 }), false],
    [failing(), failing({ message: "n" }), true],
    [failing(), failing({ remedy: "r" }), true],
    [failing(), failing({ sinceMs: 2 }), true],
  ])("%j, then %j: %s", (a, b, isNews) => {
    expect(isSameStatus(a, b)).toBe(!isNews);
    expect(isSameStatus(b, a)).toBe(!isNews);
  });
});

test.each<[Budget | null, Budget | null, number | undefined]>([
  [null, null, undefined],
  [budget(7), null, 7],
  [null, budget(7), 7],
  [budget(100), budget(200), 100],
  [budget(200), budget(100), 100],
  [budget(50, { limit: 60 }), budget(100), 100],
])("the scarcer budget %#", (news, questions, remaining) => {
  expect(scarcerBudget({ news, questions })?.remaining).toBe(remaining);
});

test.each([
  [5_000, 1_000, 1_000],
  [15_000, 1_000, 3_000],
  [60, 1_000, 12],
  [5_000, 0, 0],
  [0, 1_000, 0],
])("of a budget of %d the setting %2$d keeps its share", (limit, setting, kept) => {
  expect(reserveOf({ limit }, setting)).toBe(kept);
});

describe("the reserve holds syncs until the host counts again", () => {
  const resetAtMs = NOON_MS + HOUR_MS;
  test.each<[string, Budget | null, Budget | null, number | null]>([
    ["nothing known", null, null, null],
    ["plenty", budget(5_000), budget(1_001), null],
    ["at the reserve", null, budget(1_000), resetAtMs],
    ["below it", budget(0), null, resetAtMs],
    ["below it, but counted again since", budget(0, { resetAtMs: NOON_MS }), null, null],
    ["both: the later one", budget(0), budget(0, { resetAtMs: resetAtMs + 1 }), resetAtMs + 1],
    ["a small budget has a small reserve", budget(13, { limit: 60 }), null, null],
    ["and reaches it", budget(12, { limit: 60 }), null, resetAtMs],
  ])("%s", (_, news, questions, expected) => {
    expect(rateLimitedUntilMs({ news, questions }, RESERVE, NOON_MS)).toBe(expected);
  });

  test("without a reserve all of it may be used", () => {
    expect(rateLimitedUntilMs({ news: null, questions: budget(1) }, 0, NOON_MS)).toBeNull();
    expect(rateLimitedUntilMs({ news: null, questions: budget(0) }, 0, NOON_MS)).toBe(resetAtMs);
  });
});
