// The next task for a person or agent who asks for work: the first in the queue. A claim is one statement in the store, so two
// who ask at the same moment get different tasks.

import type { Run } from "../../../core/contract/run.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { freeTasks } from "../../../core/dispatch/free-tasks.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { claimTask } from "./claim-task.ts";

export type NextTaskRequest = {
  /** Candidates: one owner's rows, or all. */
  readonly rows: readonly TaskRow[];
  readonly stopped: Dispatch["stopped"];
  /** Null: only prints the next task. */
  readonly claimFor: string | null;
  readonly worktree: string | null;
};

/** Null when no ready task is free. */
export type NextTask = { readonly row: TaskRow; readonly run: Run | null } | null;

export async function nextTask(
  context: Pick<RunsContext, "clock" | "store" | "reader" | "workers" | "newRunId">,
  { rows, stopped, claimFor, worktree }: NextTaskRequest,
): Promise<NextTask> {
  for (const row of freeTasks(rows, { stopped, nowMs: context.clock.wallMs() })) {
    if (claimFor === null) {
      // It may have been claimed since the snapshot.
      if ((await context.store.readOpenRun(row.key)) === null) return { row, run: null };
      continue;
    }
    const claimed = await claimTask(context, row, { by: claimFor, note: null, worktree });
    if (claimed.kind === "claimed") return { row, run: claimed.run };
  }
  return null;
}
