// Gives memory back once it is quiet after work that made garbage: a publication, a look at all rows, large answers.

import type { Clock } from "../../ports/system/clock.ts";

/** Quiet for this long: nobody waits for what a collection delays. */
const QUIET_MS = 2_000;
/** It takes some tens of milliseconds of a core: in this time, once. */
const AT_MOST_EVERY_MS = 10_000;

export type IdleMemoryContext = {
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Does nothing where there is little to give back. */
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

  /** Work was done. Costs next to nothing: a busy server says so thousands of times a second. */
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
