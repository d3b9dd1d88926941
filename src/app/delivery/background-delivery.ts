// Care of branches beside the cycles of a runner: one pass at a time, when the page says that something will be done.

import type { TaskRow } from "../../core/contract/snapshot.ts";
import { type DeliveryContext, deliverBranches } from "./deliver-branches.ts";

/** One per process. `startDue` may be called in each cycle. */
export class BackgroundDelivery {
  readonly #world: DeliveryContext;
  readonly #stopping = new AbortController();
  #inFlight: Promise<unknown> | null = null;

  constructor(world: DeliveryContext) {
    this.#world = world;
  }

  /** Begins a pass if anything is due, and returns at once: what it changes is found in the store. */
  startDue(rows: ReadonlyMap<string, TaskRow>): void {
    const { signal } = this.#stopping;
    if (signal.aborted || this.#inFlight !== null) return;
    const due = [...rows.values()].filter(({ pull_request: known }) => (known?.care.next ?? null) !== null);
    if (due.length === 0) return;
    this.#inFlight = deliverBranches(this.#world, { rows: due, dryRun: false, signal })
      .catch((error: unknown) => {
        this.#world.log.error({ error }, "the care of branches failed");
      })
      .finally(() => {
        this.#inFlight = null;
      });
  }

  /** Lets go of what is under way. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#inFlight;
  }
}
