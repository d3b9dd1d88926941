import { expect, test } from "vitest";
import { isIsoDate } from "./iso-date.ts";

test.each([
  ["2026-03-24", true],
  ["2024-02-29", true],
  ["2000-02-29", true],
  ["9999-12-31", true],
  ["2026-03-24T16:30", true],
  ["2026-03-24 16:30:05.123", true],
  ["2026-03-24T16:30:05Z", true],
  ["2026-03-24T16:30:05+02:00", true],
  ["9999-99-99", false],
  ["2026-02-29", false],
  ["1900-02-29", false],
  ["2026-04-31", false],
  ["2026-00-10", false],
  ["2026-01-00", false],
  ["2026-03-24T24:00", false],
  ["2026-03-24T16", false],
  ["2026-3-24", false],
  ["24.03.2026", false],
  ["20260324", false],
  ["2026-03-24 ", false],
  ["", false],
])("%j is a date: %s", (text, expected) => expect(isIsoDate(text)).toBe(expected));
