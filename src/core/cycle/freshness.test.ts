import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { freshnessSchema, STALE_REASONS } from "../contract/snapshot.ts";
import { type CycleAttempt, computeFreshness, type FreshnessInput, rememberFreshness } from "./freshness.ts";

const NOW_MS = Date.UTC(2026, 2, 24, 12);
const OBSERVED = "2026-03-24T11:59:50.000Z";

const good: FreshnessInput = {
  ageMs: 10_000,
  observedAt: OBSERVED,
  lastAttempt: attempt("attested", NOW_MS - 10_100),
  lastSuccessAtMs: NOW_MS - 10_000,
  runner: "alive",
  nextAttemptAtMs: NOW_MS + 5000,
  lateMs: 45_000,
  staleMs: 90_000,
  waitMs: 1500,
  nowMs: NOW_MS,
};

function attempt(
  outcome: CycleAttempt["outcome"],
  startedAtMs: number,
  values: Partial<CycleAttempt> = {},
): CycleAttempt {
  const endedAtMs = outcome === "running" ? null : startedAtMs + 100;
  return { startedAtMs, endedAtMs, outcome, reason: null, detail: null, ...values };
}

const running = attempt("running", NOW_MS - 1501);
const timedOut = attempt("failed", NOW_MS - 9000, {
  reason: "timeout",
  detail: "It ran past 15 s and was stopped.",
});

describe("the state", () => {
  test.each<[string, Partial<FreshnessInput>, string, string | null]>([
    ["a recent cycle", {}, "fresh", null],
    ["exactly 45 s old", { ageMs: 45_000 }, "fresh", null],
    ["an attempt within the wait", { lastAttempt: attempt("running", NOW_MS - 1500) }, "fresh", null],
    ["over 45 s old", { ageMs: 45_001 }, "late", "old"],
    ["an attempt past the wait", { lastAttempt: running }, "late", "timeout"],
    ["over 90 s old", { ageMs: 90_001 }, "stale", "old"],
    ["over 90 s old while an attempt runs", { ageMs: 90_001, lastAttempt: running }, "stale", "old"],
    ["a failed attempt", { lastAttempt: timedOut }, "stale", "timeout"],
    ["a failed attempt without a reason", { lastAttempt: attempt("failed", NOW_MS) }, "stale", "exit"],
    [
      "a retry after a failure",
      { lastAttempt: attempt("running", NOW_MS), lastEnded: timedOut },
      "stale",
      "timeout",
    ],
    [
      "a retry after a success",
      { lastAttempt: attempt("running", NOW_MS), lastEnded: attempt("published", NOW_MS - 1) },
      "fresh",
      null,
    ],
    ["F12: a load that was held back", { unserved: "held_back" }, "late", "rate-limit"],
    ["F15: a load whose update still runs", { unserved: "timed_out" }, "late", "timeout"],
    ["F4: a load whose update failed", { unserved: "failed" }, "late", "exit"],
    [
      "a load that was not served, of what is stale",
      { unserved: "held_back", ageMs: 90_001 },
      "stale",
      "old",
    ],
    ["no runner", { runner: "gone" }, "stale", "no-runner"],
    ["R17: a restarted runner", { runner: "starting" }, "stale", "starting"],
    [
      "a runner restarting after a failure",
      { runner: "starting", lastAttempt: timedOut },
      "stale",
      "timeout",
    ],
    [
      "F10: nothing readable yet",
      { ageMs: null, observedAt: null, lastAttempt: null, runner: "starting" },
      "unknown",
      "starting",
    ],
    ["F10: nothing readable, and a failure", { ageMs: null, lastAttempt: timedOut }, "unknown", "timeout"],
    [
      "F10: nothing readable, and no runner",
      { ageMs: null, lastAttempt: null, runner: "gone" },
      "unknown",
      "no-runner",
    ],
  ])("%s", (_, values, state, reason) => {
    const freshness = computeFreshness({ ...good, ...values });
    expect([freshness.state, freshness.stale_reason]).toEqual([state, reason]);
  });
});

test.each<[string, Partial<FreshnessInput>, string]>([
  ["what the attempt said", { lastAttempt: timedOut }, "It ran past 15 s and was stopped."],
  [
    "what its reason means",
    { lastAttempt: attempt("failed", NOW_MS, { reason: "disk" }) },
    "The last update could not read or write files.",
  ],
  ["the limit that was passed", { ageMs: 90_001 }, "No update has completed for over 90 s."],
])("the banner says %s", (_, values, detail) => {
  expect(computeFreshness({ ...good, ...values }).detail).toBe(detail);
});

