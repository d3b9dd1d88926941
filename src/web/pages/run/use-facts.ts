// What a run used: cost and tokens of the running attempt and of those before, as far as their agents say.

import type { AgentActivity } from "../../../core/agent/activity/agent-activity.ts";
import type { AttemptUse, Run } from "../../../core/contract/run.ts";
import { costText, thousands } from "../../../core/run/agent-words.ts";
import type { Html } from "../html/html.ts";
import { type Fact, renderNamedFacts } from "../parts/facts.ts";

type Use = Pick<AttemptUse, "tokens" | "cost">;

/** Null when nothing is known. */
export function renderUse(run: Pick<Run, "attempts">, activity: AgentActivity | null): Html | null {
  const past = run.attempts.filter(({ number }) => number !== activity?.attempt);
  const uses: readonly (Use | null | undefined)[] = [...past.map(({ use }) => use), activity];
  const known = uses.filter((use): use is Use => use != null);
  const total = totalCost(known);
  const tokens = totalTokens(known);
  if (total === null && tokens === null) return null;
  const facts: (Fact | null)[] = [
    total && ["This run", costWords(total)],
    tokens && ["Tokens", tokensWords(tokens)],
    ...past.map(({ number, use }): Fact | null =>
      use?.cost ? [`Attempt ${number}`, costWords(use.cost)] : null,
    ),
  ];
  return renderNamedFacts("Cost", facts);
}

function totalCost(uses: readonly Use[]): Use["cost"] {
  const costs = uses.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  if (costs.length === 0) return null;
  const isEstimate = costs.some((cost) => cost.isEstimate);
  return { usd: costs.reduce((sum, { usd }) => sum + usd, 0), isEstimate };
}

function totalTokens(uses: readonly Use[]): Use["tokens"] {
  const each = uses.flatMap(({ tokens }) => (tokens === null ? [] : [tokens]));
  if (each.length === 0) return null;
  return each.reduce((sum, { input, output, cached }) => ({
    input: sum.input + input,
    output: sum.output + output,
    cached: sum.cached + cached,
  }));
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
