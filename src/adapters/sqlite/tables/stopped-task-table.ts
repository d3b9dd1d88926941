// Tasks that a person stopped: written with the change of the run that the stop is, and gone once somebody asks for the
// task again.

import * as z from "zod";
import type { StoppedTask } from "../../../ports/store/run-store.ts";
import { STOPPED_TASKS_KEEP_COUNT } from "../../../ports/store/store-limits.ts";
import type { Sql } from "../database/connection.ts";
import { readStored } from "../database/stored-json.ts";

const stoppedSchema = z.object({ by: z.string(), atMs: z.number(), note: z.string().nullable() });

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
  return { key: String(key), ...readStored(stoppedSchema, body, "a stopped task") };
}
