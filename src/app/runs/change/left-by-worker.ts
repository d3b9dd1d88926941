// What a worker leaves: statements that it made while the store could not be used (run-files.ts keeps them beside the run),
// and processes that still run.

import { speaksFor } from "../../../core/contract/attempt-proof.ts";
import type { LeftProcess, Run, RunId } from "../../../core/contract/run.ts";
import { applyStatement, isOvertaken } from "../../../core/run/worker-statement.ts";
import type { RunFiles } from "../../../ports/runs/run-files.ts";
import type { Workers } from "../../../ports/runs/workers.ts";
import { type ChangeableRuns, changeRun } from "./change-run.ts";

export type StatementFiles = Pick<RunFiles, "readStatements" | "dropStatement">;

/** Applies the statements in their order, each once. Throws StoreError while the store still cannot be used. */
export async function replayStatements(
  { store, files }: { readonly store: ChangeableRuns; readonly files: StatementFiles },
  id: RunId,
): Promise<void> {
  for (const { name, epoch, proofHash, statement } of await files.readStatements(id)) {
    await changeRun(store, {
      id,
      epoch,
      change: (run) => {
        if (!speaksFor(run, proofHash))
          return { kind: "refused", why: "it was not stated by the run's worker" };
        if (isOvertaken(run, statement))
          return { kind: "refused", why: "the worker has made a later statement" };
        return applyStatement(run, statement);
      },
    });
    // Applied, or refused for good: the run was handed over or has ended.
    files.dropStatement(id, name);
  }
}

/** Processes older than the attempt are not its own; start times are known to a hundredth of a second. */
const START_STEP_MS = 1_000;
/** More than anyone reads. */
const LEFT_MAX = 20;

/**
 * Processes that still work in a run's worktree after its worker and all known children have ended. They are named and never
 * ended, because they may be a person's.
 */
export function findLeftRunning(
  { workers }: { readonly workers: Pick<Workers, "workingIn"> },
  { worktree, startedAtMs }: Pick<Run, "worktree" | "startedAtMs">,
): readonly LeftProcess[] {
  if (worktree === null) return [];
  const sinceMs = (startedAtMs ?? 0) - START_STEP_MS;
  return (workers.workingIn([worktree]).get(worktree) ?? [])
    .filter((found) => found.startedAtMs >= sinceMs)
    .slice(0, LEFT_MAX)
    .map(({ id, host, pid, name }) => ({ id, host, pid, name }));
}
