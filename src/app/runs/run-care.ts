// What a runner does for runs beside its cycles: the recovery before each of them, the starts that are due after.

import type { Run } from "../../core/run/run.ts";
import type { TaskRow } from "../../core/snapshot/schema.ts";
import { type DueInput, RunStarter, type StarterWorld } from "./run-starter.ts";
import { type TendWorld, tend } from "./tend-runs.ts";

export class RunCare {
  readonly #world: TendWorld;
  readonly #starter: RunStarter;

  constructor(world: StarterWorld & TendWorld) {
    this.#world = world;
    this.#starter = new RunStarter(world);
  }

  /** Recovers, retries and closes. `rows` are those last published; null before there are any. */
  async tend(runs: readonly Run[], rows: ReadonlyMap<string, TaskRow> | null): Promise<void> {
    await tend(this.#world, { runs, rows, starting: this.#starter.starting, dryRun: false });
  }

  /** Begins what the line says is due. Returns at once: what it changes is found in the store. */
  startDue(due: DueInput): void {
    this.#starter.startDue(due);
  }

  /** Begins nothing more, and lets go of what is being prepared. Workers live on. Safe to call twice. */
  stop(): Promise<void> {
    return this.#starter.stop();
  }
}
