// Turns any number of wishes for a fresh snapshot into few cycles: a wish joins the cycle in flight or the one asked for,
// and after a cycle has begun the next one is asked for only when the least interval has passed (F2, F12). Every wish is
// answered within its own wait, whatever happens to the runner (F3).

import type { LiveCounters, RefreshOutcome } from "./live-snapshot.ts";
import { pause } from "./pause.ts";

export type RefreshGateSettings = {
  readonly monotonicMs: () => number;
  readonly minIntervalMs: number;
  /** Asks whoever runs cycles for one. For requests at most once in `minIntervalMs`. */
  readonly ask: () => void;
};

type Answer = Extract<RefreshOutcome, "refreshed" | "failed">;

export class RefreshGate {
  readonly #settings: RefreshGateSettings;
  /** What the wishes of now wait for; null when nothing is asked for or in flight. */
  #answer: PromiseWithResolvers<Answer> | null = null;
  #inFlight = false;
  #pendingSinceMs = 0;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #startedAtMs = Number.NEGATIVE_INFINITY;
  #requested = 0;
  #coalesced = 0;

  constructor(settings: RefreshGateSettings) {
    this.#settings = settings;
  }

  /** Resolves within `waitMs`. Never throws. */
  async request({ waitMs }: { readonly waitMs: number }): Promise<RefreshOutcome> {
    this.#requested += 1;
    const nowMs = this.#settings.monotonicMs();
    if (this.#answer !== null) this.#coalesced += 1;
    else if (nowMs - this.#startedAtMs < this.#settings.minIntervalMs) return "throttled";
    return await this.#askAndWait(waitMs);
  }

  /** A request that the least interval does not hold back: somebody has just changed something (F11). */
  async insist({ waitMs }: { readonly waitMs: number }): Promise<RefreshOutcome> {
    this.#requested += 1;
    if (this.#answer !== null) this.#coalesced += 1;
    return await this.#askAndWait(waitMs);
  }

  get isInFlight(): boolean {
    return this.#inFlight;
  }

  /** True while somebody waits for a cycle that has not begun. */
  get isWaiting(): boolean {
    return this.#answer !== null && !this.#inFlight;
  }

  /** Since when a cycle has been asked for or in flight without an end; null when none is. By the monotonic clock. */
  get pendingSinceMs(): number | null {
    return this.#answer === null ? null : this.#pendingSinceMs;
  }

  /** A cycle has begun, whoever caused it. */
  cycleStarted(): void {
    this.#inFlight = true;
    this.#startedAtMs = this.#settings.monotonicMs();
    this.#pend();
  }

  /** It has ended, and what it brought can be seen. */
  cycleEnded(answer: Answer): void {
    this.#inFlight = false;
    this.#askedAtMs = Number.NEGATIVE_INFINITY;
    this.#answer?.resolve(answer);
    this.#answer = null;
  }

  counters(): Pick<LiveCounters, "refreshesRequested" | "refreshesCoalesced"> {
    return { refreshesRequested: this.#requested, refreshesCoalesced: this.#coalesced };
  }

  #pend(): PromiseWithResolvers<Answer> {
    if (this.#answer === null) this.#pendingSinceMs = this.#settings.monotonicMs();
    this.#answer ??= Promise.withResolvers();
    return this.#answer;
  }

  async #askAndWait(waitMs: number): Promise<RefreshOutcome> {
    const nowMs = this.#settings.monotonicMs();
    const { promise } = this.#pend();
    // A wish that nobody has taken up after a while is made again: the runner that heard it may be gone.
    if (!this.#inFlight && nowMs - this.#askedAtMs >= this.#settings.minIntervalMs) {
      this.#askedAtMs = nowMs;
      this.#settings.ask();
    }
    return await this.#await(promise, waitMs);
  }

  async #await(answer: Promise<Answer>, waitMs: number): Promise<RefreshOutcome> {
    const answered = new AbortController();
    const outcome = await Promise.race([
      answer,
      pause(waitMs, answered.signal).then((): RefreshOutcome => "timed_out"),
    ]);
    answered.abort();
    return outcome;
  }
}
