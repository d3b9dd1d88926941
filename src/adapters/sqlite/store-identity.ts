// Which store this is, and for which folder it was made. Older programs leave both alone.

import { randomUUID } from "node:crypto";
import type { Pause } from "../../ports/store/run-store.ts";
import type { Sql } from "./database/connection.ts";
import { writePause } from "./tables/pause-table.ts";

export type StoreIdentity = { readonly id: string; readonly repository: string };

/** Null for a store that nobody has taken on yet: a new one, or one of an earlier version. */
export function readIdentity(sql: Sql): StoreIdentity | null {
  const row = sql("SELECT id, repository FROM identity").get();
  return row === undefined ? null : { id: String(row["id"]), repository: String(row["repository"]) };
}

/** Keeps the id it has. With `pause`, starts are held where there is a run that could start a worker. */
export function takeOn(
  sql: Sql,
  { repository, pause }: { readonly repository: string; readonly pause: Pause | null },
): { readonly id: string; readonly isPaused: boolean } {
  sql(
    "INSERT INTO identity VALUES (1, ?, ?) ON CONFLICT (only) DO UPDATE SET repository = excluded.repository",
  ).run(randomUUID(), repository);
  const id = readIdentity(sql)?.id ?? "";
  const isPaused = pause !== null && hasWork(sql) && !hasPause(sql);
  if (isPaused) hold(sql, pause);
  return { id, isPaused };
}

/** Until when somebody holds the lease; null when nobody does. */
export function readLeaseEnd(sql: Sql): number | null {
  const row = sql("SELECT holder_id, expires_at_ms FROM lease").get();
  return row === undefined || row["holder_id"] === null ? null : Number(row["expires_at_ms"]);
}

function hasWork(sql: Sql): boolean {
  const open = sql("SELECT 1 FROM runs WHERE state <> 'closed' AND kind = 'supervised' LIMIT 1");
  return open.get() !== undefined;
}

function hasPause(sql: Sql): boolean {
  return sql("SELECT 1 FROM pause").get() !== undefined;
}

function hold(sql: Sql, pause: Pause): void {
  const label = { key: "", title: "", owner: null, group: null };
  writePause(sql, { pause, action: { kind: "acted", action: "pause", ...label, ...pause } });
}
