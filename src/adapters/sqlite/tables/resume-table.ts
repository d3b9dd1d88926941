// Where a process that starts may go on: one short record that saves it the reading of thousands.

import * as z from "zod";
import { snapshotSchema } from "../../../core/contract/snapshot.ts";
import type { ResumePoint } from "../../../ports/store/store.ts";
import type { Sql } from "../database/connection.ts";
import { readStored } from "../database/stored-json.ts";

const resumePointSchema = z.object({
  seq: z.number(),
  epoch: z.number(),
  basis: z.string(),
  validUntilMs: z.number().nullable(),
  filesWrittenAtMs: z.number().nullable(),
  counts: snapshotSchema.shape.counts,
  escalation: snapshotSchema.shape.escalation,
});

export function readResumePoint(sql: Sql): ResumePoint | null {
  const row = sql("SELECT body FROM resume_point").get();
  return row === undefined ? null : readStored(resumePointSchema, row["body"], "the resume point");
}

export function writeResumePoint(sql: Sql, point: ResumePoint): void {
  sql(
    "INSERT INTO resume_point (only, body) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET body = excluded.body",
  ).run(JSON.stringify(point));
}
