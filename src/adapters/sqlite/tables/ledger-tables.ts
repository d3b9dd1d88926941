// What attempts used by the hour, what slots were used for, and when the host slept.

import * as z from "zod";
import type { RunId } from "../../../core/contract/run.ts";
import {
  SLOT_USES,
  type Sleep,
  type SlotSpan,
  type SlotUse,
  type SlotUses,
} from "../../../core/records/slot-time.ts";
import type { UsageRecord } from "../../../core/records/usage-record.ts";
import { LEDGER_KEEP_MS, USAGE_KEEP_COUNT } from "../../../ports/store/store-limits.ts";
import { readStored, type Sql } from "../database/sql.ts";

const usageSchema = z.object({
  key: z.string(),
  owner: z.string().nullable(),
  worker: z.string(),
  account: z.string(),
  model: z.string().nullable(),
  input: z.number(),
  output: z.number(),
  cached: z.number(),
  usd: z.number().nullable(),
  isEstimate: z.boolean(),
  tools: z.number(),
  workMs: z.number(),
  countsTokens: z.boolean(),
});

export function writeUsage(sql: Sql, records: readonly UsageRecord[]): void {
  for (const { run, startedAtMs, hourMs, ...rest } of records)
    sql(
      `INSERT INTO usage_records (run, started_at_ms, hour_ms, body) VALUES (:run, :startedAtMs, :hourMs, :body)
       ON CONFLICT (run, started_at_ms, hour_ms) DO UPDATE SET body = excluded.body`,
    ).run({ run, startedAtMs, hourMs, body: JSON.stringify(rest) });
}

const USAGE_COLUMNS = "run, started_at_ms, hour_ms, body";

export function readUsage(
  sql: Sql,
  query: { readonly sinceMs: number } | { readonly run: RunId },
): UsageRecord[] {
  const order = "ORDER BY hour_ms, run, started_at_ms";
  const rows =
    "run" in query
      ? sql(`SELECT ${USAGE_COLUMNS} FROM usage_records WHERE run = ? ${order}`).all(query.run)
      : sql(`SELECT ${USAGE_COLUMNS} FROM usage_records WHERE hour_ms >= ? ${order}`).all(query.sinceMs);
  return rows.map((row) => ({
    ...readStored(usageSchema, row["body"], "what an attempt used"),
    run: String(row["run"]) as RunId,
    startedAtMs: Number(row["started_at_ms"]),
    hourMs: Number(row["hour_ms"]),
  }));
}

const usesSchema = z.record(z.string(), z.number());

export function writeSlotSpan(sql: Sql, { host, fromMs, toMs, uses }: SlotSpan): void {
  sql(
    `INSERT INTO slot_spans (from_ms, host, to_ms, body) VALUES (:fromMs, :host, :toMs, :body)
     ON CONFLICT (from_ms, host) DO UPDATE SET to_ms = excluded.to_ms, body = excluded.body`,
  ).run({ fromMs, host, toMs, body: JSON.stringify(uses) });
}

export function readSlotSpans(sql: Sql, { sinceMs }: { readonly sinceMs: number }): SlotSpan[] {
  return sql("SELECT host, from_ms, to_ms, body FROM slot_spans WHERE to_ms > ? ORDER BY from_ms, host")
    .all(sinceMs)
    .map((row) => ({
      host: String(row["host"]),
      fromMs: Number(row["from_ms"]),
      toMs: Number(row["to_ms"]),
      uses: knownUses(readStored(usesSchema, row["body"], "what slots were used for")),
    }));
}

/** A use that a newer version has added is left out. */
function knownUses(stored: Readonly<Record<string, number>>): SlotUses {
  const known: Partial<Record<SlotUse, number>> = {};
  for (const use of SLOT_USES) if (stored[use] !== undefined) known[use] = stored[use];
  return known;
}

export function writeSleep(sql: Sql, { host, fromMs, toMs }: Sleep): void {
  sql(
    `INSERT INTO sleeps (from_ms, host, to_ms) VALUES (:fromMs, :host, :toMs)
     ON CONFLICT (from_ms, host) DO UPDATE SET to_ms = excluded.to_ms`,
  ).run({ host, fromMs, toMs });
}

export function readSleeps(sql: Sql, { sinceMs }: { readonly sinceMs: number }): Sleep[] {
  return sql("SELECT host, from_ms, to_ms FROM sleeps WHERE to_ms > ? ORDER BY from_ms, host")
    .all(sinceMs)
    .map((row) => ({
      host: String(row["host"]),
      fromMs: Number(row["from_ms"]),
      toMs: Number(row["to_ms"]),
    }));
}

export function pruneLedger(sql: Sql, nowMs: number): void {
  const oldestMs = nowMs - LEDGER_KEEP_MS;
  sql("DELETE FROM usage_records WHERE hour_ms < ?").run(oldestMs);
  sql(
    `DELETE FROM usage_records WHERE (run, started_at_ms, hour_ms) IN
       (SELECT run, started_at_ms, hour_ms FROM usage_records ORDER BY hour_ms DESC LIMIT -1 OFFSET ?)`,
  ).run(USAGE_KEEP_COUNT);
  sql("DELETE FROM slot_spans WHERE to_ms < ?").run(oldestMs);
  sql("DELETE FROM sleeps WHERE to_ms < ?").run(oldestMs);
}
