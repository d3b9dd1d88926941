// What a supervisor knows of money when it starts an attempt: prices, the account, budgets.

import type { BudgetLimits } from "../../../core/costs/budget-limits.ts";
import type { Price } from "../../../core/costs/prices.ts";
import type { Zone } from "../../../core/values/local-time.ts";
import type { LedgerStore } from "../../../ports/store/ledger-store.ts";

export type Spending = {
  /** Where what it uses is written, and what other runs of the day used is read. */
  readonly ledger: Pick<LedgerStore, "writeUsage" | "readUsage">;
  readonly account: string;
  readonly prices: readonly Price[];
  readonly limits: BudgetLimits;
  readonly atLimit: "finish_turn" | "interrupt";
  readonly zone: Zone;
  /** Another one when something in the worktree has changed; null if unknown. */
  worktreeStamp(): Promise<string | null>;
};