test("F3: a long update says how far it is: on the page that stands, and where there is none yet", () => {
  const progress = { phase: "reading", done: 41_000, total: 100_000 } as const;
  const lastAttempt = { ...running, progress };
  expect(computeFreshness({ ...good, lastAttempt })).toMatchObject({
    state: "late",
    detail:
      "An update is still running: it is reading 41,000 of 100,000 files; what you see is from the one before it.",
    progress,
  });
  expect(computeFreshness({ ...good, ageMs: null, observedAt: null, lastAttempt })).toMatchObject({
    state: "unknown",
    stale_reason: "starting",
    detail: "The first update has not completed yet: it is reading 41,000 of 100,000 files.",
    progress,
  });
  expect(computeFreshness({ ...good, lastAttempt: { ...timedOut, progress } }).progress).toBeNull();
});

test("times are given for who wants to say more", () => {
  expect(computeFreshness(good)).toEqual({
    state: "fresh",
    stale: false,
    stale_reason: null,
    detail: null,
    age_ms: 10_000,
    observed_at: OBSERVED,
    last_attempt_at: "2026-03-24T11:59:49.900Z",
    last_success_at: "2026-03-24T11:59:50.000Z",
    next_attempt_at: "2026-03-24T12:00:05.000Z",
    progress: null,
  });
});

test("F4: whatever happens, all but fresh is stale with a reason from the closed list and a sentence", () => {
  const anyTime = fc.integer({ min: NOW_MS - 200_000, max: NOW_MS });
  const anyAttempt = fc.record({
    startedAtMs: anyTime,
    endedAtMs: fc.option(anyTime),
    outcome: fc.constantFrom("running", "published", "attested", "failed") as fc.Arbitrary<
      CycleAttempt["outcome"]
    >,
    reason: fc.option(fc.constantFrom(...STALE_REASONS)),
    detail: fc.option(fc.constant("A sentence.")),
  });
  const anyInput = fc.record({
    ...Object.fromEntries(Object.entries(good).map(([name, value]) => [name, fc.constant(value)])),
    // Clocks count in fractions of a ms; a reported age does not.
    ageMs: fc.option(fc.double({ min: -5000, max: 200_000, noNaN: true })),
    lastAttempt: fc.option(anyAttempt),
    lastEnded: fc.option(anyAttempt),
    runner: fc.constantFrom("alive", "starting", "gone"),
    unserved: fc.constantFrom(null, "failed", "timed_out", "held_back"),
  }) as unknown as fc.Arbitrary<FreshnessInput>;
  fc.assert(
    fc.property(anyInput, (input) => {
      const freshness = computeFreshness(input);
      expect(freshnessSchema.parse(freshness)).toEqual(freshness);
      expect(freshness.stale).toBe(freshness.state !== "fresh");
      expect(freshness.stale_reason === null).toBe(!freshness.stale);
      if (input.unserved !== null) expect(freshness.stale).toBe(true);
      expect(freshness.detail === null).toBe(!freshness.stale);
      expect(freshness.age_ms ?? 0).toBeGreaterThanOrEqual(0);
      if (input.ageMs === null) expect(freshness.state).toBe("unknown");
      else if (input.ageMs > input.staleMs) expect(freshness.state).toBe("stale");
    }),
    { numRuns: 3000 },
  );
});

test("P5: the record is the same within a millisecond of age, and another one when anything is different", () => {
  const freshnessOf = rememberFreshness();
  const first = freshnessOf({ ...good, ageMs: 4000.1 });
  expect(freshnessOf({ ...good, ageMs: 4000.4 })).toBe(first);
  expect(freshnessOf({ ...good, ageMs: 4001 })).toEqual(computeFreshness({ ...good, ageMs: 4001 }));
  const changes: Partial<FreshnessInput>[] = [
    { runner: "gone" },
    { ageMs: null },
    { nowMs: good.nowMs + 1 },
    { lastSuccessAtMs: null },
    { nextAttemptAtMs: good.nowMs + 500 },
    { observedAt: null },
    { lastAttempt: null },
  ];
  for (const change of changes) {
    freshnessOf(good);
    expect(freshnessOf({ ...good, ...change })).toEqual(computeFreshness({ ...good, ...change }));
  }
});
