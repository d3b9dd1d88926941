// What a person holds back: the pause of all starts (at most one), and the tasks they stopped. A stopped task is
// recorded in the transaction that changes its run, and forgotten when someone asks for the task again.

import * as z from "zod";
import type { ActionChange } from "../../../core/contract/activity.ts";
import type { Pause, StoppedTask } from "../../../ports/store/run-store.ts";
import { STOPPED_TASKS_KEEP_COUNT } from "../../../ports/store/store-limits.ts";
import { readSingle, readStored, type Sql, writeSingle } from "../database/sql.ts";
import { recordRunsChange } from "./change-counters.ts";

const holdSchema = z.object({ by: z.string(), atMs: z.number(), note: z.string().nullable() });

export function readPause(sql: Sql): Pause | null {
  return readSingle(sql, "pause", holdSchema, "the pause");
}

export function writePause(
  sql: Sql,
  { pause, action }: { readonly pause: Pause | null; readonly action: ActionChange },
): void {
  const { changes } = pause === null ? sql("DELETE FROM pause").run() : writeSingle(sql, "pause", pause);
  if (changes !== 0) recordRunsChange(sql, action);
}

export function readStoppedTasks(sql: Sql): StoppedTask[] {
  return sql("SELECT key, body FROM stopped_tasks ORDER BY key").all().map(decode);
}

export function readStoppedTask(sql: Sql, key: string): StoppedTask | null {
  const row = sql("SELECT key, body FROM stopped_tasks WHERE key = ?").get(key);
  return row === undefined ? null : decode(row);
}

export function writeStoppedTask(sql: Sql, { key, ...rest }: StoppedTask): void {
  sql(
    `INSERT INTO stopped_tasks (key, at_ms, body) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET at_ms = excluded.at_ms, body = excluded.body`,
  ).run(key, rest.atMs, JSON.stringify(rest));
  sql(
    `DELETE FROM stopped_tasks WHERE key IN
       (SELECT key FROM stopped_tasks ORDER BY at_ms DESC, key LIMIT -1 OFFSET ?)`,
  ).run(STOPPED_TASKS_KEEP_COUNT);
}

export function dropStoppedTask(sql: Sql, key: string): void {
  sql("DELETE FROM stopped_tasks WHERE key = ?").run(key);
}

function decode({ key, body }: Record<string, unknown>): StoppedTask {
  return { key: String(key), ...readStored(holdSchema, body, "a stopped task") };
}
