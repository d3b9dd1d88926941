// The newest snapshot: a header, an attestation, one row per task, and a tombstone per removed task.

import {
  type Attestation,
  attestationSchema,
  headerSchema,
  type TaskRow,
} from "../../../core/contract/snapshot.ts";
import type { Publication, PublishedState, PublishResult, RowChanges } from "../../../ports/store/store.ts";
import { TOMBSTONES_KEEP_COUNT } from "../../../ports/store/store-limits.ts";
import { decodeRow, encodeAdditions, encodeRow, withAdditions } from "../codec/row-codec.ts";
import { readStored, type Sql, writeSingle } from "../database/sql.ts";
import { checkFence } from "./lease-table.ts";
import { appendTransitions } from "./transition-table.ts";

/** Rows per INSERT: with more, copying their text dominates and nothing is saved. */
const ROWS_PER_INSERT = 50;

/**
 * One transaction: the fence, rows, tombstones, activity, header and attestation. `putRows` moves rows that were
 * written elsewhere before.
 */
export function publish(
  sql: Sql,
  publication: Publication,
  putRows: (sql: Sql, seq: number) => void = (_, seq) =>
    insertRows(sql, "task_rows", publication.changedRows, seq),
): PublishResult {
  const { holds, newestEpoch } = checkFence(sql, publication.epoch);
  if (!holds) return { kind: "refused", newestEpoch };
  const seq = newestSeq(sql) + 1;
  dropRows(sql, publication.goneKeys, seq);
  putRows(sql, seq);
  dropTombstones(sql, seq);
  appendTransitions(sql, publication.transitions, seq);
  writeHeader(sql, publication, seq);
  writeSingle(sql, "attestation", publication.attestation);
  return { kind: "published", seq };
}

export function attest(sql: Sql, input: { epoch: number; attestation: Attestation }): boolean {
  if (!checkFence(sql, input.epoch).holds) return false;
  if (newestSeq(sql) > 0) writeSingle(sql, "attestation", input.attestation);
  return true;
}

export function readPublished(sql: Sql): PublishedState | null {
  const row = sql(
    "SELECT seq, epoch, published_at_ms, header, body FROM published JOIN attestation USING (only)",
  ).get();
  if (row === undefined) return null;
  return {
    seq: Number(row["seq"]),
    epoch: Number(row["epoch"]),
    publishedAtMs: Number(row["published_at_ms"]),
    header: readStored(headerSchema, row["header"], "the snapshot's header"),
    attestation: readStored(attestationSchema, row["body"], "the attestation"),
  };
}

export function readRows(sql: Sql, afterSeq: number): RowChanges {
  const { places, goneKeys, complete } = findRows(sql, afterSeq);
  return { rows: readRowsAt(sql, places), goneKeys, complete };
}

/** Where the rows that changed after a `seq` are (`readRowsAt`); valid while `publication` stays the same. */
export type FoundRows = Pick<RowChanges, "goneKeys" | "complete"> & {
  readonly places: readonly number[];
  readonly publication: string;
};

export function findRows(sql: Sql, afterSeq: number): FoundRows {
  const publication = newestPublication(sql);
  const complete = afterSeq <= 0 || (afterSeq >= tombstoneFloor(sql) && afterSeq <= newestSeq(sql));
  const isEveryRow = afterSeq <= 0 || !complete;
  const rows = isEveryRow
    ? sql("SELECT rowid FROM task_rows").all()
    : sql("SELECT rowid FROM task_rows WHERE seq > ?").all(afterSeq);
  const gone = isEveryRow ? [] : sql("SELECT key FROM tombstones WHERE seq > ?").all(afterSeq);
  return {
    places: rows.map((row) => Number(row["rowid"])),
    goneKeys: gone.map((row) => String(row["key"])),
    complete,
    publication,
  };
}

/** Different for each publication; empty before the first. */
export function newestPublication(sql: Sql): string {
  const row = sql("SELECT epoch, seq FROM published").get();
  return row === undefined ? "" : `${row["epoch"]}.${row["seq"]}`;
}

export function readRowsAt(sql: Sql, places: readonly number[]): TaskRow[] {
  return sql(
    `SELECT slug, prefix, seq, body, additions FROM task_rows
     WHERE rowid IN (SELECT value FROM json_each(?))`,
  )
    .all(JSON.stringify(places))
    .map(readTaskRow);
}

