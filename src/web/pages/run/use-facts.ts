// What a run used: cost and tokens of the running attempt and of those before, as far as their agents say.

import type { AgentActivity } from "../../../core/agent/activity/agent-activity.ts";
import { budgetText } from "../../../core/budget/budget-words.ts";
import type { AttemptUse, Run } from "../../../core/contract/run.ts";
import type { RunView } from "../../../core/contract/run-view.ts";
import { costText, thousands } from "../../../core/costs/cost-words.ts";
import { isOfAttempt, useOf } from "../../../core/costs/run-use.ts";
import { workersOver } from "../../../core/run/held/hand-over.ts";
import { durationText } from "../../assets/script/duration.js";
import type { Html } from "../html/html.ts";
import { type Fact, renderNamedFacts } from "../parts/facts.ts";

type Use = Pick<AttemptUse, "tokens" | "cost">;

/** Null when nothing is known. */
export function renderUse(
  run: Pick<Run, "attempts" | "usedBefore" | "startedAtMs" | "agent">,
  activity: AgentActivity | null,
  budget: RunView["budget"] = null,
): Html | null {
  const past = run.attempts.filter((attempt) => activity === null || !isOfAttempt(activity, attempt));
  const { cost, tokens, hasUnknownCost, tools, workMs } = useOf(run, activity);
  if (cost === null && tokens === null && budget === null) return null;
  const workerAt = workersOver(run);
  const facts: (Fact | null)[] = [
    ["This run", cost === null ? "– (its agent does not say)" : totalWords(cost, hasUnknownCost)],
    budget && ["Budget", budgetWords(budget)],
    tokens && ["Tokens", tokensWords(tokens)],
    tools === null ? null : ["Tool calls", String(tools)],
    workMs === null ? null : ["At work", durationText(workMs)],
    ...past.map(({ number, use, startedAtMs }): Fact | null =>
      use?.cost
        ? [`Attempt ${number}${workerAt === null ? "" : `, ${workerAt(startedAtMs)}`}`, costWords(use.cost)]
        : null,
    ),
  ];
  return renderNamedFacts("Cost", facts);
}

/** "≥ $1.20" where a part is unknown. */
function totalWords(cost: NonNullable<Use["cost"]>, hasUnknown: boolean): string {
  return hasUnknown ? `≥ ${costWords(cost)}, a part is unknown` : costWords(cost);
}

/** "$5.40 of $5.00"; more than the settings say after a raise. */
function budgetWords(budget: NonNullable<RunView["budget"]>): string {
  const { raises } = budget;
  const raised = raises === 0 ? "" : `, raised ${raises === 1 ? "once" : `${raises} times`}`;
  return `${budgetText(budget)}${raised}`;
}

function costWords({ usd, isEstimate }: NonNullable<Use["cost"]>): string {
  const amount = costText({ usd, estimated: isEstimate });
  return isEstimate ? `${amount}, estimated` : amount;
}

/** "412k in, 31k out, 1.2M cached". */
function tokensWords({ input, output, cached }: NonNullable<Use["tokens"]>): string {
  const parts = [`${thousands(input)} in`, `${thousands(output)} out`];
  return (cached > 0 ? [...parts, `${thousands(cached)} cached`] : parts).join(", ");
}
