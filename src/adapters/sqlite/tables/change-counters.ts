// Counters that grow with every change of runs (with pause and acknowledgements) or of pull requests, so that asking
// "anything new?" reads one row. A change of runs also records who did it and why in the activity feed, in the same
// transaction.

import type { ActionChange } from "../../../core/contract/activity.ts";
import type { Sql } from "../database/sql.ts";
import { newestSeq } from "./snapshot-tables.ts";
import { appendTransitions } from "./transition-table.ts";

type Counter = "runs_version" | "pull_requests_version";

export function readCounter(sql: Sql, counter: Counter): number {
  return Number(sql(`SELECT version FROM ${counter}`).get()?.["version"] ?? 0);
}

/** A new database starts at the time in milliseconds, so that it never repeats the number of one that was lost. */
export function countChange(sql: Sql, counter: Counter): void {
  sql(
    `INSERT INTO ${counter} (only, version) VALUES (1, CAST(unixepoch('subsec') * 1000 AS INTEGER))
     ON CONFLICT (only) DO UPDATE SET version = version + 1`,
  ).run();
}

export function recordRunsChange(sql: Sql, action?: ActionChange): void {
  countChange(sql, "runs_version");
  if (action !== undefined) appendTransitions(sql, [action], newestSeq(sql));
}
