// How much of its budget a run has used. Of the limits that are set, the one nearest to its end counts. What is unknown
// stops nothing, and says so.

import type { RunBudget } from "../contract/run.ts";
import type { BudgetLimits } from "../costs/budget-limits.ts";
import { MINUTE_MS } from "../values/durations.ts";

export type BudgetKind = NonNullable<RunBudget["reached"]>["what"];

/** Of all attempts of a run; `dayUsd`: of all runs of the day. Null: unknown. */
export type BudgetUse = {
  readonly usd: number | null;
  /** Input and output, without what was read from a cache. */
  readonly tokens: number | null;
  readonly workMs: number | null;
  readonly tools: number | null;
  /** Null also where the day does not count. */
  readonly dayUsd: number | null;
};

export type BudgetShare = {
  readonly what: BudgetKind;
  readonly used: number | null;
  /** With what a person has added: each raise is another whole budget. */
  readonly limit: number;
  /** Null: unknown. */
  readonly percent: number | null;
};

/** Watched from here on. */
export const NEAR_PERCENT = 80;
/** Used up. */
const FULL_PERCENT = 100;

/** The share nearest to its end, the unknown ones last; null without a limit. */
export function judgeBudget(limits: BudgetLimits, raises: number, use: BudgetUse): BudgetShare | null {
  const share = (what: BudgetKind, limit: number | null, used: number | null): BudgetShare[] =>
    limit === null ? [] : [shareOf(what, limit * (1 + raises), used)];
  const shares = [
    ...share("usd", limits.run_usd, use.usd),
    ...share("tokens", limits.run_tokens, use.tokens),
    ...share("minutes", limits.run_minutes, use.workMs === null ? null : use.workMs / MINUTE_MS),
    ...share("tools", limits.run_tools, use.tools),
    ...(use.dayUsd === null ? [] : share("day_usd", limits.day_usd, use.dayUsd)),
  ];
  return shares.reduce<BudgetShare | null>((nearest, one) => (isNearer(one, nearest) ? one : nearest), null);
}

function shareOf(what: BudgetKind, limit: number, used: number | null): BudgetShare {
  return { what, used, limit, percent: used === null ? null : (100 * used) / limit };
}

function isNearer({ percent }: BudgetShare, other: BudgetShare | null): boolean {
  return other === null || (percent ?? -1) > (other.percent ?? -1);
}

/** It starts nothing more, and what runs stops. */
export function isUsedUp(share: Pick<BudgetShare, "percent"> | null): boolean {
  return share !== null && share.percent !== null && share.percent >= FULL_PERCENT;
}

/** Under 80 %, steps of five: a row does not change with every token. A full one is never rounded up to. */
export function shownPercent(percent: number): number {
  return percent < NEAR_PERCENT ? Math.floor(percent / 5) * 5 : Math.floor(percent);
}
