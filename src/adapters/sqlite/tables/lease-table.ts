// The lease and the requests for a cycle, by which the processes of one repository agree.
//
// A lease without a holder has been released. Its row stays, so that an epoch is never used twice.

import * as z from "zod";
import type { Lease, LeaseClaim, LeaseHolder } from "../../../ports/store/store.ts";
import { readStored, type Sql } from "../database/sql.ts";

const holderSchema = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  url: z.string().nullable(),
});

// One statement decides and takes: the lease is free, expired, or already this holder's.
const CLAIM = `
  INSERT INTO lease (only, epoch, holder_id, holder, expires_at_ms, term_ms)
  VALUES (1, :firstEpoch, :holderId, :holder, :nowMs + :termMs, :termMs)
  ON CONFLICT (only) DO UPDATE SET
    epoch = CASE WHEN holder_id = excluded.holder_id THEN epoch ELSE epoch + 1 END,
    holder_id = excluded.holder_id, holder = excluded.holder,
    expires_at_ms = excluded.expires_at_ms, term_ms = excluded.term_ms
  WHERE holder_id IS NULL OR holder_id = excluded.holder_id OR expires_at_ms <= :nowMs
  RETURNING epoch, holder, expires_at_ms`;

// An expiry more than a term ahead was not written by this clock (it was set back, or the value is nonsense). Taking
// the lease could rob a live holder; trusting the expiry could block for a day. So it is cut to one term from now: a
// live holder renews long before that, and a dead holder's lease expires.
const CUT_EXPIRY = `
  UPDATE lease SET expires_at_ms = :nowMs + term_ms WHERE expires_at_ms > :nowMs + term_ms`;

const READ = "SELECT epoch, holder, expires_at_ms FROM lease WHERE holder_id IS NOT NULL";

export function claimLease(
  sql: Sql,
  input: { holder: LeaseHolder; termMs: number; nowMs: number },
): LeaseClaim {
  const { holder, termMs, nowMs } = input;
  const taken = sql(CLAIM).get({
    // A new database starts its epochs at the time in milliseconds: a server that has shown epoch 7, seq 12 of a lost
    // database must not take other content for the same, even if it was lost within this second.
    firstEpoch: Math.max(1, Math.floor(nowMs)),
    holderId: holder.id,
    holder: JSON.stringify(holder),
    nowMs,
    termMs,
  });
  if (taken !== undefined) return { kind: "held", lease: toLease(taken) };
  sql(CUT_EXPIRY).run({ nowMs });
  return { kind: "refused", lease: toLease(sql(READ).get() ?? {}) };
}

export function renewLease(sql: Sql, input: { epoch: number; termMs: number; nowMs: number }): boolean {
  const { epoch, termMs, nowMs } = input;
  const { changes } = sql(
    `UPDATE lease SET expires_at_ms = :nowMs + :termMs, term_ms = :termMs
     WHERE epoch = :epoch AND holder_id IS NOT NULL`,
  ).run({ epoch, termMs, nowMs });
  return changes === 1;
}

export function releaseLease(sql: Sql, epoch: number): void {
  sql("UPDATE lease SET holder_id = NULL, holder = NULL WHERE epoch = ?").run(epoch);
}

export function readLease(sql: Sql): Lease | null {
  const row = sql(READ).get();
  return row === undefined ? null : toLease(row);
}

/** The fence: only the holder of the newest epoch may write; `newestEpoch` is 0 if the lease was never claimed. */
export function checkFence(
  sql: Sql,
  epoch: number,
): { readonly holds: boolean; readonly newestEpoch: number } {
  const row = sql("SELECT epoch, holder_id FROM lease").get();
  if (row === undefined) return { holds: false, newestEpoch: 0 };
  return { holds: row["epoch"] === epoch && row["holder_id"] !== null, newestEpoch: Number(row["epoch"]) };
}

function toLease(row: Record<string, unknown>): Lease {
  return {
    holder: readStored(holderSchema, row["holder"], "the lease"),
    epoch: Number(row["epoch"]),
    expiresAtMs: Number(row["expires_at_ms"]),
  };
}

const REQUESTS = "refresh_wishes"; // words-ok: stored

export function requestRefresh(sql: Sql): number {
  const row = sql(
    `INSERT INTO ${REQUESTS} (only, newest_id, answered_id) VALUES (1, 1, 0)
     ON CONFLICT (only) DO UPDATE SET newest_id = newest_id + 1 RETURNING newest_id`,
  ).get();
  return Number(row?.["newest_id"]);
}

export function pendingRefresh(sql: Sql): number | null {
  const row = sql(`SELECT newest_id FROM ${REQUESTS} WHERE newest_id > answered_id`).get();
  return row === undefined ? null : Number(row["newest_id"]);
}

export function isRefreshAnswered(sql: Sql, id: number): boolean {
  return sql(`SELECT 1 FROM ${REQUESTS} WHERE answered_id >= ?`).get(id) !== undefined;
}

export function answerRefresh(sql: Sql, id: number): void {
  sql(`UPDATE ${REQUESTS} SET answered_id = max(answered_id, min(?, newest_id))`).run(id);
}
