// When freshness is checked again, and when pages get an event about it.

import type { Freshness } from "../../core/contract/snapshot.ts";

/** While freshness may change at any moment. */
export const TICK_MS = 1_000;
/** While the page is fresh and no cycle is requested; also the longest time before a sleep of the machine is noticed. */
export const QUIET_TICK_MS = 5_000;

/** How often pages show the progress of a long update; each time all of them are fetched again. */
const PROGRESS_EVERY_MS = 5_000;

/** `isPending`: a cycle is requested or running. */
export function untilTickMs(
  { state, age_ms }: Freshness,
  { isPending, lateMs }: { readonly isPending: boolean; readonly lateMs: number },
): number {
  if (state !== "fresh" || age_ms === null || isPending) return TICK_MS;
  return Math.min(Math.max(lateMs - age_ms, TICK_MS), QUIET_TICK_MS);
}

/** Changes when pages should show new progress; empty without progress. */
export function progressStep(progress: Freshness["progress"], nowMs: number): string {
  return progress === null ? "" : String(Math.floor(nowMs / PROGRESS_EVERY_MS));
}
