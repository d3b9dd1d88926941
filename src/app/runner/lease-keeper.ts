// Takes the lease, keeps it, and knows for how long it is sure of it. Sure is counted on the monotonic clock from before
// each claim or renewal was sent: a process that was stopped, or whose clock was stepped, doubts itself first and asks
// the store, which has the last word (the fence).

import { judgeLease } from "../../core/cycle/judge-lease.ts";
import type { Lease, LeaseHolder, Store } from "../../ports/store/store.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { ProcessProbe } from "../../ports/system/process-probe.ts";
import type { PublishRight } from "../cycle/publish-snapshot.ts";

/** Longer than a cycle may take (15 s), so that a slow cycle does not lose its lease to impatience. */
const TERM_BEYOND_CYCLE_MS = 6_000;
/** Renewed at a third of the term: two renewals may fail before it runs out. */
const RENEWALS_PER_TERM = 3;
/** Below this much certainty a cycle renews before it publishes: writing 10,000 rows takes less. */
const SURE_FOR_PUBLISHING_MS = 3_000;

export type LeaseContext = {
  readonly clock: Clock;
  readonly store: Store;
  readonly processProbe: ProcessProbe;
};

/** The term of a lease whose holder's cycles may take this long. */
export function leaseTermMs(cycleTimeoutMs: number): number {
  return cycleTimeoutMs + TERM_BEYOND_CYCLE_MS;
}

export type ClaimOutcome =
  | { readonly kind: "held"; readonly epoch: number }
  | { readonly kind: "waiting"; readonly holder: LeaseHolder };

/** One holder's view of the lease. */
export class LeaseKeeper {
  readonly #context: LeaseContext;
  readonly #termMs: number;
  #epoch: number | null = null;
  /** By the monotonic clock; past it, nothing is certain. */
  #sureUntilMs = Number.NEGATIVE_INFINITY;
  #seen: { readonly epoch: number; readonly expiresAtMs: number; readonly sinceMs: number } | null = null;

  constructor(context: LeaseContext, { termMs }: { readonly termMs: number }) {
    this.#context = context;
    this.#termMs = termMs;
  }

  get renewEveryMs(): number {
    return this.#termMs / RENEWALS_PER_TERM;
  }

  /** Takes the lease if nobody else is at work under it. */
  async claim(holder: LeaseHolder): Promise<ClaimOutcome> {
    const { clock, store } = this.#context;
    const current = await store.readLease();
    if (current !== null && current.holder.id !== holder.id) {
      const verdict = this.#judge(current);
      if (verdict === "wait") return { kind: "waiting", holder: current.holder };
      // Fenced by its epoch: if it was renewed or taken meanwhile by a newer one, this releases nothing of theirs.
      if (verdict === "break") await store.releaseLease({ epoch: current.epoch });
    }
    const askedMs = clock.monotonicMs();
    const claim = await store.claimLease({ holder, termMs: this.#termMs, nowMs: clock.wallMs() });
    if (claim.kind === "refused") return { kind: "waiting", holder: claim.lease.holder };
    this.#epoch = claim.lease.epoch;
    this.#sureUntilMs = askedMs + this.#termMs;
    this.#seen = null;
    return { kind: "held", epoch: claim.lease.epoch };
  }

  /** False when the lease is somebody else's now. Throws what the store throws; the certainty runs on meanwhile. */
  async renew(): Promise<boolean> {
    const { clock, store } = this.#context;
    if (this.#epoch === null) return false;
    const askedMs = clock.monotonicMs();
    const held = await store.renewLease({ epoch: this.#epoch, termMs: this.#termMs, nowMs: clock.wallMs() });
    if (held) this.#sureUntilMs = askedMs + this.#termMs;
    else this.#epoch = null;
    return held;
  }

  /** For one cycle: publishing under this epoch, as long as it is certain. */
  right(): PublishRight | null {
    const epoch = this.#epoch;
    if (epoch === null) return null;
    return { epoch, confirm: async () => this.#epoch === epoch && (this.#isSure() || (await this.renew())) };
  }

  /** Gives the lease back, so that the next holder need not wait. Safe to call twice. */
  async release(): Promise<void> {
    const epoch = this.#epoch;
    this.#epoch = null;
    if (epoch !== null) await this.#context.store.releaseLease({ epoch });
  }

  #isSure(): boolean {
    return this.#context.clock.monotonicMs() + SURE_FOR_PUBLISHING_MS < this.#sureUntilMs;
  }

  #judge(lease: Lease): ReturnType<typeof judgeLease> {
    const nowMs = this.#context.clock.monotonicMs();
    if (this.#seen?.epoch !== lease.epoch || this.#seen.expiresAtMs !== lease.expiresAtMs) {
      this.#seen = { epoch: lease.epoch, expiresAtMs: lease.expiresAtMs, sinceMs: nowMs };
    }
    return judgeLease({
      expiresAtMs: lease.expiresAtMs,
      nowMs: this.#context.clock.wallMs(),
      termMs: this.#termMs,
      unchangedMs: nowMs - this.#seen.sinceMs,
      holder: this.#context.processProbe.see(lease.holder),
    });
  }
}