export function readRow(sql: Sql, key: string): TaskRow | null {
  const row = sql(
    "SELECT slug, prefix, seq, body, additions FROM task_rows WHERE slug = ? AND prefix = ?",
  ).get(...splitKey(key));
  return row === undefined ? null : readTaskRow(row);
}

export function readRowsBySlug(sql: Sql, slug: string): TaskRow[] {
  return sql("SELECT slug, prefix, seq, body, additions FROM task_rows WHERE slug = ? ORDER BY prefix")
    .all(slug)
    .map(readTaskRow);
}

export function pruneTombstones(sql: Sql): void {
  const newestDropped = sql("SELECT seq FROM tombstones ORDER BY seq DESC LIMIT 1 OFFSET ?").get(
    TOMBSTONES_KEEP_COUNT,
  );
  if (newestDropped === undefined) return;
  const floor = Number(newestDropped["seq"]);
  sql("DELETE FROM tombstones WHERE seq <= ?").run(floor);
  sql("UPDATE published SET tombstone_floor = ?").run(floor);
}

/** 0 before anything is published. */
export function newestSeq(sql: Sql): number {
  return Number(sql("SELECT seq FROM published").get()?.["seq"] ?? 0);
}

function tombstoneFloor(sql: Sql): number {
  return Number(sql("SELECT tombstone_floor FROM published").get()?.["tombstone_floor"] ?? 0);
}

function dropRows(sql: Sql, keys: readonly string[], seq: number): void {
  const dropRow = sql("DELETE FROM task_rows WHERE slug = ? AND prefix = ?");
  const bury = sql(
    "INSERT INTO tombstones (key, seq) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET seq = excluded.seq",
  );
  for (const key of keys) {
    if (dropRow.run(...splitKey(key)).changes > 0) bury.run(key, seq);
  }
}

export type RowTable = "task_rows" | "staged_rows";

export function insertRows(sql: Sql, table: RowTable, rows: readonly TaskRow[], seq: number): void {
  const inBulk = rows.length - (rows.length % ROWS_PER_INSERT);
  const insertMany = sql(insertStatement(table, ROWS_PER_INSERT));
  for (let at = 0; at < inBulk; at += ROWS_PER_INSERT) {
    const values: (string | number | null)[] = [];
    for (const row of rows.slice(at, at + ROWS_PER_INSERT))
      values.push(...splitKey(row.key), seq, encodeRow(row), encodeAdditions(row, seq));
    insertMany.run(...values);
  }
  const insertOne = sql(insertStatement(table, 1));
  for (const row of rows.slice(inBulk))
    insertOne.run(...splitKey(row.key), seq, encodeRow(row), encodeAdditions(row, seq));
}

/** For tasks that exist again. */
function dropTombstones(sql: Sql, seq: number): void {
  if (sql("SELECT 1 FROM tombstones LIMIT 1").get() === undefined) return;
  sql("DELETE FROM tombstones WHERE key IN (SELECT prefix || slug FROM task_rows WHERE seq = ?)").run(seq);
}

function insertStatement(table: RowTable, count: number): string {
  const rows = Array(count).fill("(?, ?, ?, ?, ?)").join(", ");
  return `INSERT INTO ${table} (slug, prefix, seq, body, additions) VALUES ${rows}
    ON CONFLICT (slug, prefix) DO UPDATE SET seq = excluded.seq, body = excluded.body, additions = excluded.additions`;
}

/**
 * A key is a slug, or `<workstream>/<slug>` where tasks share the slug. Stored as slug and prefix (`<workstream>/` or
 * empty), so that one index finds a task by either.
 */
function splitKey(key: string): [slug: string, prefix: string] {
  const slash = key.lastIndexOf("/");
  return slash === -1 ? [key, ""] : [key.slice(slash + 1), key.slice(0, slash + 1)];
}

function writeHeader(sql: Sql, publication: Publication, seq: number): void {
  sql(
    `INSERT INTO published (only, seq, epoch, published_at_ms, header, tombstone_floor) VALUES (1, ?, ?, ?, ?, 0)
     ON CONFLICT (only) DO UPDATE SET seq = excluded.seq, epoch = excluded.epoch,
       published_at_ms = excluded.published_at_ms, header = excluded.header`,
  ).run(seq, publication.epoch, publication.nowMs, JSON.stringify(publication.header));
}

function readTaskRow(row: Record<string, unknown>): TaskRow {
  const slug = String(row["slug"]);
  const decoded = decodeRow({ key: String(row["prefix"]) + slug, slug, body: String(row["body"]) });
  return withAdditions(decoded, Number(row["seq"]), row["additions"]);
}
