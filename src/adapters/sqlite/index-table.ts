// The index, and dates of last commits. Records are kept in buckets of a few dozen: one statement per record would cost
// more than the record, and one text for all of them would be rewritten whole for each change.

import { crc32 } from "node:zlib";
import { z } from "zod";
import type { RelativePath } from "../../core/task/task.ts";
import type { FileRecord } from "../../core/tree/parsed-file.ts";
import type { CommitDates, IndexChanges } from "../../ports/store.ts";
import type { Sql } from "./connection.ts";
import { decodeRecord, encodeRecord, type RecordTuple } from "./record-codec.ts";
import { damagedValue } from "./sqlite-failure.ts";
import { parseStored, readStored } from "./stored-json.ts";

/** 20 records in a bucket at 10,000 files, 200 at 100,000: rewriting one stays well under a millisecond. */
const BUCKETS = 512;

export function readIndex(sql: Sql): FileRecord[] {
  return sql("SELECT checksum, body FROM index_buckets")
    .all()
    .flatMap((bucket) => readBucket(bucket).map(decodeRecord));
}

export function writeIndex(sql: Sql, changes: IndexChanges): void {
  const stored = sql("SELECT checksum, body FROM index_buckets WHERE bucket = ?");
  for (const [id, changesHere] of sortIntoBuckets(changes)) {
    const others = readBucket(stored.get(id)).filter(([path]) => !changesHere.has(path));
    // Encoded bucket by bucket: ten thousand arrays alive at once would keep the garbage collector busier than us.
    const changed = [...changesHere.values()].filter((record) => record !== null).map(encodeRecord);
    writeBucket(sql, id, others.concat(changed));
  }
}

/** The new record of each path that changed, null for one that is gone. */
type BucketChanges = Map<RelativePath, FileRecord | null>;

function sortIntoBuckets({ changed, gone }: IndexChanges): Map<number, BucketChanges> {
  const buckets = new Map<number, BucketChanges>();
  const put = (path: RelativePath, record: FileRecord | null) => {
    const id = bucketOf(path);
    const bucket = buckets.get(id);
    if (bucket === undefined) buckets.set(id, new Map([[path, record]]));
    else bucket.set(path, record);
  };
  for (const path of gone) put(path, null);
  for (const record of changed) put(record.stamp.path, record);
  return buckets;
}

/** Spreads paths evenly, and gives the same bucket in every process and version. */
function bucketOf(path: RelativePath): number {
  return crc32(path) % BUCKETS;
}

function readBucket(bucket: Record<string, unknown> | undefined): RecordTuple[] {
  if (bucket === undefined) return [];
  const body = String(bucket["body"]);
  // The index is ground state that is believed for weeks: damage that still looks like JSON must not pass.
  if (crc32(body) !== bucket["checksum"]) throw damagedValue("part of the file index");
  const records = parseStored(body, "part of the file index");
  if (!Array.isArray(records)) throw damagedValue("part of the file index");
  return records;
}

function writeBucket(sql: Sql, bucket: number, records: readonly RecordTuple[]): void {
  if (records.length === 0) {
    sql("DELETE FROM index_buckets WHERE bucket = ?").run(bucket);
    return;
  }
  const body = JSON.stringify(records);
  sql(
    `INSERT INTO index_buckets (bucket, checksum, body) VALUES (?, ?, ?)
     ON CONFLICT (bucket) DO UPDATE SET checksum = excluded.checksum, body = excluded.body`,
  ).run(bucket, crc32(body), body);
}

const datesSchema = z.array(z.tuple([z.string(), z.number()]));

export function readCommitDates(sql: Sql): CommitDates | null {
  const row = sql("SELECT head, body FROM commit_dates").get();
  if (row === undefined) return null;
  const dates = readStored(datesSchema, row["body"], "the dates of commits");
  return { head: String(row["head"]), datesMs: new Map(dates as [RelativePath, number][]) };
}

export function writeCommitDates(sql: Sql, { head, datesMs }: CommitDates): void {
  sql(
    `INSERT INTO commit_dates (only, head, body) VALUES (1, ?, ?)
     ON CONFLICT (only) DO UPDATE SET head = excluded.head, body = excluded.body`,
  ).run(head, JSON.stringify([...datesMs]));
}
