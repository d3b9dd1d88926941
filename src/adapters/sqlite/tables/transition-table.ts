// The activity feed, newest first, found by task, owner, group and time.

import * as z from "zod";
import { ACTIONS, type ActivityChange, type ActivityEvent } from "../../../core/contract/activity.ts";
import type { TransitionQuery } from "../../../ports/store/store.ts";
import { TRANSITIONS_KEEP_COUNT, TRANSITIONS_KEEP_MS } from "../../../ports/store/store-limits.ts";
import { conditionOf, parseStored, type Sql } from "../database/sql.ts";
import { damagedValue } from "../database/sqlite-failure.ts";

/** The condition that each filter of a query adds. */
const CONDITIONS = {
  beforeId: "id < :beforeId",
  sinceMs: "at_ms >= :sinceMs",
  key: "key = :key",
  owner: "owner = :owner",
  group: "(group_before = :group OR group_after = :group)",
} as const satisfies Partial<Record<keyof TransitionQuery, string>>;

export function appendTransitions(sql: Sql, changes: readonly ActivityChange[], seq: number): void {
  const insert = sql(
    `INSERT INTO transitions (seq, at_ms, key, owner, group_before, group_after, body) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const change of changes) {
    const [before, after] = change.kind === "moved" ? [change.from, change.to] : [null, change.group];
    insert.run(seq, change.atMs, change.key, change.owner, before, after, JSON.stringify(change));
  }
}

export function readTransitions(sql: Sql, query: TransitionQuery): ActivityEvent[] {
  const { where, values } = conditionOf(CONDITIONS, query);
  return sql(`SELECT id, seq, body FROM transitions WHERE ${where} ORDER BY id DESC LIMIT :limit`)
    .all({ ...values, limit: query.limit })
    .map(toTransition);
}

export function pruneTransitions(sql: Sql, nowMs: number): void {
  sql("DELETE FROM transitions WHERE at_ms < ?").run(nowMs - TRANSITIONS_KEEP_MS);
  sql(
    "DELETE FROM transitions WHERE id <= (SELECT id FROM transitions ORDER BY id DESC LIMIT 1 OFFSET ?)",
  ).run(TRANSITIONS_KEEP_COUNT);
}

const common = { key: z.string(), title: z.string(), atMs: z.number() };
const changeSchema = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.enum(["moved", "signal_raised", "signal_cleared"]), ...common }),
  z.looseObject({ kind: z.literal("acted"), action: z.enum(ACTIONS), by: z.string(), ...common }),
]);

function toTransition(row: Record<string, unknown>): ActivityEvent {
  const change = changeSchema.safeParse(parseStored(row["body"], "a transition"));
  if (!change.success) throw damagedValue("a transition", change.error);
  return { ...(change.data as unknown as ActivityChange), id: Number(row["id"]), seq: Number(row["seq"]) };
}
