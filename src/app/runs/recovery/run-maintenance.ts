// A runner's maintenance of runs: recovery before each cycle, due starts and delivery after it.

import type { Run } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { isTranscriptOver } from "../../../core/run/transcript-life.ts";
import { BackgroundDelivery } from "../../delivery/deliver-branches.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { type DueInput, RunStarter } from "../start/run-starter.ts";
import { recoverRuns } from "./recover-runs.ts";

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

  /** Removes the files of runs that were closed worker.transcript_days ago. */
  async prune(): Promise<void> {
    const { store, runFiles, clock, config } = this.#context;
    const days = config.worker.transcript_days;
    for (const { id, changedAtMs } of await runFiles.list()) {
      const age = { changedAtMs, nowMs: clock.wallMs(), days };
      if (isTranscriptOver(await store.readRun(id), age)) await runFiles.remove(id);
    }
  }

  /** Aborts starts and deliveries in progress. Workers live on. Safe to call twice. */
  async stop(): Promise<void> {
    await Promise.all([this.#starter.stop(), this.#delivery.stop()]);
  }
}
