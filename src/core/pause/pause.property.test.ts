// Twenty runs over one account, in any order of events.

import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import type { RunId } from "../contract/run.ts";
import type { ScopedPause } from "../records/scoped-pause.ts";
import { answered } from "./ease-pause.ts";
import { meetPause, type Seen } from "./meet-pause.ts";
import { EASING_AT_ONCE, startThrough } from "./start-through.ts";

const T0_MS = Date.UTC(2026, 11, 1, 22);
const MINUTE_MS = 60_000;
const RUNS = Array.from({ length: 20 }, (_, index) => `run-${index}` as RunId);

const seenBy = (run: RunId, over: Partial<Seen> = {}): Seen => ({
  cause: "limit",
  scope: { kind: "account", name: "claude@desk" },
  why: "5-hour limit reached",
  untilMs: T0_MS + 60 * MINUTE_MS,
  window: "five_hour",
  run,
  key: run,
  host: "desk",
  credentials: null,
  ...over,
});
const meet = (before: ScopedPause | null, seen: Seen, nowMs: number, resumesAfterLimit = true) =>
  meetPause(before, seen, { nowMs, resumesAfterLimit });

const eventArbitrary = fc.record({
  kind: fc.constantFrom("start", "meet", "answer", "wait"),
  run: fc.nat(RUNS.length - 1),
  minutes: fc.integer({ min: 0, max: 90 }),
  untilMinutes: fc.option(fc.integer({ min: 1, max: 120 }), { nil: null }),
});

test("N2: whatever runs meet, answer and ask, one probes at a time, nothing starts while it waits, and two while it eases", () => {
  const property = fc.property(fc.array(eventArbitrary, { maxLength: 80 }), (events) => {
    let nowMs = T0_MS;
    let pause = meet(null, seenBy(RUNS[0] ?? ("" as RunId)), nowMs);
    for (const { kind, run: index, minutes, untilMinutes } of events) {
      const run = RUNS[index] ?? ("" as RunId);
      if (kind === "wait") nowMs += minutes * MINUTE_MS;
      if (kind === "answer") pause = answered(pause, run);
      if (kind === "meet") {
        const untilMs = untilMinutes === null ? null : nowMs + untilMinutes * MINUTE_MS;
        pause = meet(pause, seenBy(run, { untilMs }), nowMs);
      }
      if (kind === "start") {
        const before = pause;
        const through = startThrough(pause, { run, isHeld: true, othersAreHeld: true, nowMs });
        if (typeof through !== "string") pause = through;
        if (before.phase === "waiting" && typeof through !== "string") {
          expect(nowMs).toBeGreaterThanOrEqual(before.nextProbeMs ?? Number.POSITIVE_INFINITY);
          expect(through).toMatchObject({ phase: "probing", probe: run });
        }
        if (before.phase === "probing" && before.probe !== run) expect(through).toBe("wait");
      }
      expect(pause.starts.length).toBeLessThanOrEqual(pause.phase === "easing" ? EASING_AT_ONCE : 1);
      expect(pause.phase === "probing").toBe(pause.probe !== null);
      if (pause.phase === "waiting" && pause.nextProbeMs !== null)
        expect(pause.nextProbeMs).toBeGreaterThanOrEqual(pause.sinceMs);
    }
  });
  fc.assert(property, { numRuns: rounds({ short: 500, full: 10_000 }) });
});

test("N2: twenty runs that hit one limit: one pause, one probe after the reset, then two at a time", () => {
  let pause = RUNS.reduce<ScopedPause | null>((before, run) => meet(before, seenBy(run), T0_MS), null);
  if (pause === null) throw new Error("no pause");
  const untilMs = T0_MS + 60 * MINUTE_MS;
  expect(pause).toMatchObject({ phase: "waiting", run: "run-0", untilMs, failedProbes: 0 });
  const ask = (nowMs: number) => {
    const granted: RunId[] = [];
    for (const [index, run] of RUNS.entries()) {
      if (pause === null) break;
      if (pause.starts.some((start) => start.run === run)) continue;
      const through = startThrough(pause, { run, isHeld: index === 0, othersAreHeld: true, nowMs });
      if (typeof through === "string") continue;
      pause = through;
      granted.push(run);
    }
    return granted;
  };
  expect(ask(untilMs - 1)).toEqual([]);
  const afterMs = untilMs + 2 * MINUTE_MS;
  expect(ask(afterMs)).toEqual(["run-0"]);
  expect(ask(afterMs)).toEqual([]);
  pause = answered(pause, "run-0" as RunId);
  expect(ask(afterMs)).toHaveLength(2);
  expect(ask(afterMs)).toEqual([]);
});

test("N3: a limit whose end moves while it is waited for: the later word counts", () => {
  const first = meet(null, seenBy("a" as RunId), T0_MS);
  const moved = meet(first, seenBy("b" as RunId, { untilMs: T0_MS + 90 * MINUTE_MS }), T0_MS + 1);
  expect(moved.untilMs).toBe(T0_MS + 90 * MINUTE_MS);
  expect(moved.nextProbeMs).toBeGreaterThanOrEqual(T0_MS + 90 * MINUTE_MS);
  expect(moved).toMatchObject({ sinceMs: T0_MS, run: "a" });
});

test("N3: without a known end it is tried after 5 minutes, then less and less often, up to an hour", () => {
  let pause = meet(null, seenBy("a" as RunId, { untilMs: null }), T0_MS);
  const waits: number[] = [];
  let nowMs = T0_MS;
  for (let round = 0; round < 6; round += 1) {
    const atMs = pause.nextProbeMs ?? 0;
    waits.push((atMs - nowMs) / MINUTE_MS);
    nowMs = atMs;
    const through = startThrough(pause, { run: "a" as RunId, isHeld: true, othersAreHeld: false, nowMs });
    if (typeof through === "string") throw new Error(through);
    pause = meet(through, seenBy("a" as RunId, { untilMs: null }), nowMs);
  }
  expect(waits).toEqual([5, 10, 20, 40, 60, 60]);
});

test("N3: with dispatch.resume_after_limit off a limit waits for a person, an outage does not", () => {
  expect(meet(null, seenBy("a" as RunId), T0_MS, false).nextProbeMs).toBeNull();
  const outage = seenBy("a" as RunId, { cause: "overloaded", untilMs: null });
  expect(meet(null, outage, T0_MS, false).nextProbeMs).toBe(T0_MS + MINUTE_MS);
});
