// Reads very many records or rows without blocking the event loop for long: they are decoded in portions, with a turn
// for other work between two of them.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { FileRecord } from "../../../core/contract/parsed-file.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import type { RowChanges, StoreProgress } from "../../../ports/store/store.ts";
import type { Connection } from "../database/connection.ts";
import { decodeLeaf, readLeaves, type StoredLeaf } from "./index-table.ts";
import { findRows, newestPublication, readRows, readRowsAt } from "./snapshot-tables.ts";

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
