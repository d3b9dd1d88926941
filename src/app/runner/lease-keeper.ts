// Claims and renews the lease, and knows how long it certainly holds it: by a clock that nothing steps and that counts the time
// asleep, from before each claim or renewal was sent. So a process that was stopped, or whose machine slept, asks the store,
// which decides by epoch.

import { judgeLease } from "../../core/cycle/judge-lease.ts";
import type { Lease, LeaseHolder, Store } from "../../ports/store/store.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { ProcessProbe } from "../../ports/system/process-probe.ts";
import type { PublishRight } from "../cycle/publish-snapshot.ts";

/** Beyond the limit of a cycle, so that a slow cycle does not lose its lease. */
const TERM_BEYOND_CYCLE_MS = 6_000;
/** Two renewals may fail before the lease expires. */
const RENEWALS_PER_TERM = 3;
/** With less time left a cycle renews before it publishes: writing 10,000 rows takes less. */
const SURE_FOR_PUBLISHING_MS = 3_000;

export type LeaseContext = {
  readonly clock: Clock;
  readonly store: Store;
  readonly processProbe: ProcessProbe;
};

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
  /** As `#steadyMs`. */
  #sureUntilMs = Number.NEGATIVE_INFINITY;
  #seen: { readonly epoch: number; readonly expiresAtMs: number; readonly sinceMs: number } | null = null;

  constructor(context: LeaseContext, { termMs }: { readonly termMs: number }) {
    this.#context = context;
    this.#termMs = termMs;
  }

  get renewEveryMs(): number {
    return this.#termMs / RENEWALS_PER_TERM;
  }

  /** Takes the lease unless another live process holds it. */
  async claim(holder: LeaseHolder): Promise<ClaimOutcome> {
    const { clock, store } = this.#context;
    const current = await store.readLease();
    if (current !== null && current.holder.id !== holder.id) {
      const verdict = this.#judge(current);
      if (verdict === "wait") return { kind: "waiting", holder: current.holder };
      // Releases only this epoch: a newer holder keeps its lease.
      if (verdict === "break") await store.releaseLease({ epoch: current.epoch });
    }
    const askedMs = this.#steadyMs();
    const claim = await store.claimLease({ holder, termMs: this.#termMs, nowMs: clock.wallMs() });
    if (claim.kind === "refused") return { kind: "waiting", holder: claim.lease.holder };
    this.#epoch = claim.lease.epoch;
    this.#sureUntilMs = askedMs + this.#termMs;
    this.#seen = null;
    return { kind: "held", epoch: claim.lease.epoch };
  }

  /** False when another process holds the lease now. Throws what the store throws. */
  async renew(): Promise<boolean> {
    const { clock, store } = this.#context;
    if (this.#epoch === null) return false;
    const askedMs = this.#steadyMs();
    const held = await store.renewLease({ epoch: this.#epoch, termMs: this.#termMs, nowMs: clock.wallMs() });
    if (held) this.#sureUntilMs = askedMs + this.#termMs;
    else this.#epoch = null;
    return held;
  }

  /** The right of one cycle to publish under this epoch. */
  right(): PublishRight | null {
    const epoch = this.#epoch;
    if (epoch === null) return null;
    return { epoch, confirm: async () => this.#epoch === epoch && (this.#isSure() || (await this.renew())) };
  }

  /** Releases the lease, so that the next holder need not wait. Safe to call twice. */
  async release(): Promise<void> {
    const epoch = this.#epoch;
    this.#epoch = null;
    if (epoch !== null) await this.#context.store.releaseLease({ epoch });
  }

  #isSure(): boolean {
    return this.#steadyMs() + SURE_FOR_PUBLISHING_MS < this.#sureUntilMs;
  }

  /** Without the time asleep where the system has no clock that counts it. */
  #steadyMs(): number {
    const { clock } = this.#context;
    return clock.bootMs?.() ?? clock.monotonicMs();
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
