// The file index, and the dates of last commits. Records are kept in leaves of a few dozen neighbours in path order:
// one statement per record would cost more than the record, one text for all would be rewritten for each change, and
// neighbours are mostly written together.
//
// A leaf covers the paths from `from_path` up to the next leaf's. A leaf that grows too long is split; an empty one is
// deleted, and the leaf before it covers its paths. Paths before the first leaf belong to a leaf from "".

import { crc32 } from "node:zlib";
import * as z from "zod";
import type { FileRecord } from "../../../core/contract/parsed-file.ts";
import type { RelativePath } from "../../../core/contract/task.ts";
import { compareText } from "../../../core/text/compare-text.ts";
import type { CommitDates, IndexChanges } from "../../../ports/store/store.ts";
import { decodeRecord, encodeRecord, type RecordTuple } from "../codec/record-codec.ts";
import { parseStored, readStored, type Sql } from "../database/sql.ts";
import { damagedValue } from "../database/sqlite-failure.ts";

/** About 30 KB of text: rewriting a leaf for one change takes a third of a millisecond. */
const LEAF_RECORDS = 32;
/** Twice the records of a new leaf, so that adding files one by one rarely splits. */
const LEAF_MAX_RECORDS = 2 * LEAF_RECORDS;

/** A few dozen records as they are stored. */
export type StoredLeaf = Record<string, unknown>;

export function readLeaves(sql: Sql): StoredLeaf[] {
  return sql("SELECT checksum, body FROM index_leaves").all();
}

export function decodeLeaf(leaf: StoredLeaf): FileRecord[] {
  return readLeaf(leaf).map(decodeRecord);
}

export function writeIndex(sql: Sql, changes: IndexChanges): void {
  // Compared only in JavaScript: SQLite orders some characters differently.
  const starts = sql("SELECT from_path FROM index_leaves")
    .all()
    .map((row) => String(row["from_path"]));
  starts.sort(compareText);
  for (const [from, changesHere] of sortIntoLeaves(changes, starts)) changeLeaf(sql, from, changesHere);
}

/** The new record of each path that changed; null for one that was removed. */
type LeafChanges = Map<RelativePath, FileRecord | null>;

function sortIntoLeaves(
  { changed, gone }: IndexChanges,
  starts: readonly string[],
): Map<string, LeafChanges> {
  const leaves = new Map<string, LeafChanges>();
  const put = (path: RelativePath, record: FileRecord | null) => {
    const from = leafOf(path, starts);
    const leaf = leaves.get(from);
    if (leaf === undefined) leaves.set(from, new Map([[path, record]]));
    else leaf.set(path, record);
  };
  for (const path of gone) put(path, null);
  for (const record of changed) put(record.stamp.path, record);
  return leaves;
}

/** The last start that is not after the path. */
function leafOf(path: RelativePath, starts: readonly string[]): string {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? "") <= path) low = middle + 1;
    else high = middle;
  }
  return starts[low - 1] ?? "";
}

function changeLeaf(sql: Sql, from: string, changes: LeafChanges): void {
  const stored = sql("SELECT checksum, body FROM index_leaves WHERE from_path = ?").get(from);
  const others = readLeaf(stored).filter(([path]) => !changes.has(path));
  const changed = [...changes.values()].filter((record) => record !== null);
  const count = others.length + changed.length;
  if (count === 0) {
    sql("DELETE FROM index_leaves WHERE from_path = ?").run(from);
  } else if (count <= LEAF_MAX_RECORDS) {
    writeLeaf(sql, from, [...others, ...changed.map(encodeRecord)]);
  } else {
    splitLeaf(sql, from, others, changed);
  }
}

function splitLeaf(
  sql: Sql,
  from: string,
  others: readonly RecordTuple[],
  changed: readonly FileRecord[],
): void {
  const entries: { readonly path: string; readonly entry: RecordTuple | FileRecord }[] = [
    ...others.map((entry) => ({ path: entry[0], entry })),
    ...changed.map((entry) => ({ path: entry.stamp.path, entry })),
  ];
  entries.sort((a, b) => compareText(a.path, b.path));
  for (let at = 0; at < entries.length; at += LEAF_RECORDS) {
    const part = entries.slice(at, at + LEAF_RECORDS);
    // Encoded leaf by leaf: ten thousand live arrays would keep the garbage collector busy.
    const records = part.map(({ entry }) => ("stamp" in entry ? encodeRecord(entry) : entry));
    writeLeaf(sql, at === 0 ? from : (part[0]?.path ?? from), records);
  }
}

function readLeaf(leaf: StoredLeaf | undefined): RecordTuple[] {
  if (leaf === undefined) return [];
  const body = String(leaf["body"]);
  // The index is trusted for weeks: damage that still looks like JSON must not pass.
  if (crc32(body) !== leaf["checksum"]) throw damagedValue("part of the file index");
  const records = parseStored(body, "part of the file index");
  if (!Array.isArray(records)) throw damagedValue("part of the file index");
  return records;
}

function writeLeaf(sql: Sql, from: string, records: readonly RecordTuple[]): void {
  const body = JSON.stringify(records);
  sql(
    `INSERT INTO index_leaves (from_path, checksum, body) VALUES (?, ?, ?)
     ON CONFLICT (from_path) DO UPDATE SET checksum = excluded.checksum, body = excluded.body`,
  ).run(from, crc32(body), body);
}

const datesSchema = z.array(z.tuple([z.string(), z.number()]));

export function readCommitDates(sql: Sql): CommitDates | null {
  const row = sql("SELECT head, body, added FROM commit_dates").get();
  if (row === undefined) return null;
  const dates = readStored(datesSchema, row["body"], "the dates of commits");
  const added = readStored(datesSchema, row["added"], "the dates of commits");
  return {
    head: String(row["head"]),
    datesMs: new Map(dates as [RelativePath, number][]),
    addedMs: new Map(added as [RelativePath, number][]),
  };
}

export function writeCommitDates(sql: Sql, { head, datesMs, addedMs }: CommitDates): void {
  sql(
    `INSERT INTO commit_dates (only, head, body, added) VALUES (1, ?, ?, ?)
     ON CONFLICT (only) DO UPDATE SET head = excluded.head, body = excluded.body, added = excluded.added`,
  ).run(head, JSON.stringify([...datesMs]), JSON.stringify([...addedMs]));
}
