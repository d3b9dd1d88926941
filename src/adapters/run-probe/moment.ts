// The moment of a look, by both clocks: wall time is told and compared with files, monotonic time measures durations.

export type Moment = { readonly wallMs: number; readonly monotonicMs: number };

/**
 * When something came about that is seen now: as its file says, if that is possible; else now. A file's time may lie
 * ahead, or before the last look, when the clock was set in between or the file was copied.
 */
export function timeOfChange(fileMs: number, lastLookMs: number, { wallMs }: Pick<Moment, "wallMs">): number {
  const changedMs = Math.floor(fileMs);
  return changedMs >= lastLookMs && changedMs <= wallMs ? changedMs : wallMs;
}

/** A time that was noted before the clock was set back lies ahead: then it is as long ago as the setting, at most. */
export function noLaterThan<Time extends number | null>(timeMs: Time, { wallMs }: Moment): Time {
  return (timeMs === null ? null : Math.min(timeMs, wallMs)) as Time;
}
