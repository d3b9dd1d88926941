// Changes of a run's budget: it is used up, a person raises it.

import { type Act, hasEnded } from "../contract/run.ts";
import { changed, type RunTransition, refused } from "../run/run-transitions.ts";
import type { BudgetKind } from "./judge-budget.ts";

/** Its worker is stopped: the attempt counts as ended without an error, and a person decides. */
export const reachBudget: RunTransition<{
  readonly what: BudgetKind;
  readonly atMs: number;
  readonly used?: number;
}> = (run, reached) => {
  if (run.state !== "running") return refused("no worker is running");
  return changed({ ...run, budget: { ...run.budget, reached } });
};

/** What the worker gets to read. */
const RAISED = "The budget of this run was raised. Continue where you stopped.";

/** Another whole budget. A run that was stopped for it continues in its session. */
export const raiseBudget: RunTransition<Act> = (run, { by, atMs }) => {
  if (run.state === "closed") return refused("it is closed");
  if (run.kind === "by_hand") return refused("it is claimed by hand, so it has no budget");
  const { raises, reached } = run.budget;
  if (reached !== null && !hasEnded(run) && run.state !== "queued")
    return refused("its worker is being stopped: raise the budget once it has ended");
  const raised = { ...run, budget: { raises: raises + 1, reached: null } };
  if (reached === null) return changed(raised);
  return changed({ ...raised, followUps: [...run.followUps, { by, atMs, text: RAISED }] });
};
