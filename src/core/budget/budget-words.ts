// Budgets in words: "$5.40 of $5.00", "412k of 400k tokens".

import { thousands } from "../costs/cost-words.ts";
import type { BudgetKind } from "./judge-budget.ts";

type Shown = { readonly what: BudgetKind; readonly used: number | null; readonly limit: number };

/** What is used of what may be; more than that is shown as it is. "unknown" where the agent does not say. */
export function budgetText({ what, used, limit }: Shown): string {
  const amount = used === null ? "unknown" : amountOf(what, used);
  return `${amount} of ${amountOf(what, limit)}${UNITS[what]}`;
}

function amountOf(what: BudgetKind, value: number): string {
  return what === "usd" || what === "day_usd" ? `$${value.toFixed(2)}` : thousands(value);
}

const UNITS: Readonly<Record<BudgetKind, string>> = {
  usd: "",
  tokens: " tokens",
  minutes: " min at work",
  tools: " tool calls",
  day_usd: " for today",
};

/** What a worker gets to read when its budget is used up. */
export const COMMIT_AND_STOP =
  "The budget of this run is used up. Commit what is worth keeping and stop. Do not start anything new.";
