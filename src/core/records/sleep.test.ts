import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { asleepWithin, type ClocksAt, whatPassed } from "./sleep.ts";

const AT: ClocksAt = { wallMs: 1_000_000, monotonicMs: 5_000, bootMs: 7_000 };
const HOUR = 3_600_000;

/** The clocks after the machine ran, slept, and had its wall clock set. */
const clocksAfter = ({ ran = 0, asleep = 0, stepped = 0, hasBoot = true }): ClocksAt => ({
  wallMs: AT.wallMs + ran + asleep + stepped,
  monotonicMs: AT.monotonicMs + ran,
  bootMs: hasBoot ? (AT.bootMs ?? 0) + ran + asleep : null,
});

describe("N66: a sleep is distinguished from a clock that was set", () => {
  test("whatever the machine did in between", () => {
    const ms = fc.integer({ min: 0, max: 48 * HOUR });
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: -48 * HOUR, max: 48 * HOUR }), (ran, asleep, stepped) => {
        expect(whatPassed(AT, clocksAfter({ ran, asleep, stepped }))).toEqual({
          asleepMs: asleep,
          steppedMs: stepped,
        });
      }),
      { numRuns: rounds({ short: 100, full: 2_000 }) },
    );
  });

  test("daylight saving sets no clock: nothing passed", () => {
    expect(whatPassed(AT, clocksAfter({ ran: HOUR }))).toEqual({ asleepMs: 0, steppedMs: 0 });
  });

  test("without a clock of the time since boot a step forward counts as a sleep, one back as a step", () => {
    expect(whatPassed(AT, clocksAfter({ stepped: HOUR, hasBoot: false }))).toEqual({
      asleepMs: HOUR,
      steppedMs: 0,
    });
    expect(whatPassed(AT, clocksAfter({ stepped: -HOUR, hasBoot: false }))).toEqual({
      asleepMs: 0,
      steppedMs: -HOUR,
    });
  });
});

describe("N66: how much of a time was asleep", () => {
  const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });

  test.each([
    ["nothing", [], 0],
    ["a sleep inside", [span(20, 30)], 10],
    ["one that began before and one that ended after", [span(0, 20), span(90, 200)], 20],
    ["sleeps outside", [span(0, 10), span(100, 300)], 0],
    ["two that overlap count once, in any order", [span(30, 50), span(20, 40)], 30],
  ])("%s", (_, sleeps, expected) => {
    expect(asleepWithin(sleeps, 10, 100)).toBe(expected);
  });

  test("as a count of each millisecond says", () => {
    const spans = fc.array(fc.tuple(fc.nat(60), fc.nat(20)).map(([from, ms]) => span(from, from + ms)));
    fc.assert(
      fc.property(spans, fc.nat(60), fc.nat(60), (sleeps, from, ms) => {
        const isAsleep = (at: number) => sleeps.some(({ fromMs, toMs }) => fromMs <= at && at < toMs);
        const counted = Array.from({ length: ms }, (__, index) => from + index).filter(isAsleep).length;
        expect(asleepWithin(sleeps, from, from + ms)).toBe(counted);
      }),
      { numRuns: rounds({ short: 100, full: 2_000 }) },
    );
  });
});
