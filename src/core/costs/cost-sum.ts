// Sums of the ledger, for one run or many. What a run cost is unknown where its agent does not say and no price list names
// its model: a sum says how many such runs are in it, and is at least what is known.

import type { UsageRecord } from "../records/usage-record.ts";

export type CostSum = {
  readonly runs: number;
  /** US dollars, of what is known; null when nothing is. */
  readonly usd: number | null;
  /** At least a part comes from a price list. */
  readonly isEstimate: boolean;
  /** Runs of which at least a part is unknown. */
  readonly unknownRuns: number;
  /** Without what was read from a cache. */
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  /** At least a part of its tokens was counted. */
  readonly countsTokens: boolean;
  /** Runs of which at least a part was not: their agents do not say. */
  readonly uncountedRuns: number;
  readonly tools: number;
  readonly workMs: number;
};

export function sumUsage(records: readonly UsageRecord[]): CostSum {
  const known = records.filter(({ usd }) => usd !== null);
  const total = (value: (record: UsageRecord) => number) =>
    records.reduce((sum, record) => sum + value(record), 0);
  return {
    runs: runsIn(records),
    usd: known.length === 0 ? null : total(({ usd }) => usd ?? 0),
    isEstimate: known.some(({ isEstimate }) => isEstimate),
    unknownRuns: runsIn(records.filter(({ usd }) => usd === null)),
    input: total(({ input }) => input),
    output: total(({ output }) => output),
    cached: total(({ cached }) => cached),
    countsTokens: records.some(({ countsTokens }) => countsTokens),
    uncountedRuns: runsIn(records.filter(({ countsTokens }) => !countsTokens)),
    tools: total(({ tools }) => tools),
    workMs: total(({ workMs }) => workMs),
  };
}

function runsIn(records: readonly UsageRecord[]): number {
  return new Set(records.map(({ run }) => run)).size;
}
