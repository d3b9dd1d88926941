// What runs cost, as /costs.json and `tasks costs --format json` say it.

import type { UsageRecord } from "../records/usage-record.ts";
import { isoTime } from "../text/iso-time.ts";
import type { Zone } from "../values/local-time.ts";
import { type CostSum, sumUsage } from "./cost-sum.ts";
import { type CostGrouping, type CostRow, costTable } from "./cost-table.ts";

export type CostReport = {
  readonly by: CostGrouping;
  readonly sinceMs: number;
  readonly rows: readonly CostRow[];
  readonly total: CostSum;
};

export function costReport(
  records: readonly UsageRecord[],
  { by, sinceMs, zone }: { readonly by: CostGrouping; readonly sinceMs: number; readonly zone: Zone },
): CostReport {
  return { by, sinceMs, rows: costTable(records, by, zone), total: sumUsage(records) };
}

/** Null where nothing is known: never 0. */
export function costRecord({ by, sinceMs, rows, total }: CostReport) {
  return {
    by,
    since: isoTime(sinceMs),
    rows: rows.map((row) => ({ name: row.name, ...sumRecord(row) })),
    total: sumRecord(total),
  };
}

function sumRecord(sum: CostSum) {
  return {
    runs: sum.runs,
    usd: sum.usd,
    estimated: sum.isEstimate,
    runs_of_unknown_cost: sum.unknownRuns,
    input_tokens: sum.countsTokens ? sum.input : null,
    output_tokens: sum.countsTokens ? sum.output : null,
    cached_tokens: sum.countsTokens ? sum.cached : null,
    runs_without_token_count: sum.uncountedRuns,
    tool_calls: sum.tools,
    work_ms: sum.workMs,
  };
}
