import { expect, test } from "vitest";
import { parseUntil } from "./parse-until.ts";

/** Local noon, whatever the zone. */
const NOON_MS = new Date(2026, 2, 24, 12).getTime();
const local = (day: number, hours: number, minutes = 0) => new Date(2026, 2, day, hours, minutes).getTime();

test.each<[string, number]>([
  ["14:20", local(24, 14, 20)],
  ["9:05", local(25, 9, 5)],
  // Now is over: the next one is tomorrow's.
  ["12:00", local(25, 12)],
  ["00:00", local(25, 0)],
  ["45m", NOON_MS + 45 * 60_000],
  ["45 min", NOON_MS + 45 * 60_000],
  ["2h", NOON_MS + 2 * 3_600_000],
  ["1.5h", NOON_MS + 1.5 * 3_600_000],
  ["90s", NOON_MS + 90_000],
  ["3d", NOON_MS + 3 * 86_400_000],
  ["2026-03-25", local(25, 0)],
  ["2026-03-25T08:30", local(25, 8, 30)],
  ["2026-03-25 08:30", local(25, 8, 30)],
  ["2026-04-01T10:00:00Z", Date.UTC(2026, 3, 1, 10)],
  ["2026-04-01T10:00:00+02:00", Date.UTC(2026, 3, 1, 8)],
])("%s", (text, expected) => {
  expect(parseUntil(text, NOON_MS)).toBe(expected);
});

test.each([["soon"], [""], ["24:00"], ["14.20"], ["2 weeks"], ["-5m"], ["2026-13-01"], ["2026-03-25T25:00"]])(
  "C5: %j is refused with what would do",
  (text) => {
    expect(() => parseUntil(text, NOON_MS)).toThrow(
      expect.objectContaining({ code: "usage", hint: expect.stringContaining("14:20") }),
    );
  },
);

test.each([["2026-03-23"], ["0m"], ["400d"], ["2028-01-01"]])("%s is not ahead", (text) => {
  expect(() => parseUntil(text, NOON_MS)).toThrow(expect.objectContaining({ code: "usage" }));
});
