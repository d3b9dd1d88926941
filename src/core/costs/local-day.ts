// Local days, for sums and for the day's budget. A day of 23 or 25 hours is one.

import { DAY_MS, MINUTE_MS } from "../values/durations.ts";
import { localTime, type Zone } from "../values/local-time.ts";

/** `2026-03-24`. */
export function localDay(atMs: number, zone: Zone): string {
  return new Date(localTime(atMs, zone).day * DAY_MS).toISOString().slice(0, 10);
}

/** When the local day of a moment began. */
export function dayStartMs(atMs: number, zone: Zone): number {
  return startOfDay(localTime(atMs, zone).day, zone);
}

export function nextDayStartMs(atMs: number, zone: Zone): number {
  return startOfDay(localTime(atMs, zone).day + 1, zone);
}

/** Midnight; where the clocks skip it, the first moment after. */
function startOfDay(day: number, zone: Zone): number {
  const before = zone(day * DAY_MS - DAY_MS);
  const after = zone(day * DAY_MS + DAY_MS);
  const candidates = [before, after].map((offset) => day * DAY_MS - offset * MINUTE_MS);
  const inDay = candidates.filter((atMs) => localTime(atMs, zone).day === day);
  return Math.min(...(inDay.length === 0 ? candidates : inDay));
}
