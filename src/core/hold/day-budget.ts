// `budget.day_usd`: nothing starts once the local day's runs have used it.

import type { DispatchHold } from "../contract/run-view.ts";
import { isoTime } from "../text/iso-time.ts";

/** `usd`: of all runs of the day, null while unknown; `nextDayMs`: when the next one begins. */
export function dayBudgetHold(
  limitUsd: number | null,
  { usd, nextDayMs }: { readonly usd: number | null; readonly nextDayMs: number },
): DispatchHold | null {
  if (limitUsd === null || usd === null || usd < limitUsd) return null;
  return {
    code: "budget",
    sentence: `holds: $${usd.toFixed(2)} of today's $${limitUsd.toFixed(2)} used`,
    applies: "all",
    worker: null,
    until: isoTime(nextDayMs),
  };
}
