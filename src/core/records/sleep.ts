// Time in which the whole host was asleep. A machine has three clocks: the wall clock, which people and NTP set; the
// monotonic clock, which stands still while the machine sleeps; and the time since boot, which does not. So a sleep is
// what time since boot gained over the monotonic clock, and what the wall clock gained beyond that is a step of it.

import type { Sleep } from "./slot-time.ts";

/** The clocks of a machine at one moment, in ms. `bootMs`: null where the system has no such clock. */
export type ClocksAt = {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly bootMs: number | null;
};

/** A shorter sleep, or a step of a clock, is not worth a part of a bar; idle thresholds allow for it all the same. */
export const SLEEP_MIN_MS = 10_000;

/**
 * What passed between two moments without any process running, and by how much the wall clock was set. Without a clock of
 * the time since boot a wall clock that is set forward looks the same as a sleep, and counts as one.
 */
export function whatPassed(
  before: ClocksAt,
  now: ClocksAt,
): { readonly asleepMs: number; readonly steppedMs: number } {
  const ranMs = now.monotonicMs - before.monotonicMs;
  const gainedMs = now.wallMs - before.wallMs - ranMs;
  if (before.bootMs === null || now.bootMs === null)
    return gainedMs > 0 ? { asleepMs: gainedMs, steppedMs: 0 } : { asleepMs: 0, steppedMs: gainedMs };
  const asleepMs = Math.max(0, now.bootMs - before.bootMs - ranMs);
  return { asleepMs, steppedMs: gainedMs - asleepMs };
}

/** A span of time; `fromMs` is before `toMs`. */
type Span = Pick<Sleep, "fromMs" | "toMs">;

/** How much of the time from `fromMs` to `toMs` the host was asleep. Sleeps may overlap, and count once. */
export function asleepWithin(sleeps: readonly Span[], fromMs: number, toMs: number): number {
  let sumMs = 0;
  let atMs = fromMs;
  for (const sleep of sleeps.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const startMs = Math.max(atMs, sleep.fromMs);
    const endMs = Math.min(toMs, sleep.toMs);
    if (endMs <= startMs) continue;
    sumMs += endMs - startMs;
    atMs = endMs;
  }
  return sumMs;
}
