// What page loads may spend on cycles: a share of one core, kept as a bucket of processor time. After a pause part of a
// window's share is available at once and the rest is refilled evenly, so that no window costs more than its share,
// wherever it starts (F12).
//
// The cost of a cycle is known when it has ended. So one is let through when the bucket holds the cost of the last one,
// or is full: a tree whose cycles cost more than the bucket still gets one after each pause.

/** The share holds over any window of this length; without a cycle the bucket is full after it. */
export const BUDGET_WINDOW_MS = 10_000;
/** Part of a window's share: half a second with the default settings, a hundred cycles that find nothing new. */
const AVAILABLE_AT_ONCE = 0.25;

export class RefreshBudget {
  readonly #capacityMs: number;
  /** Processor time refilled per ms. */
  readonly #rate: number;
  #levelMs: number;
  #filledAtMs = Number.NEGATIVE_INFINITY;
  #expectedMs = 0;

  /** Starts full. */
  constructor({ maxCpuPercent }: { readonly maxCpuPercent: number }) {
    const share = maxCpuPercent / 100;
    this.#capacityMs = AVAILABLE_AT_ONCE * share * BUDGET_WINDOW_MS;
    this.#rate = (1 - AVAILABLE_AT_ONCE) * share;
    this.#levelMs = this.#capacityMs;
  }

  /** How long until a cycle may be requested; 0: now. Times are monotonic. */
  shortForMs(nowMs: number): number {
    this.#fill(nowMs);
    const missingMs = Math.min(this.#expectedMs, this.#capacityMs) - this.#levelMs;
    return Math.max(0, missingMs / this.#rate);
  }

  /** A debt is never larger than what a window without cycles refills. */
  spend(costMs: number, nowMs: number): void {
    this.#fill(nowMs);
    const lowestMs = this.#capacityMs - this.#rate * BUDGET_WINDOW_MS;
    this.#levelMs = Math.max(lowestMs, this.#levelMs - costMs);
    this.#expectedMs = costMs;
  }

  #fill(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#filledAtMs);
    this.#filledAtMs = nowMs;
    this.#levelMs = Math.min(this.#capacityMs, this.#levelMs + passedMs * this.#rate);
  }
}
