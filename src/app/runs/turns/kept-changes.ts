// Changes of a run that its supervisor has to store, in their order. While the store cannot be used they wait here, and the
// agent continues.

import type { Run, RunId } from "../../../core/contract/run.ts";
import type { RunChange } from "../../../core/run/run-transitions.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { type ChangeableRuns, changeRun } from "../change/change-run.ts";

export class KeptChanges {
  readonly #store: ChangeableRuns;
  readonly #own: { readonly id: RunId; readonly epoch: number };
  readonly #waiting: ((run: Run) => RunChange)[] = [];
  #storing: Promise<void> | null = null;

  constructor(store: ChangeableRuns, own: { readonly id: RunId; readonly epoch: number }) {
    this.#store = store;
    this.#own = own;
  }

  add(change: (run: Run) => RunChange): void {
    this.#waiting.push(change);
    void this.flush();
  }

  /** Stores what waits, as far as the store takes it. A change that is refused is over: the run has moved on. */
  async flush(): Promise<void> {
    this.#storing ??= this.#storeAll().finally(() => {
      this.#storing = null;
    });
    await this.#storing;
  }

  /** The run with what could not be stored, for the change that ends it. */
  applyTo(run: Run): Run {
    return this.#waiting.reduce((now, change) => {
      const changed = change(now);
      return changed.kind === "changed" ? changed.run : now;
    }, run);
  }

  async #storeAll(): Promise<void> {
    for (let change = this.#waiting[0]; change !== undefined; change = this.#waiting[0]) {
      try {
        await changeRun(this.#store, { ...this.#own, change });
      } catch (error) {
        if (error instanceof StoreError) return;
        throw error;
      }
      this.#waiting.shift();
    }
  }
}
