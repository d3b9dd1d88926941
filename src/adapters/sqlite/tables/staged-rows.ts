// A very large publication: its rows are written in portions to a staging table, and the publishing transaction only
// moves them. So neither this process nor other writers are blocked while all rows are encoded, and readers still see a
// whole publication or none of it. The next publication drops what a killed runner left.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { Publication, PublishResult, StoreProgress } from "../../../ports/store/store.ts";
import type { Connection } from "../database/connection.ts";
import type { Sql } from "../database/sql.ts";
import { checkFence } from "./lease-table.ts";
import { insertRows, newestSeq, publish } from "./snapshot-tables.ts";

/** Fewer rows are written directly: 10,000 take a tenth of a second, and half of that again to move. */
const STAGED_FROM_ROWS = 20_000;
/** About 20 ms of encoding and writing. */
const PORTION_ROWS = 2_000;

/** Publishes in one transaction; very many rows take several, of which the last makes all of them visible. */
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
