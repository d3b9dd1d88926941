// Collects the causes of the next cycle; those that arrive while one runs are merged. Hints of changed files are held back
// until they pause, so that a burst is one cycle, but never longer than a cap, so that a steady stream cannot starve the
// page.

import type { CycleCause } from "../../core/contract/cycle.ts";

/** An editor's save is a few events within 2 ms; after the first the file may just have been emptied. */
const SAVE_QUIET_MS = 4;
/** A hint after this long without any is a save; sooner it belongs to several changes, better taken together. */
const CALM_MS = 100;
const QUIET_MS = 10;
/** From this many hints on it is a burst (a branch switch, a pull), with pauses in it. */
const BURST_HINTS = 20;
const BURST_QUIET_MS = 50;
/** A branch switch of 10,000 files takes about a second (R12); a steady stream gets a cycle this often. */
const HOLD_AT_MOST_MS = 1_000;

/** One reader takes causes with `next`. Times are monotonic. */
export class CauseQueue {
  readonly #monotonicMs: () => number;
  #causes = new Set<CycleCause>();
  #hints = 0;
  #firstHintMs = 0;
  #lastHintMs = Number.NEGATIVE_INFINITY;
  /** The hints started after a calm. */
  #isSave = false;
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | null = null;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** A cause to act on at once. */
  add(cause: CycleCause): void {
    this.#causes.add(cause);
    this.#wake?.();
  }

  /** From a watch: something changed. */
  hint(): void {
    const nowMs = this.#monotonicMs();
    if (this.#hints === 0) {
      this.#firstHintMs = nowMs;
      this.#isSave = nowMs - this.#lastHintMs >= CALM_MS;
    }
    this.#hints += 1;
    this.#lastHintMs = nowMs;
    // One timer for a whole burst: it checks the newest hint, and waits longer if needed.
    this.#timer ??= setTimeout(() => this.#settle(), this.#quietMs());
  }

  /** The hints so far are answered: a cycle has just listed what changed. */
  dropHints(): void {
    this.#hints = 0;
    this.#causes.delete("file_change");
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** At least one cause; none when they were cleared in the meantime. */
  async next(): Promise<ReadonlySet<CycleCause>> {
    if (this.#causes.size === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
      this.#wake = null;
    }
    const causes = this.#causes;
    this.#causes = new Set();
    return causes;
  }

  /** Drops all causes, and lets a waiting `next` return. */
  clear(): void {
    this.dropHints();
    this.#causes.clear();
    this.#wake?.();
  }

  #settle(): void {
    this.#timer = undefined;
    const nowMs = this.#monotonicMs();
    const dueMs = Math.min(this.#lastHintMs + this.#quietMs(), this.#firstHintMs + HOLD_AT_MOST_MS);
    if (nowMs < dueMs) {
      this.#timer = setTimeout(() => this.#settle(), Math.ceil(dueMs - nowMs));
      return;
    }
    this.#hints = 0;
    this.add("file_change");
  }

  #quietMs(): number {
    if (this.#hints >= BURST_HINTS) return BURST_QUIET_MS;
    return this.#isSave ? SAVE_QUIET_MS : QUIET_MS;
  }
}
