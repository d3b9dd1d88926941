import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../core/values/durations.ts";
import { digestOf, isDigestDue, nextDigestMs } from "./digest-time.ts";

// Node reads the zone again when it is set. Berlin: clocks went forward on 29 March 2026 at 02:00, back on 25 October at 03:00.
const zone = process.env["TZ"];
beforeEach(() => {
  process.env["TZ"] = "Europe/Berlin";
});
afterEach(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

const ms = (iso: string) => Date.parse(iso);
const iso = (atMs: number) => new Date(atMs).toISOString();

test("N86: the digest is due at a local time, in winter as in summer", () => {
  expect(iso(digestOf("07:00", ms("2026-03-28T12:00:00Z")).dueMs)).toBe("2026-03-28T06:00:00.000Z");
  expect(iso(digestOf("07:00", ms("2026-03-29T12:00:00Z")).dueMs)).toBe("2026-03-29T05:00:00.000Z");
  expect(iso(nextDigestMs("07:00", ms("2026-03-28T06:00:00Z")))).toBe("2026-03-29T05:00:00.000Z");
  expect(iso(nextDigestMs("07:00", ms("2026-10-24T06:00:00Z")))).toBe("2026-10-25T06:00:00.000Z");
});

test("N86: a time that the night leaves out is the one after it; one that comes twice counts once", () => {
  expect(iso(digestOf("02:30", ms("2026-03-29T12:00:00Z")).dueMs)).toBe("2026-03-29T01:30:00.000Z");
  const [first, second] = [ms("2026-10-25T00:31:00Z"), ms("2026-10-25T01:31:00Z")];
  const day = digestOf("02:30", first);
  expect(digestOf("02:30", second)).toEqual(day);
  const watched = { watchedSinceMs: 0 };
  expect(isDigestDue(day, [], { nowMs: first, ...watched })).toBe(true);
  const said = [{ id: `ntfy ${day.name}`, kind: "digest" as const }];
  expect(isDigestDue(day, said, { nowMs: second, ...watched })).toBe(false);
});

test("N86: late after a sleep, but not the next day and not for a time before notifications were switched on", () => {
  const day = digestOf("07:00", ms("2026-03-24T12:00:00Z"));
  const due = (nowMs: number, watchedSinceMs = 0, id = "") =>
    isDigestDue(day, id === "" ? [] : [{ id, kind: "digest" }], { nowMs, watchedSinceMs });
  expect(due(day.dueMs - 1)).toBe(false);
  expect(due(day.dueMs)).toBe(true);
  expect(due(day.dueMs + 5 * HOUR_MS)).toBe(true);
  expect(due(day.dueMs + 7 * HOUR_MS)).toBe(false);
  expect(due(day.dueMs + MINUTE_MS, day.dueMs + 1)).toBe(false);
  expect(due(day.dueMs + MINUTE_MS, day.dueMs + 1, "ntfy digest 2026-03-23")).toBe(true);
});
