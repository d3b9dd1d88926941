// A run's agent and what it used, in words: for pages and the command line.

import type { RunView } from "../contract/run-view.ts";
import { costText, thousands } from "../costs/cost-words.ts";

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
