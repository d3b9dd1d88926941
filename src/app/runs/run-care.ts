// What the runner does for runs beside its cycles: the recovery before each of them, and the starts that are due after.
// Types only, so that the runner knows no process and no worktree; start-due-runs.ts is the one that exists.

import type { Run } from "../../core/run/run.ts";
import type { Dispatch } from "../../core/snapshot/run-schema.ts";
import type { TaskRow } from "../../core/snapshot/schema.ts";

export type RunCare = {
  /** Recovers, retries and closes. `rows` are those last published; null before there are any. */
  tend(runs: readonly Run[], rows: ReadonlyMap<string, TaskRow> | null): Promise<void>;
  /** Starts what the line says is due. Returns at once; what it changes is found in the store. */
  startDue(rows: Iterable<TaskRow>, dispatch: Dispatch): void;
  /** Begins nothing more, and waits for what is being prepared. Workers live on. Safe to call twice. */
  stop(): Promise<void>;
};
