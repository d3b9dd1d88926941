import { expect, test } from "vitest";
import { HOUR_MS } from "../../core/values/durations.ts";
import { clockTime, knownDuration, shortDuration } from "./duration.ts";

test.each([
  [-5_000, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [HOUR_MS - 1, "59 min"],
  [47.9 * HOUR_MS, "47 h"],
  [48 * HOUR_MS, "2 d"],
])("%d ms is %s: rounded down, never negative", (durationMs, expected) => {
  expect(shortDuration(durationMs)).toBe(expected);
});

test.each([
  [0, "first_seen", "at least a moment"],
  [999, "first_seen", "at least a moment"],
  [4_000, "first_seen", "at least 4 s"],
  [48 * HOUR_MS, "first_seen", "at least 2 d"],
  [0, "seen", "0 s"],
  [4_000, "commit", "4 s"],
  [4_000, null, "4 s"],
] as const)("T27: %d ms, known as %s, is %s", (durationMs, basis, expected) => {
  expect(knownDuration(durationMs, basis)).toBe(expected);
});

test("a time of another day carries its date", () => {
  const noon = new Date(2026, 2, 24, 12, 4, 31).getTime();
  expect(clockTime(noon, noon + 1_000)).toBe("12:04:31");
  expect(clockTime(noon, noon + 24 * HOUR_MS)).toBe("2026-03-24 12:04:31");
});
