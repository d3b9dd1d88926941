import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { HOUR_MS, MINUTE_MS } from "./durations.ts";
import {
  clockTime,
  localTime,
  nextMoment,
  parseTimeOfDay,
  parseTimeSpan,
  UTC,
  type Zone,
} from "./local-time.ts";

const SPRING_MS = Date.parse("2026-03-29T01:00:00Z");
const AUTUMN_MS = Date.parse("2026-10-25T01:00:00Z");
/** As in Berlin in 2026. */
const berlin: Zone = (atMs) => (atMs >= SPRING_MS && atMs < AUTUMN_MS ? 120 : 60);

describe("times of the day", () => {
  test("N56: are read exactly", () => {
    expect(parseTimeOfDay("07:05")).toBe(425);
    expect(parseTimeSpan("22:00-06:00")).toEqual({ from: 1_320, to: 360 });
    for (const wrong of ["24:00", "7:05", "07:60", "", "07:05 "])
      expect(parseTimeOfDay(wrong), wrong).toBe(null);
    for (const wrong of ["22:00", "22:00-", "22:00-06:00-07:00", "a-b"])
      expect(parseTimeSpan(wrong), wrong).toBe(null);
  });

  test("N56: are those of the zone, summer time included", () => {
    expect(clockTime(Date.parse("2026-03-29T00:59:00Z"), berlin)).toBe("01:59");
    expect(clockTime(SPRING_MS, berlin)).toBe("03:00");
    expect(clockTime(AUTUMN_MS, berlin)).toBe("02:00");
    expect(localTime(Date.parse("2026-12-01T00:00:00Z"), UTC)).toEqual({
      day: 20_788,
      weekday: 2,
      minute: 0,
    });
    expect(localTime(-MINUTE_MS, UTC)).toEqual({ day: -1, weekday: 3, minute: 1_439 });
  });
});

test("N56: the next moment is the first at which it holds, whatever the clocks do", () => {
  fc.assert(
    fc.property(
      fc.record({
        from: fc.integer({ min: 0, max: 1_439 }),
        length: fc.integer({ min: 1, max: 1_439 }),
        jumpMs: fc.constantFrom(SPRING_MS, AUTUMN_MS),
        awayMinutes: fc.integer({ min: -1_500, max: 300 }),
      }),
      ({ from, length, jumpMs, awayMinutes }) => {
        const to = (from + length) % 1_440;
        const isOpen = (atMs: number): boolean => {
          const { minute } = localTime(atMs, berlin);
          return from < to ? minute >= from && minute < to : minute >= from || minute < to;
        };
        const nowMs = jumpMs + awayMinutes * MINUTE_MS;
        fc.pre(!isOpen(nowMs));
        let expected = nowMs + MINUTE_MS;
        while (!isOpen(expected)) expected += MINUTE_MS;
        expect(nextMoment(nowMs, isOpen, { zone: berlin, at: [from], days: 3 })).toBe(expected);
      },
    ),
    { numRuns: rounds({ short: 100, full: 5_000 }) },
  );
});

test("N56: there may be none", () => {
  const never = nextMoment(0, () => false, { zone: UTC, at: [60], days: 2 });
  expect(never).toBe(null);
  expect(nextMoment(HOUR_MS, () => true, { zone: UTC, at: [60], days: 2 })).toBe(25 * HOUR_MS);
});
