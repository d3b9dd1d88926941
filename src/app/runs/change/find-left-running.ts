// Processes that still work in a run's worktree after its worker and all known children have ended. They are named and
// never ended, because they may be a person's.

import type { LeftProcess, Run } from "../../../core/contract/run.ts";
import type { Workers } from "../../../ports/runs/workers.ts";

/** Processes older than the attempt are not its own; start times are known to a hundredth of a second. */
const START_STEP_MS = 1_000;
/** More than anyone reads. */
const LEFT_MAX = 20;

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
