import { MINUTE_MS } from "../values/durations.ts";

/** Agents of one account that start together would all refresh the same token: a start each two seconds. */
const SPACING_MS = 2_000;
/** As many starts as there may be at once are spaced over less; a later time was written before the clock was set back. */
const AHEAD_MAX_MS = 10 * MINUTE_MS;

/** When the next agent of an account may be launched. `lastMs`: of the one before, perhaps still to come; null for none. */
export function nextLaunchMs(lastMs: number | null, nowMs: number): number {
  const isUsable = lastMs !== null && lastMs - nowMs <= AHEAD_MAX_MS;
  return isUsable ? Math.max(nowMs, lastMs + SPACING_MS) : nowMs;
}
