// A run's budget, and whether its agent repeats itself, as its row has them. Nothing here changes on its own: what a worker
// uses is as its supervisor counted it last, in steps that a person can see.

import type { AgentActivity } from "../agent/activity/agent-activity.ts";
import { judgeBudget, shownPercent } from "../budget/judge-budget.ts";
import type { Run } from "../contract/run.ts";
import type { RunView } from "../contract/run-view.ts";
import type { BudgetLimits } from "../costs/budget-limits.ts";
import { type RunUse, useOf } from "../costs/run-use.ts";
import { isoTime, isoTimeOrNull } from "../text/iso-time.ts";
import { MINUTE_MS } from "../values/durations.ts";

type BudgetView = Pick<RunView, "budget" | "loop" | "tools_used" | "work_ms">;

export function viewBudget(run: Run, activity: AgentActivity | null, limits: BudgetLimits): BudgetView {
  const use = useOf(run, activity);
  return {
    budget: run.kind === "supervised" ? budgetOf(run, use, limits) : null,
    loop: viewLoop(run, activity),
    tools_used: use.tools,
    work_ms: use.workMs === null ? null : Math.floor(use.workMs / MINUTE_MS) * MINUTE_MS,
  };
}

/** The day's budget is the day's, not the run's, unless it has stopped this run. */
function budgetOf({ budget }: Run, use: RunUse, limits: BudgetLimits): RunView["budget"] {
  const { raises, reached } = budget;
  const isOfDay = reached?.what === "day_usd";
  const share = judgeBudget(isOfDay ? limits : { ...limits, day_usd: null }, raises, {
    usd: use.cost?.usd ?? null,
    tokens: use.tokens && use.tokens.input - use.tokens.cached + use.tokens.output,
    workMs: use.workMs,
    tools: use.tools,
    dayUsd: isOfDay ? (reached.used ?? null) : null,
  });
  if (share === null) return raises > 0 ? raisedForDay(raises, limits) : null;
  const { what, used, limit, percent } = share;
  return {
    what,
    used: used === null ? null : shownUse(what, used),
    limit,
    percent: percent === null ? null : shownPercent(percent),
    raises,
    reached_at: isoTimeOrNull(reached?.atMs ?? null),
  };
}

/** Only the day has a budget, and a person has raised it for this run. */
function raisedForDay(raises: number, { day_usd: limit }: BudgetLimits): RunView["budget"] {
  if (limit === null) return null;
  return {
    what: "day_usd",
    used: null,
    limit: limit * (1 + raises),
    percent: null,
    raises,
    reached_at: null,
  };
}

/** Cents and whole minutes, rounded down: a budget is not shown as used up before it is. */
function shownUse(what: NonNullable<RunView["budget"]>["what"], used: number): number {
  return what === "usd" || what === "day_usd" ? Math.floor(used * 100) / 100 : Math.floor(used);
}

/** Only while it works: what ended repeats nothing. */
function viewLoop({ state }: Run, activity: AgentActivity | null): RunView["loop"] {
  const loop = state === "running" ? (activity?.loop ?? null) : null;
  return loop && { kind: loop.kind, times: loop.times, text: loop.text, since: isoTime(loop.sinceMs) };
}
