// When freshness has to be looked at again, and when pages are to be told of it.

import type { Freshness } from "../../core/contract/snapshot.ts";

/** While it may change at any moment: a page hears of a change of state within it. */
export const TICK_MS = 1_000;
/** While all is well and nothing is asked for, until it is late; in this time at the latest a sleep of the machine is noticed. */
export const QUIET_TICK_MS = 5_000;

/** Pages show how far a long update is this often; each time all of them are fetched again. */
const PROGRESS_EVERY_MS = 5_000;

/** `isPending`: a cycle is asked for or in flight. */
export function untilTickMs(
  { state, age_ms }: Freshness,
  { isPending, lateMs }: { readonly isPending: boolean; readonly lateMs: number },
): number {
  if (state !== "fresh" || age_ms === null || isPending) return TICK_MS;
  return Math.min(Math.max(lateMs - age_ms, TICK_MS), QUIET_TICK_MS);
}

/** Another text each time when pages are to show how far an update is; none while there is no progress to show. */
export function progressStep(progress: Freshness["progress"], nowMs: number): string {
  return progress === null ? "" : String(Math.floor(nowMs / PROGRESS_EVERY_MS));
}
