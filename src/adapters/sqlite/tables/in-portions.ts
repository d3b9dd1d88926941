// Reads and writes very many records or rows without blocking the event loop for long: in portions, with a turn for other
// work between two of them.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { FileRecord } from "../../../core/contract/parsed-file.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import type { Publication, PublishResult, RowChanges, StoreProgress } from "../../../ports/store/store.ts";
import type { Connection } from "../database/connection.ts";
import type { Sql } from "../database/sql.ts";
import { decodeLeaf, readLeaves, type StoredLeaf } from "./index-table.ts";
import { checkFence } from "./lease-table.ts";
import {
  findRows,
  insertRows,
  newestPublication,
  newestSeq,
  publish,
  readRows,
  readRowsAt,
} from "./snapshot-tables.ts";

/** About 20 ms of decoding. */
const PORTION_LEAVES = 32;
const PORTION_ROWS = 1_000;
/** How often reading starts over because of a newer publication; then everything is read at once. */
const ATTEMPTS = 3;

/** The text of all records is read in one transaction, so that they are of one state; it is freed as it is decoded. */
export async function readIndexInPortions(
  connection: Connection,
  onProgress: StoreProgress = () => {},
): Promise<FileRecord[]> {
  const leaves: (StoredLeaf | null)[] = await connection.read(readLeaves);
  const records: FileRecord[] = [];
  for (let from = 0; from < leaves.length; from += PORTION_LEAVES) {
    if (from > 0) await nextTurn();
    const portion = leaves.slice(from, from + PORTION_LEAVES);
    leaves.fill(null, from, from + PORTION_LEAVES);
    await connection.examine(() => {
      for (const leaf of portion) if (leaf !== null) records.push(...decodeLeaf(leaf));
    });
    onProgress(records.length, Math.round((records.length * leaves.length) / (from + portion.length)));
  }
  return records;
}

/** Rows of one publication, however many turns it takes to read them. */
export async function readRowsInPortions(
  connection: Connection,
  afterSeq: number,
  onProgress: StoreProgress = () => {},
): Promise<RowChanges> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const changes = await readPortions(connection, afterSeq, onProgress);
    if (changes !== null) return changes;
  }
  return await connection.read((sql) => readRows(sql, afterSeq));
}

/** Null when another snapshot was published meanwhile. */
async function readPortions(
  connection: Connection,
  afterSeq: number,
  onProgress: StoreProgress,
): Promise<RowChanges | null> {
  const first = await connection.read((sql) => {
    const found = findRows(sql, afterSeq);
    return { ...found, rows: readRowsAt(sql, found.places.slice(0, PORTION_ROWS)) };
  });
  const { places, publication, goneKeys, complete } = first;
  const rows: TaskRow[] = [...first.rows];
  for (let from = PORTION_ROWS; from < places.length; from += PORTION_ROWS) {
    onProgress(rows.length, places.length);
    await nextTurn();
    const portion = await connection.read((sql) =>
      newestPublication(sql) === publication
        ? readRowsAt(sql, places.slice(from, from + PORTION_ROWS))
        : null,
    );
    if (portion === null) return null;
    rows.push(...portion);
  }
  return { rows, goneKeys, complete };
}

/** Fewer rows are written directly: 10,000 take a tenth of a second, and half of that again to move. */
const STAGED_FROM_ROWS = 20_000;
/** About 20 ms of encoding and writing. */
const STAGED_PORTION_ROWS = 2_000;

/**
 * Publishes in one transaction. Very many rows are first written in portions to a staging table, and the publishing
 * transaction only moves them: neither this process nor other writers are blocked while they are encoded, and readers see
 * a whole publication or none of it. The next publication drops what a killed runner left.
 */
export async function publishInPortions(
  connection: Connection,
  publication: Publication,
  onProgress: StoreProgress = () => {},
): Promise<PublishResult> {
  const { epoch, changedRows: rows } = publication;
  if (rows.length < STAGED_FROM_ROWS) return await connection.write((sql) => publish(sql, publication));
  await connection.write((sql) => sql("DELETE FROM staged_rows").run());
  for (let from = 0; from < rows.length; from += STAGED_PORTION_ROWS) {
    const portion = rows.slice(from, from + STAGED_PORTION_ROWS);
    const refused = await connection.write((sql) => {
      const { holds, newestEpoch } = checkFence(sql, epoch);
      if (!holds) return { kind: "refused", newestEpoch } as const;
      insertRows(sql, "staged_rows", portion, newestSeq(sql) + 1);
      return null;
    });
    if (refused !== null) return refused;
    onProgress(from + portion.length, rows.length);
    await nextTurn();
  }
  return await connection.write((sql) => publish(sql, publication, moveStagedRows));
}

/** No other process can have published since they were staged: each portion checks the fence. */
function moveStagedRows(sql: Sql, seq: number): void {
  sql(
    `INSERT INTO task_rows (slug, prefix, seq, body, additions)
     SELECT slug, prefix, seq, body, additions FROM staged_rows WHERE seq = ?
     ON CONFLICT (slug, prefix) DO UPDATE SET
       seq = excluded.seq, body = excluded.body, additions = excluded.additions`,
  ).run(seq);
  sql("DELETE FROM staged_rows").run();
}
