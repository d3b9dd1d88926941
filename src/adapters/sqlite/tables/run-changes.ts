// What every change of runs, pause and acknowledgements leaves behind, in the transaction of the change: who did it and
// why, in the activity feed, and a number that grew, so that asking "anything new?" costs the reading of one row.

import type { ActionChange } from "../../../core/contract/activity.ts";
import type { Sql } from "../database/connection.ts";
import { newestSeq } from "./snapshot-tables.ts";
import { appendTransitions } from "./transition-table.ts";

export function readRunsVersion(sql: Sql): number {
  return Number(sql("SELECT version FROM runs_version").get()?.["version"] ?? 0);
}

/**
 * A new database starts from the time in milliseconds: whoever knows the number of one that was lost must not take a
 * later one for it.
 */
export function recordRunsChange(sql: Sql, action?: ActionChange): void {
  sql(
    `INSERT INTO runs_version (only, version) VALUES (1, CAST(unixepoch('subsec') * 1000 AS INTEGER))
     ON CONFLICT (only) DO UPDATE SET version = version + 1`,
  ).run();
  if (action !== undefined) appendTransitions(sql, [action], newestSeq(sql));
}
