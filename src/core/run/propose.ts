// Tasks that a worker proposes are counted in its run: a worker that files its every thought would bury what a person has
// to decide.

import type { Run } from "../contract/run.ts";
import { changed, type RunChange, refused } from "./run-transitions.ts";

/** Tasks that one run may propose, over all its attempts. */
export const PROPOSALS_MAX = 5;

/** Before the file is written, so that two calls at the same moment cannot both be the last. */
export function countProposal(run: Run): RunChange {
  if (run.state !== "running") return refused(`no worker is running, and this one is ${run.state}`);
  if (run.proposals >= PROPOSALS_MAX)
    return refused(`it has proposed ${PROPOSALS_MAX} tasks, the most that a run may`);
  return changed({ ...run, proposals: run.proposals + 1 });
}

/** The file could not be written. */
export function uncountProposal(run: Run): RunChange {
  return changed({ ...run, proposals: Math.max(0, run.proposals - 1) });
}
