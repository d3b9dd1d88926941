// Costs and tokens in words.

import type { CostView } from "../contract/agent-view.ts";
import type { CostSum } from "./cost-sum.ts";

/** "≈ $1.86": the mark says that it is computed from a price list. */
export function costText({ usd, estimated }: CostView): string {
  const amount = usd > 0 && usd < 0.005 ? "under $0.01" : `$${usd.toFixed(2)}`;
  return estimated ? `≈ ${amount}` : amount;
}

/** "412", "31k", "1.2M". */
export function thousands(count: number): string {
  if (count < 1_000) return String(Math.round(count));
  if (count < 999_500) return `${Math.round(count / 1_000)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** "$1.20", "≈ $1.20", "≥ $1.20, 2 runs unknown", "–" when nothing is known. */
export function costSumText({
  usd,
  isEstimate,
  unknownRuns,
}: Pick<CostSum, "usd" | "isEstimate" | "unknownRuns">): string {
  if (usd === null) return "–";
  const known = costText({ usd, estimated: isEstimate });
  if (unknownRuns === 0) return known;
  return `≥ ${known}, ${unknownRuns === 1 ? "1 run" : `${unknownRuns} runs`} unknown`;
}

/** "412k in, 31k out"; "–" where no agent counts, "≥ …" where some do not. */
export function tokenSumText({ countsTokens, uncountedRuns, input, output }: CostSum): string {
  if (!countsTokens) return "–";
  const counted = `${thousands(input)} in, ${thousands(output)} out`;
  return uncountedRuns === 0 ? counted : `≥ ${counted}`;
}
