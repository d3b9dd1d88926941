// Acknowledgements of signals: at most one for each task and code.

import * as z from "zod";
import type { Acknowledgement } from "../../../core/contract/acknowledgement.ts";
import type { ActionChange } from "../../../core/contract/activity.ts";
import { compareText } from "../../../core/text/compare-text.ts";
import { ACKNOWLEDGEMENTS_KEEP_COUNT, ACKNOWLEDGEMENTS_KEEP_MS } from "../../../ports/store/store-limits.ts";
import { readStored, type Sql } from "../database/sql.ts";
import { recordRunsChange } from "./change-counters.ts";

const acknowledgementSchema = z.object({
  key: z.string(),
  code: z.string(),
  firstSeen: z.string(),
  kind: z.enum(["acknowledged", "snoozed"]),
  by: z.string(),
  atMs: z.number(),
  untilMs: z.number().nullable(),
  note: z.string().nullable(),
  times: z.number(),
});

export function readAcknowledgements(sql: Sql): Acknowledgement[] {
  return (
    sql("SELECT body FROM acknowledgements")
      .all()
      .map((row) => readStored(acknowledgementSchema, row["body"], "an acknowledgement"))
      // Compared in JavaScript: SQLite orders some characters differently.
      .sort((a, b) => compareText(a.key, b.key) || compareText(a.code, b.code))
  );
}

export function writeAcknowledgement(
  sql: Sql,
  { acknowledgement, action }: { readonly acknowledgement: Acknowledgement; readonly action: ActionChange },
): void {
  const { key, code, atMs, untilMs } = acknowledgement;
  sql(
    `INSERT INTO acknowledgements (key, code, at_ms, until_ms, body) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (key, code) DO UPDATE SET at_ms = excluded.at_ms, until_ms = excluded.until_ms, body = excluded.body`,
  ).run(key, code, atMs, untilMs, JSON.stringify(acknowledgement));
  recordRunsChange(sql, action);
}

export function dropAcknowledgement(
  sql: Sql,
  { key, code, action }: { readonly key: string; readonly code: string; readonly action: ActionChange },
): void {
  const { changes } = sql("DELETE FROM acknowledgements WHERE key = ? AND code = ?").run(key, code);
  if (changes !== 0) recordRunsChange(sql, action);
}

/** One that lasts until its signal ends is dropped only when there are too many. */
export function pruneAcknowledgements(sql: Sql, nowMs: number): void {
  const old = sql("DELETE FROM acknowledgements WHERE until_ms < ?").run(nowMs - ACKNOWLEDGEMENTS_KEEP_MS);
  const beyond = sql(
    `DELETE FROM acknowledgements WHERE (at_ms, key, code) <=
       (SELECT at_ms, key, code FROM acknowledgements ORDER BY at_ms DESC, key DESC, code DESC LIMIT 1 OFFSET ?)`,
  ).run(ACKNOWLEDGEMENTS_KEEP_COUNT);
  if (Number(old.changes) + Number(beyond.changes) > 0) recordRunsChange(sql);
}
