// A runner's maintenance of runs: recovery before each cycle, due starts and delivery after it.

import type { Run } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { BackgroundDelivery } from "../../delivery/deliver-branches.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { type DueInput, RunStarter } from "../start/run-starter.ts";
import { recoverRuns } from "./recover-runs.ts";

/** Prompts and output may be 20 MB per run, and are read while the run is recent. */
const FILES_KEPT_RUNS = 200;

export class RunMaintenance {
  readonly #context: RunsContext;
  readonly #starter: RunStarter;
  readonly #delivery: BackgroundDelivery;

  constructor(context: RunsContext) {
    this.#context = context;
    this.#starter = new RunStarter(context);
    this.#delivery = new BackgroundDelivery(context);
  }

  /** `rows`: as last published; null before the first cycle. */
  async recover(runs: readonly Run[], rows: ReadonlyMap<string, TaskRow> | null): Promise<void> {
    await recoverRuns(this.#context, { runs, rows, starting: this.#starter.starting, dryRun: false });
  }

  /** Begins due starts and deliveries, and returns at once; the results are in the store. */
  startDue(due: DueInput): void {
    this.#starter.startDue(due);
    // A pause stops everything automatic, and so does missing trust.
    if (due.dispatch.pause === null && this.#context.untrusted().length === 0)
      this.#delivery.startDue(due.rows);
  }

  /** Why ready tasks cannot start automatically, by key. The same object until that changes. */
  barred(): Readonly<Record<string, string>> {
    return this.#starter.barred;
  }

  /** Deletes prompts and output of old runs; those of open runs stay. */
  async prune(): Promise<void> {
    const { store, runFiles } = this.#context;
    const newest = await store.readRuns({ limit: FILES_KEPT_RUNS });
    const kept = [...(await store.readOpenRuns()), ...newest];
    await runFiles.prune(new Set(kept.map(({ id }) => id)));
  }

  /** Aborts starts and deliveries in progress. Workers live on. Safe to call twice. */
  async stop(): Promise<void> {
    await Promise.all([this.#starter.stop(), this.#delivery.stop()]);
  }
}
