// Turns any number of page loads into few cycles. A load is answered only by a cycle that started after it, which has read
// everything written before it (F15). Loads that arrive while a cycle runs wait for the next one, and share it (F2). Each
// is answered within its own wait, whatever happens to the runner (F3).
//
//   idle      no load needs a cycle
//   held      one is needed, but the budget is short: requested once it suffices (F12), or at once after a change (F11)
//   asked     a cycle is requested and has not started
//   running   a cycle runs; one for later loads is requested when it has ended and its cost is known
//
//   idle -load-> asked | held     held -time-> asked     asked -cycleStarted-> running     running -cycleEnded-> any
//   Any cycle answers, whatever caused it: held -cycleStarted-> running. After a lost cycle its loads still need one.
//
// A load that times out is answered and its request stays: the cycle comes, and the page gets an event.

import type { LiveCounters, RefreshOutcome } from "./live-snapshot.ts";
import type { RefreshBudget } from "./refresh-budget.ts";

export type RefreshGateSettings = {
  /** The machine's, to compare cycles with loads. */
  readonly monotonicMs: () => number;
  readonly budget: RefreshBudget;
  /** Requests a cycle that starts after `askedMs`; may `fail` at once. */
  readonly ask: (askedMs: number) => void;
};

export type CycleAnswer = Extract<RefreshOutcome, "refreshed" | "failed">;

type Load = { readonly askedMs: number; readonly settle: (outcome: RefreshOutcome) => void };

export class RefreshGate {
  readonly #settings: RefreshGateSettings;
  /** Oldest first. */
  readonly #waiting = new Set<Load>();
  /** The newest load, and the newest insisting one, that no cycle has started after. */
  #pendingMs: number | null = null;
  #insistedMs: number | null = null;
  #asked: { readonly atMs: number; readonly insists: boolean } | null = null;
  #runningMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #requested = 0;
  #coalesced = 0;

  constructor(settings: RefreshGateSettings) {
    this.#settings = settings;
  }

  /** Resolves within `waitMs`. Never throws. */
  request({ waitMs }: { readonly waitMs: number }): Promise<RefreshOutcome> {
    return this.#enqueue(waitMs, { insists: false });
  }

  /** A request after a change made here: no budget holds it back (F11). */
  insist({ waitMs }: { readonly waitMs: number }): Promise<RefreshOutcome> {
    return this.#enqueue(waitMs, { insists: true });
  }

  /** Since when a cycle is requested or running; null when none is. Monotonic. */
  get pendingSinceMs(): number | null {
    if (this.#asked === null || this.#runningMs === null) return this.#asked?.atMs ?? this.#runningMs;
    return Math.min(this.#asked.atMs, this.#runningMs);
  }

  /** `beganMs` was read before the cycle read anything. */
  cycleStarted({ beganMs }: { readonly beganMs: number }): void {
    this.#runningMs = beganMs;
  }

  /** Its result is visible. `costMs`: processor time; null when the cycle would have run anyway. */
  cycleEnded(cycle: {
    readonly beganMs: number;
    readonly answer: CycleAnswer;
    readonly costMs: number | null;
  }): void {
    const { beganMs, answer, costMs } = cycle;
    if (this.#runningMs === beganMs) this.#runningMs = null;
    if (this.#asked !== null && this.#asked.atMs <= beganMs) {
      if (costMs !== null && !this.#asked.insists) this.#spend(costMs);
      this.#asked = null;
    }
    this.#settle(beganMs, answer);
    this.#askIfDue();
  }

  /** The running cycle, if any, has no result; the next one answers. */
  cycleLost(): void {
    this.#runningMs = null;
    this.#askIfDue();
  }

  /** The process that was asked may be gone. */
  askAgain(): void {
    this.#asked = null;
    this.#askIfDue();
  }

  /** No cycle will run soon: waiting loads are answered now. */
  fail(): void {
    clearTimeout(this.#timer);
    this.#runningMs = null;
    this.#asked = null;
    this.#settle(Number.POSITIVE_INFINITY, "failed");
  }

  counters(): Pick<LiveCounters, "refreshesRequested" | "refreshesCoalesced"> {
    return { refreshesRequested: this.#requested, refreshesCoalesced: this.#coalesced };
  }

  #enqueue(waitMs: number, { insists }: { readonly insists: boolean }): Promise<RefreshOutcome> {
    const askedMs = this.#settings.monotonicMs();
    this.#requested += 1;
    if (this.#pendingMs !== null) this.#coalesced += 1;
    this.#pendingMs = askedMs;
    if (insists) this.#insistedMs = askedMs;
    const { promise, resolve } = Promise.withResolvers<RefreshOutcome>();
    const timer = setTimeout(() => load.settle(this.#unservedReason()), waitMs);
    const load: Load = {
      askedMs,
      settle: (outcome) => {
        clearTimeout(timer);
        this.#waiting.delete(load);
        resolve(outcome);
      },
    };
    this.#waiting.add(load);
    this.#askIfDue();
    // Without a wait no timer is needed; one would take a millisecond.
    if (waitMs <= 0) load.settle(this.#unservedReason());
    return promise;
  }

  #askIfDue(): void {
    clearTimeout(this.#timer);
    if (this.#pendingMs === null || this.#asked !== null || this.#runningMs !== null) return;
    const nowMs = this.#settings.monotonicMs();
    const insists = this.#insistedMs !== null;
    const shortForMs = insists ? 0 : this.#settings.budget.shortForMs(nowMs);
    if (shortForMs > 0) {
      this.#timer = setTimeout(() => this.#askIfDue(), Math.ceil(shortForMs));
      return;
    }
    this.#asked = { atMs: nowMs, insists };
    this.#settings.ask(nowMs);
  }

  #spend(costMs: number): void {
    this.#settings.budget.spend(costMs, this.#settings.monotonicMs());
  }

  #unservedReason(): RefreshOutcome {
    return this.pendingSinceMs === null ? "held_back" : "timed_out";
  }

  /** A cycle that started at `beganMs` serves all loads from before it. */
  #settle(beganMs: number, answer: CycleAnswer): void {
    if (this.#pendingMs !== null && this.#pendingMs <= beganMs) this.#pendingMs = null;
    if (this.#insistedMs !== null && this.#insistedMs <= beganMs) this.#insistedMs = null;
    for (const load of this.#waiting) {
      if (load.askedMs > beganMs) break;
      load.settle(answer);
    }
  }
}
