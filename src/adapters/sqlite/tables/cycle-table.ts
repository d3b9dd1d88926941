// The history of cycles, and the point at which a starting process can resume. A process runs one cycle at a time, so
// the start time identifies it.

import * as z from "zod";
import { CYCLE_PHASES } from "../../../core/contract/cycle-progress.ts";
import { STALE_REASONS, snapshotSchema } from "../../../core/contract/snapshot.ts";
import type { CycleRecord, ResumePoint } from "../../../ports/store/store.ts";
import { CYCLES_KEEP_COUNT, CYCLES_KEEP_MS } from "../../../ports/store/store-limits.ts";
import { readSingle, readStored, type Sql, writeSingle } from "../database/sql.ts";
import { damagedValue } from "../database/sqlite-failure.ts";

const cycleSchema = z.object({
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  cause: z.string(),
  outcome: z.enum(["running", "published", "attested", "failed"]),
  reason: z.enum(STALE_REASONS).nullable(),
  detail: z.string().nullable(),
  tasks: z.number(),
  progress: z.string().nullable(),
});

const progressSchema = z.object({
  phase: z.enum(CYCLE_PHASES),
  done: z.number(),
  total: z.number().nullable(),
});

export function recordCycle(sql: Sql, record: CycleRecord): void {
  const { startedAtMs, endedAtMs, cause, outcome, reason, detail, tasks } = record;
  const progress = record.progress ? JSON.stringify(record.progress) : null;
  sql(
    `INSERT INTO cycles (started_at_ms, ended_at_ms, cause, outcome, reason, detail, tasks, progress)
     VALUES (:startedAtMs, :endedAtMs, :cause, :outcome, :reason, :detail, :tasks, :progress)
     ON CONFLICT (started_at_ms) DO UPDATE SET ended_at_ms = excluded.ended_at_ms, cause = excluded.cause,
       outcome = excluded.outcome, reason = excluded.reason, detail = excluded.detail, tasks = excluded.tasks,
       progress = excluded.progress`,
  ).run({ startedAtMs, endedAtMs, cause, outcome, reason, detail, tasks, progress });
}

export function readCycles(sql: Sql, limit: number): CycleRecord[] {
  return sql(
    `SELECT started_at_ms AS startedAtMs, ended_at_ms AS endedAtMs, cause, outcome, reason, detail, tasks,
       progress
     FROM cycles ORDER BY started_at_ms DESC LIMIT ?`,
  )
    .all(limit)
    .map(toCycle);
}

export function pruneCycles(sql: Sql, nowMs: number): void {
  sql("DELETE FROM cycles WHERE started_at_ms < ?").run(nowMs - CYCLES_KEEP_MS);
  sql(
    `DELETE FROM cycles WHERE started_at_ms <=
       (SELECT started_at_ms FROM cycles ORDER BY started_at_ms DESC LIMIT 1 OFFSET ?)`,
  ).run(CYCLES_KEEP_COUNT);
}

function toCycle(row: Record<string, unknown>): CycleRecord {
  const cycle = cycleSchema.safeParse(row);
  if (!cycle.success) throw damagedValue("the update history", cycle.error);
  const { progress, ...record } = cycle.data;
  if (progress === null) return record;
  return { ...record, progress: readStored(progressSchema, progress, "the update history") };
}

const resumePointSchema = z.object({
  seq: z.number(),
  epoch: z.number(),
  basis: z.string(),
  validUntilMs: z.number().nullable(),
  filesWrittenAtMs: z.number().nullable(),
  counts: snapshotSchema.shape.counts,
  escalation: snapshotSchema.shape.escalation,
});

/** A short record that saves a starting process from reading thousands of rows. */
export function readResumePoint(sql: Sql): ResumePoint | null {
  return readSingle(sql, "resume_point", resumePointSchema, "the resume point");
}

export function writeResumePoint(sql: Sql, point: ResumePoint): void {
  writeSingle(sql, "resume_point", point);
}
