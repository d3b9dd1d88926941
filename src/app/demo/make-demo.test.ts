import { expect, test } from "vitest";
import { daysBetween, moveDates } from "./make-demo.ts";

test.each([
  ["2026-03-24", Date.UTC(2026, 2, 24, 23, 59), 0],
  ["2026-03-24", Date.UTC(2026, 2, 25), 1],
  ["2026-03-24", Date.UTC(2027, 2, 24, 12), 365],
  ["2026-03-24", Date.UTC(2026, 2, 20, 12), -4],
])("U40: from %s to %d it is %d days", (day, nowMs, days) => {
  expect(daysBetween(day, nowMs)).toBe(days);
});

test.each([
  ["target: 2026-04-17\n", 251, "target: 2026-12-24\n"],
  ["completed: 2026-02-27", 2, "completed: 2026-03-01"],
  ["Once more. (2026-03-10)", 1, "Once more. (2026-03-11)"],
  [
    "2026-13-40, 12026-03-24, x-2026-03-24, 2026-03-24T12:00",
    1,
    "2026-13-40, 12026-03-24, x-2026-03-24, 2026-03-24T12:00",
  ],
  ["no date", 1, "no date"],
])("U40: %s, %d days later", (text, days, expected) => {
  expect(moveDates(text, days)).toBe(expected);
});
