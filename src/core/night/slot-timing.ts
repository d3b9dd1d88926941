// How often a runner looks at its slots and writes what it saw. Who adds up allows for it, so that a runner with long cycles is
// not taken for one that is gone.

import { MINUTE_MS, SECOND_MS } from "../values/durations.ts";

/** While nothing changes and nothing works a span is written that often: idle is cheap. */
export const SPAN_WRITTEN_IDLE_MS = 5 * MINUTE_MS;
/** A slow cycle takes longer than its interval, but not this long. */
const SLOW_CYCLE_MS = 90 * SECOND_MS;
/** The look after which a span is due, and the write itself, are late by less. */
const LATE_WRITE_MS = 30 * SECOND_MS;

/** Looks further apart than this are no looks at the same slots: the runner was stopped meanwhile. */
export function lookGapMs(cycleS: number): number {
  return 2 * cycleS * SECOND_MS + SLOW_CYCLE_MS;
}

/** After its newest span a runner may take this long to write again. */
export function spanWrittenAfterMs(cycleS: number): number {
  return SPAN_WRITTEN_IDLE_MS + 2 * cycleS * SECOND_MS + LATE_WRITE_MS;
}
