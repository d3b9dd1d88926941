/** The end of the year 9999: later times have more digits, and texts would no longer sort by time. */
const LAST_TIME_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Milliseconds since 1970 as ISO 8601, UTC, with milliseconds: the only form of a time in a snapshot. */
export function isoTime(timeMs: number): string {
  const clamped = Number.isFinite(timeMs) ? Math.min(Math.max(timeMs, 0), LAST_TIME_MS) : 0;
  return new Date(clamped).toISOString();
}

export function isoTimeOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : isoTime(timeMs);
}
