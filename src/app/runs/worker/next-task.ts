// The next task for somebody who asks for work: the first of the line. Claiming it is one statement of the store, so two
// who ask in the same moment get two different tasks.

import type { Run } from "../../../core/contract/run.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { freeTasks } from "../../../core/dispatch/free-tasks.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { claimTask } from "./claim-task.ts";

export type NextTaskRequest = {
  /** Rows to choose from: those of one owner, or all. */
  readonly rows: readonly TaskRow[];
  /** Tasks that a person stopped. */
  readonly stopped: Dispatch["stopped"];
  /** Who claims it; null only looks. */
  readonly claimFor: string | null;
  readonly worktree: string | null;
};

/** Null when nothing is ready that nobody else has. */
export type NextTask = { readonly row: TaskRow; readonly run: Run | null } | null;

export async function nextTask(
  world: Pick<RunsContext, "clock" | "store" | "reader" | "workers" | "newRunId">,
  { rows, stopped, claimFor, worktree }: NextTaskRequest,
): Promise<NextTask> {
  for (const row of freeTasks(rows, { stopped, nowMs: world.clock.wallMs() })) {
    if (claimFor === null) {
      // Claimed since the snapshot: not the next one any more.
      if ((await world.store.readOpenRun(row.key)) === null) return { row, run: null };
      continue;
    }
    const claimed = await claimTask(world, row, { by: claimFor, note: null, worktree });
    if (claimed.kind === "claimed") return { row, run: claimed.run };
  }
  return null;
}
