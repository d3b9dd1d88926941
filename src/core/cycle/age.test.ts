import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../values/durations.ts";
import { ageAtReceipt, ageNow, type ClockReading } from "./age.ts";

const reading = (wallMs: number, monotonicMs: number): ClockReading => ({ wallMs, monotonicMs });

/** Age and jump of data observed 4 s before it was received, some time later on each clock. */
function after(wallMs: number, monotonicMs: number) {
  return ageNow(ageAtReceipt(96_000, reading(100_000, 0)), reading(100_000 + wallMs, monotonicMs));
}

describe("age", () => {
  test.each([
    ["at receipt", 0, 0, 4000, false],
    ["a second later", 1000, 1000, 5000, false],
    ["clocks that drift", 1000, 1900, 5900, false],
    ["F8: suspended for 10 min, the monotonic clock standing still", 10 * MINUTE_MS, 0, 604_000, true],
    ["F8: stopped for 10 min, both clocks running", 10 * MINUTE_MS, 10 * MINUTE_MS, 604_000, false],
    ["F7: the wall clock set back an hour", -HOUR_MS + 1000, 1000, 5000, true],
    ["F7: the wall clock set ahead an hour", HOUR_MS, 1000, HOUR_MS + 4000, true],
  ])("%s", (_, wallMs, monotonicMs, ageMs, clockJumped) => {
    expect(after(wallMs, monotonicMs)).toEqual({ ageMs, clockJumped });
  });

  test("F7: data from the future, by a clock that is ahead, is just new", () => {
    expect(ageAtReceipt(100_000 + HOUR_MS, reading(100_000, 0)).ageMs).toBe(0);
  });
});

test("F7: never negative and never less than the time that truly passed, whatever the wall clock does", () => {
  fc.assert(
    fc.property(fc.nat({ max: HOUR_MS }), fc.integer({ min: -HOUR_MS, max: HOUR_MS }), (passedMs, stepMs) => {
      expect(after(passedMs + stepMs, passedMs).ageMs).toBeGreaterThanOrEqual(4000 + passedMs);
    }),
    { numRuns: 1000 },
  );
});
