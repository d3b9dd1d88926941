// How old the page is, told by clocks that may be wrong. The server says the age; from then on the larger of what the
// monotonic and the wall clock measured is added, because each of them stands still in some kind of sleep. So the age
// may be overstated after a step of the clock, never understated.

/** Clocks further apart than this were stepped, or the machine slept: it is time to ask again. */
const JUMP_MS = 2000;

/**
 * @typedef {{ monotonicMs: number, wallMs: number }} Moment
 * @typedef {{ ageMs: number | null, observedAtMs: number, at: Moment }} Receipt
 */

/** @returns {Moment} */
export function thisMoment() {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

/** Age now; null while the server has none. @param {Receipt} receipt @param {Moment} now */
export function ageAt(receipt, now) {
  if (receipt.ageMs === null) return null;
  return receipt.ageMs + elapsedMs(receipt.at, now);
}

/** The server's time now, as far as it can be told: never the reader's clock. @param {Receipt} receipt @param {Moment} now */
export function serverNowMs(receipt, now) {
  return receipt.observedAtMs + (ageAt(receipt, now) ?? 0);
}

/** @param {Moment} from @param {Moment} to */
export function elapsedMs(from, to) {
  return Math.max(0, to.monotonicMs - from.monotonicMs, to.wallMs - from.wallMs);
}

/** Whether the machine slept or a clock was stepped in between. @param {Moment} from @param {Moment} to */
export function hasJumped(from, to) {
  return Math.abs(to.monotonicMs - from.monotonicMs - (to.wallMs - from.wallMs)) > JUMP_MS;
}

/**
 * The worst of what the server said, what the age says, and whether the server answers at all.
 * @param {{ told: string, ageMs: number | null, lateMs: number, staleMs: number, lost: boolean }} facts
 * @returns {"fresh" | "late" | "stale" | "unknown"}
 */
export function effectiveState({ told, ageMs, lateMs, staleMs, lost }) {
  if (told === "unknown" || ageMs === null) return "unknown";
  if (lost || told === "stale" || ageMs > staleMs) return "stale";
  return told === "late" || ageMs > lateMs ? "late" : "fresh";
}
