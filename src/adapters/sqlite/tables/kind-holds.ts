// Kinds of workers that do not start for now, at most one row each.

import * as z from "zod";
import type { RunId } from "../../../core/contract/run.ts";
import type { KindHold } from "../../../ports/store/run-store.ts";
import { readStored, type Sql } from "../database/sql.ts";
import { recordRunsChange } from "./change-counters.ts";

const holdSchema = z.object({
  version: z.string().nullable(),
  program: z.string().nullable(),
  stamp: z.string().nullable(),
  key: z.string(),
  run: z.string().transform((id) => id as RunId),
  events: z.number(),
  unparsed: z.number(),
  line: z.string(),
  why: z.string(),
  atMs: z.number(),
});

export function readKindHolds(sql: Sql): KindHold[] {
  return sql("SELECT kind, body FROM kind_holds ORDER BY kind")
    .all()
    .map(({ kind, body }) => ({ kind: String(kind), ...readStored(holdSchema, body, "a kind on hold") }));
}

export function writeKindHold(sql: Sql, { kind, ...rest }: KindHold): void {
  sql(
    "INSERT INTO kind_holds (kind, body) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET body = excluded.body",
  ).run(kind, JSON.stringify(rest));
  recordRunsChange(sql);
}

export function dropKindHold(sql: Sql, kind: string): void {
  if (sql("DELETE FROM kind_holds WHERE kind = ?").run(kind).changes !== 0) recordRunsChange(sql);
}
