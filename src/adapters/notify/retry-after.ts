// The Retry-After header of HTTP: a number of seconds, or a date.

import { DAY_MS, SECOND_MS } from "../../core/values/durations.ts";

/** Null for what is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * SECOND_MS, DAY_MS);
  const atMs = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : Math.min(Math.max(atMs - nowMs, 0), DAY_MS);
}
