// What a runner does for runs beside its cycles: the recovery before each of them, the starts that are due after.

import type { Run } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { BackgroundDelivery } from "../../delivery/background-delivery.ts";
import type { DeliveryContext as BranchCareWorld } from "../../delivery/deliver-branches.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { type DueInput, RunStarter, type StarterContext } from "../start/run-starter.ts";
import { type RecoveryContext, recoverRuns } from "./recover-runs.ts";

/** Prompts and output are kept this long: they are looked at while a run is news, and may be 20 MB each. */
const FILES_KEPT_RUNS = 200;

type MaintenanceContext = StarterContext &
  RecoveryContext &
  BranchCareWorld &
  Pick<RunsContext, "runFiles" | "untrusted">;

export class RunMaintenance {
  readonly #world: MaintenanceContext;
  readonly #starter: RunStarter;
  readonly #branches: BackgroundDelivery;

  constructor(world: MaintenanceContext) {
    this.#world = world;
    this.#starter = new RunStarter(world);
    this.#branches = new BackgroundDelivery(world);
  }

  /** Recovers, retries and closes. `rows` are those last published; null before there are any. */
  async tend(runs: readonly Run[], rows: ReadonlyMap<string, TaskRow> | null): Promise<void> {
    await recoverRuns(this.#world, { runs, rows, starting: this.#starter.starting, dryRun: false });
  }

  /** Begins what the line says is due, and the care of branches. Returns at once: what it changes is found in the store. */
  startDue(due: DueInput): void {
    this.#starter.startDue(due);
    // A pause holds whatever would be begun by itself, and so does missing trust.
    if (due.dispatch.pause === null && this.#world.untrusted().length === 0)
      this.#branches.startDue(due.rows);
  }

  /** Ready tasks that cannot be started by themselves, by key, each with the reason. The same object while it is so. */
  barred(): Readonly<Record<string, string>> {
    return this.#starter.barred;
  }

  /** Drops prompts and output of runs that are long over; those of open ones stay however old they are. */
  async prune(): Promise<void> {
    const { store, runFiles } = this.#world;
    const newest = await store.readRuns({ limit: FILES_KEPT_RUNS });
    const kept = [...(await store.readOpenRuns()), ...newest];
    await runFiles.prune(new Set(kept.map(({ id }) => id)));
  }

  /** Begins nothing more, and lets go of what is being prepared. Workers live on. Safe to call twice. */
  async stop(): Promise<void> {
    await Promise.all([this.#starter.stop(), this.#branches.stop()]);
  }
}
