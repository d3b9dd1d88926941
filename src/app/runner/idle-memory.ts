// Frees memory once it is quiet after work that made garbage: a publication, reading all rows, large answers.

import type { Clock } from "../../ports/system/clock.ts";

/** After this long without work a collection delays no one. */
const QUIET_MS = 2_000;
/** At most once in this time: it takes tens of milliseconds. */
const AT_MOST_EVERY_MS = 10_000;

export type IdleMemoryContext = {
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Does nothing when there is little to free. */
  freeMemory(): void;
};

/** Keeps no process alive. `stop` is safe to call twice. */
export class IdleMemory {
  readonly #context: IdleMemoryContext;
  #workedAtMs = 0;
  #freedAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: IdleMemoryContext) {
    this.#context = context;
  }

  /** Work was done. Cheap: a busy server calls it thousands of times a second. */
  note(): void {
    this.#workedAtMs = this.#context.clock.monotonicMs();
    if (this.#timer === undefined) this.#wait(QUIET_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#freeIfQuiet(), ms).unref();
  }

  #freeIfQuiet(): void {
    const nowMs = this.#context.clock.monotonicMs();
    const dueMs = Math.max(this.#workedAtMs + QUIET_MS, this.#freedAtMs + AT_MOST_EVERY_MS);
    if (nowMs < dueMs) {
      this.#wait(Math.ceil(dueMs - nowMs));
      return;
    }
    this.#timer = undefined;
    this.#freedAtMs = nowMs;
    this.#context.freeMemory();
  }
}
