// The age of what is shown. Across processes only wall clocks can be compared; within one process the monotonic clock
// also counts, and the larger of the two wins: a clock set back or a machine that slept may make data look older than
// it is, never younger.

/** Both clocks of a process at one moment, in ms. */
export type ClockReading = { readonly wallMs: number; readonly monotonicMs: number };

/** An age as it was known at a moment. */
export type AgeAt = { readonly ageMs: number; readonly read: ClockReading };

/** Beyond this difference the clocks tell of a suspended machine or a clock that was set, not of drift. */
const CLOCK_JUMP_MS = 2000;

/** The age of an observation made by another process; never negative, whatever the two clocks say. */
export function ageAtReceipt(observedAtMs: number, read: ClockReading): AgeAt {
  return { ageMs: Math.max(0, read.wallMs - observedAtMs), read };
}

/** The age some time after it was known. `clockJumped`: it may be overstated, and a refresh is due at once. */
export function ageNow(
  known: AgeAt,
  now: ClockReading,
): { readonly ageMs: number; readonly clockJumped: boolean } {
  const wallDeltaMs = now.wallMs - known.read.wallMs;
  const monotonicDeltaMs = now.monotonicMs - known.read.monotonicMs;
  return {
    ageMs: known.ageMs + Math.max(0, wallDeltaMs, monotonicDeltaMs),
    clockJumped: Math.abs(wallDeltaMs - monotonicDeltaMs) > CLOCK_JUMP_MS,
  };
}
