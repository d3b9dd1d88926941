// The pause of all starts: there is one, or none.

import * as z from "zod";
import type { ActionChange } from "../../../core/contract/activity.ts";
import type { Pause } from "../../../ports/store/run-store.ts";
import type { Sql } from "../database/connection.ts";
import { readStored } from "../database/stored-json.ts";
import { recordRunsChange } from "./run-changes.ts";

const pauseSchema = z.object({ by: z.string(), atMs: z.number(), note: z.string().nullable() });

export function readPause(sql: Sql): Pause | null {
  const row = sql("SELECT body FROM pause").get();
  return row === undefined ? null : readStored(pauseSchema, row["body"], "the pause");
}

export function writePause(
  sql: Sql,
  { pause, action }: { readonly pause: Pause | null; readonly action: ActionChange },
): void {
  const { changes } = pause === null ? sql("DELETE FROM pause").run() : replacePause(sql, pause);
  if (changes !== 0) recordRunsChange(sql, action);
}

function replacePause(sql: Sql, pause: Pause) {
  return sql(
    "INSERT INTO pause (only, body) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET body = excluded.body",
  ).run(JSON.stringify(pause));
}
