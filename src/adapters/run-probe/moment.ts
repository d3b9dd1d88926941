// The moment of a probe by both clocks: wall time is reported and compared with files, monotonic time measures
// durations.

export type Moment = { readonly wallMs: number; readonly monotonicMs: number };

/**
 * When a change that is noticed now happened: the file's time if that is possible, else now. A file's time may be in
 * the future, or before the last probe, if the clock was set or the file was copied.
 */
export function timeOfChange(fileMs: number, lastLookMs: number, { wallMs }: Pick<Moment, "wallMs">): number {
  const changedMs = Math.floor(fileMs);
  return changedMs >= lastLookMs && changedMs <= wallMs ? changedMs : wallMs;
}

/** A time that was recorded before the clock was set back may be in the future: then now. */
export function noLaterThan<Time extends number | null>(timeMs: Time, { wallMs }: Moment): Time {
  return (timeMs === null ? null : Math.min(timeMs, wallMs)) as Time;
}
