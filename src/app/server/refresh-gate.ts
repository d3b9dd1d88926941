// Turns any number of page loads into few cycles. A load is answered by a cycle that began after it was asked, and by no
// other: what was written before it has then been read (F15). Loads that arrive while a cycle runs wait for the next one,
// and share it (F2). Each is answered within its own wait, whatever happens to the runner (F3).
//
//   idle      no load is owed a cycle
//   held      one is owed, and the budget is short: asked for once it suffices (F12), or at once for who insists (F11)
//   asked     whoever runs cycles was told, and has not begun one since
//   running   a cycle is in flight; what is owed beyond it is asked for when it has ended, and its cost is known
//
//   idle -load-> asked | held     held -time-> asked     asked -cycleStarted-> running     running -cycleEnded-> any
//   Any cycle answers, whoever caused it: held -cycleStarted-> running. One that is lost owes as much as before.
//
// A load that has waited in vain is answered, and its wish stands: the cycle comes, and the page hears of it.

import type { LiveCounters, RefreshOutcome } from "./live-snapshot.ts";
import type { RefreshBudget } from "./refresh-budget.ts";

export type RefreshGateSettings = {
  /** The machine's: cycles are compared with loads by it. */
  readonly monotonicMs: () => number;
  readonly budget: RefreshBudget;
  /** Asks whoever runs cycles for one that begins after `askedMs`; may `fail` at once. */
  readonly ask: (askedMs: number) => void;
};

export type CycleAnswer = Extract<RefreshOutcome, "refreshed" | "failed">;

type Load = { readonly askedMs: number; readonly settle: (outcome: RefreshOutcome) => void };

export class RefreshGate {
  readonly #settings: RefreshGateSettings;
  /** In the order in which they were asked. */
  readonly #waiting = new Set<Load>();
  /** The newest load, and the newest one that insists, that no cycle has begun after. */
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

  /** A request that no budget holds back: somebody has just changed something here (F11). */
  insist({ waitMs }: { readonly waitMs: number }): Promise<RefreshOutcome> {
    return this.#enqueue(waitMs, { insists: true });
  }

  /** Since when a cycle has been asked for or in flight without an end; null when none is. By the monotonic clock. */
  get pendingSinceMs(): number | null {
    if (this.#asked === null || this.#runningMs === null) return this.#asked?.atMs ?? this.#runningMs;
    return Math.min(this.#asked.atMs, this.#runningMs);
  }

  /** A cycle has begun, whoever caused it; `beganMs` was read before it looked at anything. */
  cycleStarted({ beganMs }: { readonly beganMs: number }): void {
    this.#runningMs = beganMs;
  }

  /** It has ended, and what it brought can be seen. `costMs`: of the processor; null when it would have run anyway. */
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

  /** The cycle in flight, if any, came to nothing: whoever runs the next one answers. */
  cycleLost(): void {
    this.#runningMs = null;
    this.#askIfDue();
  }

  /** Whoever was asked cannot be relied on any more. */
  askAgain(): void {
    this.#asked = null;
    this.#askIfDue();
  }

  /** Nobody will run a cycle soon: who waits is answered now. */
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
    // No timer is needed for no time, and one would take a millisecond.
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

  /** Why a load that has waited its whole time is not served. */
  #unservedReason(): RefreshOutcome {
    return this.pendingSinceMs === null ? "held_back" : "timed_out";
  }

  /** A cycle that began at `beganMs` is all that loads asked until then are owed. */
  #settle(beganMs: number, answer: CycleAnswer): void {
    if (this.#pendingMs !== null && this.#pendingMs <= beganMs) this.#pendingMs = null;
    if (this.#insistedMs !== null && this.#insistedMs <= beganMs) this.#insistedMs = null;
    for (const load of this.#waiting) {
      if (load.askedMs > beganMs) break;
      load.settle(answer);
    }
  }
}
