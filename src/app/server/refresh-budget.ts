// What page loads may spend on cycles: a share of one core, kept as a bucket of processor time. A part of what a window
// allows is at hand after a pause, and the rest comes in evenly; the two together are the share, so that no window costs
// more, wherever it begins (F12).
//
// What a cycle will cost is known when it has ended. So one is let through when the bucket holds what the last one cost,
// or is full: a tree whose cycles cost more than the bucket holds still gets one after each pause.

/** The share holds over any time of this length, and after this long without a cycle the bucket is full. */
export const BUDGET_WINDOW_MS = 10_000;
/** Of what a window allows: at 20 % half a second, which is a hundred cycles that find nothing new. */
const AT_HAND = 0.25;

export class RefreshBudget {
  readonly #capacityMs: number;
  /** Processor time that comes in each ms. */
  readonly #rate: number;
  #levelMs: number;
  #filledAtMs = Number.NEGATIVE_INFINITY;
  #expectedMs = 0;

  /** `maxCpuPercent` is of one core. Begins full. */
  constructor({ maxCpuPercent }: { readonly maxCpuPercent: number }) {
    const share = maxCpuPercent / 100;
    this.#capacityMs = AT_HAND * share * BUDGET_WINDOW_MS;
    this.#rate = (1 - AT_HAND) * share;
    this.#levelMs = this.#capacityMs;
  }

  /** For how long no cycle may be asked for; 0: one may be. Times are the monotonic clock's. */
  shortForMs(nowMs: number): number {
    this.#fill(nowMs);
    const missingMs = Math.min(this.#expectedMs, this.#capacityMs) - this.#levelMs;
    return Math.max(0, missingMs / this.#rate);
  }

  /** A cycle has cost this. A debt is never larger than what a window without cycles pays back. */
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
