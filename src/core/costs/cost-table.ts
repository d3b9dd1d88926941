// The ledger by day, task, worker or owner.

import type { UsageRecord } from "../records/usage-record.ts";
import type { Zone } from "../values/local-time.ts";
import { type CostSum, sumUsage } from "./cost-sum.ts";
import { localDay } from "./local-day.ts";

export const COST_GROUPINGS = ["day", "task", "worker", "owner"] as const;
export type CostGrouping = (typeof COST_GROUPINGS)[number];

/** `name`: a local day (`2026-03-24`), a task's key, a worker's name, an owner; null for tasks without owner. */
export type CostRow = CostSum & { readonly name: string | null };

/** Days newest first; the others by what they cost, then by their tokens. An hour belongs to the day in which it began. */
export function costTable(records: readonly UsageRecord[], by: CostGrouping, zone: Zone): readonly CostRow[] {
  const groups = Map.groupBy(records, (record) => nameOf(record, by, zone));
  const rows = [...groups].map(([name, found]): CostRow => ({ name, ...sumUsage(found) }));
  return rows.sort(by === "day" ? byName : byCost);
}

function nameOf(record: UsageRecord, by: CostGrouping, zone: Zone): string | null {
  switch (by) {
    case "day":
      return localDay(record.hourMs, zone);
    case "task":
      return record.key;
    case "worker":
      return record.worker;
    case "owner":
      return record.owner;
  }
}

function byName(one: CostRow, other: CostRow): number {
  return (one.name ?? "") < (other.name ?? "") ? 1 : -1;
}

function byCost(one: CostRow, other: CostRow): number {
  const tokens = ({ input, output }: CostRow) => input + output;
  const difference = (other.usd ?? 0) - (one.usd ?? 0) || tokens(other) - tokens(one);
  return difference === 0 ? byName(other, one) : difference;
}
