// A very large publication: its rows are written in portions to a table beside, and the transaction that publishes only
// moves them. So neither this process nor others that write are held up for as long as it takes to encode them all,
// and readers still see all of a publication or nothing of it. What a killed runner left is dropped by the next.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { Publication, PublishResult, StoreProgress } from "../../../ports/store/store.ts";
import type { Connection, Sql } from "../database/connection.ts";
import { checkFence } from "./lease-table.ts";
import { insertRows, newestSeq, publish } from "./snapshot-tables.ts";

/** Fewer are written at once: it takes a tenth of a second for 10,000, and half of that more when they are moved. */
const STAGED_FROM_ROWS = 20_000;
/** Encoding and writing so many takes some 20 ms. */
const PORTION_ROWS = 2_000;

/** Publishes in one transaction, or for very many rows in several, the last of which makes all of them seen. */
export async function publishInPortions(
  connection: Connection,
  publication: Publication,
  onProgress: StoreProgress = () => {},
): Promise<PublishResult> {
  const { epoch, changedRows: rows } = publication;
  if (rows.length < STAGED_FROM_ROWS) return await connection.write((sql) => publish(sql, publication));
  await connection.write((sql) => sql("DELETE FROM staged_rows").run());
  for (let from = 0; from < rows.length; from += PORTION_ROWS) {
    const portion = rows.slice(from, from + PORTION_ROWS);
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

/** Nobody else can have published since they were staged: the fence stands before each portion. */
function moveStagedRows(sql: Sql, seq: number): void {
  sql(
    `INSERT INTO task_rows (slug, prefix, seq, body, additions)
     SELECT slug, prefix, seq, body, additions FROM staged_rows WHERE seq = ?
     ON CONFLICT (slug, prefix) DO UPDATE SET
       seq = excluded.seq, body = excluded.body, additions = excluded.additions`,
  ).run(seq);
  sql("DELETE FROM staged_rows").run();
}
