// Pauses of accounts, hosts and set-ups, and usage windows: a few rows each.

import * as z from "zod";
import type { ActionChange } from "../../../core/contract/activity.ts";
import type { RunId } from "../../../core/contract/run.ts";
import {
  type AccountWindow,
  PAUSE_CAUSES,
  type PauseScope,
  type ScopedPause,
} from "../../../core/records/scoped-pause.ts";
import { SCOPED_PAUSES_KEEP_COUNT } from "../../../ports/store/store-limits.ts";
import { readStored, type Sql } from "../database/sql.ts";
import { recordRunsChange } from "./change-counters.ts";

/** Loose: a newer version may have added keys, which a change here keeps. */
const pauseSchema = z.looseObject({
  cause: z.enum(PAUSE_CAUSES),
  why: z.string(),
  sinceMs: z.number(),
  untilMs: z.number().nullable(),
  nextProbeMs: z.number().nullable(),
  byHand: z.boolean().exactOptional(),
  failedProbes: z.number(),
  phase: z.enum(["suspected", "waiting", "probing", "easing"]),
  probe: z
    .string()
    .transform((id) => id as RunId)
    .nullable(),
  starts: z.array(z.object({ run: z.string().transform((id) => id as RunId), atMs: z.number() })).default([]),
  window: z.string().nullable(),
  credentials: z.string().nullable(),
  key: z.string(),
  run: z.string().transform((id) => id as RunId),
  host: z.string(),
});

const scopeSchema = z.object({ kind: z.enum(["account", "host", "setup"]), name: z.string() });

export function readScopedPauses(sql: Sql): ScopedPause[] {
  return sql("SELECT kind, name, revision, body FROM scoped_pauses ORDER BY kind, name")
    .all()
    .map(({ kind, name, revision, body }) => ({
      ...readStored(pauseSchema, body, "a pause"),
      scope: scopeSchema.parse({ kind, name }),
      revision: Number(revision),
    }));
}

export function writeScopedPause(
  sql: Sql,
  { pause, action }: { readonly pause: ScopedPause; readonly action?: ActionChange },
): boolean {
  const { scope, revision, ...rest } = pause;
  const values = { ...scope, revision, since: pause.sinceMs, body: JSON.stringify(rest) };
  const { changes } =
    revision === 0
      ? sql(
          `INSERT INTO scoped_pauses (kind, name, revision, since_ms, body) VALUES (:kind, :name, :revision + 1, :since, :body)
           ON CONFLICT DO NOTHING`,
        ).run(values)
      : sql(
          `UPDATE scoped_pauses SET revision = revision + 1, since_ms = :since, body = :body
           WHERE kind = :kind AND name = :name AND revision = :revision`,
        ).run(values);
  if (changes === 0) return false;
  sql(
    `DELETE FROM scoped_pauses WHERE (kind, name) IN
       (SELECT kind, name FROM scoped_pauses ORDER BY since_ms DESC, kind, name LIMIT -1 OFFSET ?)`,
  ).run(SCOPED_PAUSES_KEEP_COUNT);
  recordRunsChange(sql, action);
  return true;
}

export function dropScopedPause(
  sql: Sql,
  {
    scope,
    revision,
    action,
  }: { readonly scope: PauseScope; readonly revision: number; readonly action?: ActionChange },
): boolean {
  const { changes } = sql(
    "DELETE FROM scoped_pauses WHERE kind = :kind AND name = :name AND revision = :revision",
  ).run({ ...scope, revision });
  if (changes === 0) return false;
  recordRunsChange(sql, action);
  return true;
}

const windowSchema = z.object({ usedPercent: z.number().nullable(), resetsAtMs: z.number().nullable() });

export function readAccountWindows(sql: Sql): AccountWindow[] {
  return sql("SELECT account, window, at_ms, body FROM account_windows ORDER BY account, window")
    .all()
    .map((row) => ({
      ...readStored(windowSchema, row["body"], "a usage window"),
      account: String(row["account"]),
      window: String(row["window"]),
      atMs: Number(row["at_ms"]),
    }));
}

export function writeAccountWindow(sql: Sql, { account, window, atMs, ...rest }: AccountWindow): void {
  const { changes } = sql(
    `INSERT INTO account_windows (account, window, at_ms, body) VALUES (:account, :window, :atMs, :body)
     ON CONFLICT (account, window) DO UPDATE SET at_ms = excluded.at_ms, body = excluded.body
       WHERE excluded.at_ms >= account_windows.at_ms`,
  ).run({ account, window, atMs, body: JSON.stringify(rest) });
  if (changes === 0) return;
  sql(
    `DELETE FROM account_windows WHERE (account, window) IN
       (SELECT account, window FROM account_windows ORDER BY at_ms DESC, account, window LIMIT -1 OFFSET ?)`,
  ).run(SCOPED_PAUSES_KEEP_COUNT);
  recordRunsChange(sql);
}
