// A run's agent and what it used, in words: for pages and the command line.

import type { CostView } from "../contract/agent-view.ts";
import type { RunView } from "../contract/run-view.ts";

/** "claude 2.1.197, full". */
export function agentText({ name, kind, version, permissions }: NonNullable<RunView["agent"]>): string {
  const named = name === kind ? kind : `${name} (${kind})`;
  return [version === null ? named : `${named} ${version}`, permissions].filter(Boolean).join(", ");
}

/** "≈ $1.86, 412k tokens in, 31k out"; empty without either. */
export function useText({ cost, tokens }: Pick<RunView, "cost" | "tokens">): string {
  const used = tokens && `${thousands(tokens.input)} tokens in, ${thousands(tokens.output)} out`;
  return [cost && costText(cost), used].filter(Boolean).join(", ");
}

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
