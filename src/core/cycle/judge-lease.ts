// May this process take the lease that it sees? A live holder's lease is never taken, a dead one's never blocks (R9), and
// a clock that was stepped by an hour changes neither (R10): what counts beside the written expiry is how long, by the
// watcher's own monotonic clock, the lease has not been renewed.

export type LeaseObservation = {
  readonly expiresAtMs: number;
  readonly nowMs: number;
  readonly termMs: number;
  /** For how long this very lease (epoch and expiry) has been seen unchanged, by the monotonic clock. */
  readonly unchangedMs: number;
  /** What is known about the holder's process. */
  readonly holder: "alive" | "gone" | "unknown";
};

/** A holder renews at a third of the term: one that let this share pass without does not renew any more. */
const MISSED_RENEWAL_SHARE = 1 / 2;

/** `claim`: it has run out. `break`: it has not by the clock, but its holder is dead or silent. `wait`: somebody's. */
export function judgeLease(sight: LeaseObservation): "claim" | "break" | "wait" {
  const expired = sight.nowMs >= sight.expiresAtMs;
  if (sight.holder === "gone") return expired ? "claim" : "break";
  if (!expired) return sight.unchangedMs >= sight.termMs ? "break" : "wait";
  // Run out, but its process lives: perhaps only our clock went forward. A holder at work renews in a moment.
  if (sight.holder === "alive" && sight.unchangedMs < sight.termMs * MISSED_RENEWAL_SHARE) return "wait";
  return "claim";
}
