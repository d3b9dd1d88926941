// Who still works in a run's worktree after its worker has ended, and with it all that is known to be the worker's. They
// are named and never ended: nothing tells for sure that they are not a person's.

import type { LeftProcess, Run } from "../../../core/contract/run.ts";
import type { Workers } from "../../../ports/runs/workers.ts";

/** What was there before the attempt is nothing that it left; start times are known to a hundredth of a second. */
const START_STEP_MS = 1_000;
/** Kept with a run: more than anybody reads. */
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
