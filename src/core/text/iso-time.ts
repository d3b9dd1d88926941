/** The end of the year 9999: later times would be written with more digits, and texts would no longer sort by time. */
const LAST_TIME_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** The last answer: a tree that is met for the first time has one time for all its files. */
let last = { timeMs: 0, text: "1970-01-01T00:00:00.000Z" };

/** Milliseconds since 1970 as ISO 8601, UTC, with milliseconds: the only form times take in a snapshot. */
export function isoTime(timeMs: number): string {
  if (timeMs !== last.timeMs) {
    const clamped = Number.isFinite(timeMs) ? Math.min(Math.max(timeMs, 0), LAST_TIME_MS) : 0;
    last = { timeMs, text: new Date(clamped).toISOString() };
  }
  return last.text;
}
