// Delivery beside the cycles of a runner: one pass at a time, when a row says that something is due.

import type { TaskRow } from "../../core/contract/snapshot.ts";
import { type DeliveryContext, deliverBranches } from "./deliver-branches.ts";

/** One per process. `startDue` may be called in each cycle. */
export class BackgroundDelivery {
  readonly #context: DeliveryContext;
  readonly #stopping = new AbortController();
  #inFlight: Promise<unknown> | null = null;

  constructor(context: DeliveryContext) {
    this.#context = context;
  }

  /** Begins a pass if anything is due, and returns at once; the results are in the store. */
  startDue(rows: ReadonlyMap<string, TaskRow>): void {
    const { signal } = this.#stopping;
    if (signal.aborted || this.#inFlight !== null) return;
    const due = [...rows.values()].filter(({ pull_request: known }) => (known?.care.next ?? null) !== null);
    if (due.length === 0) return;
    this.#inFlight = deliverBranches(this.#context, { rows: due, dryRun: false, signal })
      .catch((error: unknown) => {
        this.#context.log.error({ error }, "the delivery of branches failed");
      })
      .finally(() => {
        this.#inFlight = null;
      });
  }

  /** Aborts the pass in progress. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#inFlight;
  }
}
