// Changes of a run's budget: it is used up, a person raises it, the day that it was for is over.

import { type Act, hasEnded, isLive, type Run } from "../contract/run.ts";
import { openQuestion } from "../run/open-question.ts";
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

const NEW_DAY = "A new day has its own budget. Continue where you stopped.";

/** Who continues a run on a new day. */
const NO_PERSON = "tasks";

/** Whether the budget of a day that is over has stopped it. `dayStartMs`: of the local day. */
export function isDayBudgetOver({ budget: { reached }, state }: Run, dayStartMs: number): boolean {
  return reached?.what === "day_usd" && reached.atMs < dayStartMs && state !== "closed";
}

/**
 * The day whose budget it used up is over. A run that was stopped for that continues in its session; one that waits for a person
 * for another reason waits on.
 */
export const renewDayBudget: RunTransition<{ readonly dayStartMs: number; readonly nowMs: number }> = (
  run,
  { dayStartMs, nowMs },
) => {
  if (isLive(run)) return refused("its worker has to end first");
  if (!isDayBudgetOver(run, dayStartMs)) return refused("no budget of an earlier day has stopped it");
  const renewed = { ...run, budget: { ...run.budget, reached: null } };
  if (!wasStoppedForBudget(run)) return changed(renewed);
  return changed({
    ...renewed,
    followUps: [...run.followUps, { by: NO_PERSON, atMs: nowMs, text: NEW_DAY }],
  });
};

/** A message would answer its question, or start what a person stopped or took over. */
function wasStoppedForBudget(run: Run): boolean {
  const { attempts, outcome, stopRequest, takenOver } = run;
  if (!hasEnded(run) || attempts.at(-1)?.spared?.kind !== "waiting") return false;
  return outcome === null && stopRequest === null && takenOver === null && openQuestion(run) === null;
}
