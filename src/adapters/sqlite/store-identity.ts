// The store's id, and the folder it was made for. Older programs leave both alone.

import { randomUUID } from "node:crypto";
import type { Pause } from "../../ports/store/run-store.ts";
import type { Sql } from "./database/sql.ts";
import { writePause } from "./tables/start-holds.ts";

export type StoreIdentity = { readonly id: string; readonly repository: string };

/** Null for a store that was never adopted: a new one, or one of an earlier version. */
export function readIdentity(sql: Sql): StoreIdentity | null {
  const row = sql("SELECT id, repository FROM identity").get();
  return row === undefined ? null : { id: String(row["id"]), repository: String(row["repository"]) };
}

/** Keeps an id it already has. With `pause`, starts are paused if a run in it could start a worker. */
export function adoptStore(
  sql: Sql,
  { repository, pause }: { readonly repository: string; readonly pause: Pause | null },
): { readonly id: string; readonly isPaused: boolean } {
  sql(
    "INSERT INTO identity VALUES (1, ?, ?) ON CONFLICT (only) DO UPDATE SET repository = excluded.repository",
  ).run(randomUUID(), repository);
  const id = readIdentity(sql)?.id ?? "";
  const isPaused = pause !== null && hasWork(sql) && sql("SELECT 1 FROM pause").get() === undefined;
  if (isPaused) {
    const label = { key: "", title: "", owner: null, group: null };
    writePause(sql, { pause, action: { kind: "acted", action: "pause", ...label, ...pause } });
  }
  return { id, isPaused };
}

function hasWork(sql: Sql): boolean {
  const open = sql("SELECT 1 FROM runs WHERE state <> 'closed' AND kind = 'supervised' LIMIT 1");
  return open.get() !== undefined;
}
