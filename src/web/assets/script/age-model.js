// How old the page is, using clocks that may be wrong. The server states the age; then the larger of the elapsed
// monotonic and wall time is added, because each clock stops in some kind of sleep. So a clock change can make the age
// too high, never too low.

/** If the clocks drift apart by more than this, one was changed or the machine slept: ask the server again. */
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

/** The server's time now, independent of the reader's clock. @param {Receipt} receipt @param {Moment} now */
export function serverNowMs(receipt, now) {
  return receipt.observedAtMs + (ageAt(receipt, now) ?? 0);
}

/** @param {Moment} from @param {Moment} to */
export function elapsedMs(from, to) {
  return Math.max(0, to.monotonicMs - from.monotonicMs, to.wallMs - from.wallMs);
}

/** Whether the machine slept or a clock was changed in between. @param {Moment} from @param {Moment} to */
export function hasJumped(from, to) {
  return Math.abs(to.monotonicMs - from.monotonicMs - (to.wallMs - from.wallMs)) > JUMP_MS;
}

/**
 * The worst of the server's state, the age, and whether the server responds. @param {{ served: string, ageMs: number |
 * null, lateMs: number, staleMs: number, lost: boolean }} facts @returns {"fresh" | "late" | "stale" | "unknown"}
 */
export function effectiveState({ served, ageMs, lateMs, staleMs, lost }) {
  if (served === "unknown" || ageMs === null) return "unknown";
  if (lost || served === "stale" || ageMs > staleMs) return "stale";
  return served === "late" || ageMs > lateMs ? "late" : "fresh";
}
