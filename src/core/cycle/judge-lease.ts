// May this process take the lease? A live holder keeps it, a dead one never blocks (R9), and a clock that was stepped by
// an hour changes neither (R10): besides the expiry, what counts is how long the lease has not been renewed by this
// process's own monotonic clock.

export type LeaseObservation = {
  readonly expiresAtMs: number;
  readonly nowMs: number;
  readonly termMs: number;
  /** For how long this very lease (epoch and expiry) has been seen unchanged, by the monotonic clock. */
  readonly unchangedMs: number;
  /** What is known about the holder's process. */
  readonly holder: "alive" | "gone" | "unknown";
};

/** A holder renews at a third of the term; after this share without a renewal it has stopped. */
const MISSED_RENEWAL_SHARE = 1 / 2;

/** `claim`: it has expired. `break`: it has not, but its holder is dead or silent. `wait`: its holder is alive. */
export function judgeLease(observation: LeaseObservation): "claim" | "break" | "wait" {
  const expired = observation.nowMs >= observation.expiresAtMs;
  if (observation.holder === "gone") return expired ? "claim" : "break";
  if (!expired) return observation.unchangedMs >= observation.termMs ? "break" : "wait";
  // Expired, but its process lives: perhaps only our clock jumped. A working holder renews in a moment.
  if (observation.holder === "alive" && observation.unchangedMs < observation.termMs * MISSED_RENEWAL_SHARE)
    return "wait";
  return "claim";
}
