// Runs: claiming a task and taking a run are one statement each, so that only one of two processes succeeds.

import type { Run, RunId } from "../../../core/contract/run.ts";
import type {
  RunInsertion,
  RunQuery,
  RunReplacement,
  RunStore,
  StartLimits,
} from "../../../ports/store/run-store.ts";
import { RUNS_KEEP_COUNT, RUNS_KEEP_MS } from "../../../ports/store/store-limits.ts";
import { decodeRun, encodeRun, RUN_COLUMNS } from "../codec/run-codec.ts";
import { conditionOf, type Sql } from "../database/sql.ts";
import { recordRunsChange } from "./change-counters.ts";
import { dropStoppedTask, readStoppedTask, writeStoppedTask } from "./start-holds.ts";

const isTaken = (block: string) =>
  `EXISTS (SELECT 1 FROM runs AS taken WHERE taken.port_block = ${block} AND taken.state <> 'closed')`;
// The first block, or the one after the lowest block whose successor is free.
const LOWEST_FREE_BLOCK = `
  CASE WHEN ${isTaken("0")} THEN (
    SELECT port_block + 1 FROM runs AS before
    WHERE before.state <> 'closed' AND NOT ${isTaken("before.port_block + 1")}
    ORDER BY before.port_block LIMIT 1
  ) ELSE 0 END`;

// One statement decides and claims: the unique index allows one open run per task.
const INSERT = `
  INSERT INTO runs (id, key, kind, state, since_ms, epoch, revision, owner, host, port_block, body)
  VALUES (:id, :key, :kind, :state, :sinceMs, :epoch, :revision, :owner, :host, (${LOWEST_FREE_BLOCK}), :body)
  ON CONFLICT (key) WHERE state <> 'closed' DO NOTHING
  RETURNING ${RUN_COLUMNS}`;

const REPLACE = `
  UPDATE runs SET key = :key, kind = :kind, state = :state, since_ms = :sinceMs, epoch = :epoch,
    revision = :revision + 1, owner = :owner, host = :host, port_block = :portBlock, body = :body
  WHERE id = :id AND revision = :revision`;

const LIVE = `
  SELECT count(*) FROM runs AS live
  WHERE live.state IN ('dispatching', 'running') AND live.kind = 'supervised' AND live.id <> :id`;
const LIVE_ON_HOST = `(${LIVE} AND live.host = :limitHost)`;
const LIVE_OF_OWNER = `(${LIVE} AND live.owner IS :owner)`;
const IS_PAUSED = "EXISTS (SELECT 1 FROM pause)";

// One statement decides and takes: of two dispatchers only one gets the run, and together they exceed no limit.
const REPLACE_WITHIN_LIMITS = `${REPLACE}
  AND NOT ${IS_PAUSED} AND ${LIVE_ON_HOST} < :perHost AND ${LIVE_OF_OWNER} < :perOwner`;

export function insertRun(
  sql: Sql,
  { run, action, automatic = false }: Parameters<RunStore["insertRun"]>[0],
): RunInsertion {
  const stopped = automatic ? readStoppedTask(sql, run.key) : null;
  if (stopped !== null) return { kind: "stopped", by: stopped.by };
  const { portBlock: _given, ...values } = encodeRun({ ...run, revision: 1 });
  const inserted = sql(INSERT).get(values);
  if (inserted === undefined) return { kind: "refused", open: decodeRun(openRow(sql, run.key) ?? {}) };
  dropStoppedTask(sql, run.key);
  recordRunsChange(sql, action);
  return { kind: "inserted", run: decodeRun(inserted) };
}

export function replaceRun(
  sql: Sql,
  { run, limits, action, stopped }: Parameters<RunStore["replaceRun"]>[0],
): RunReplacement {
  const values = encodeRun(run);
  const { changes } =
    limits === undefined
      ? sql(REPLACE).run(values)
      : sql(REPLACE_WITHIN_LIMITS).run({ ...values, ...limitValues(limits) });
  if (changes === 0) return whyNotReplaced(sql, run, limits);
  if (limits !== undefined) dropStoppedTask(sql, run.key);
  if (stopped !== undefined) writeStoppedTask(sql, stopped);
  recordRunsChange(sql, action);
  return { kind: "replaced", run: { ...run, revision: run.revision + 1 } };
}

/** In the transaction of the statement that changed nothing, so the reason still applies. */
function whyNotReplaced(sql: Sql, run: Run, limits: StartLimits | undefined): RunReplacement {
  const { id, revision } = run;
  const stored = sql("SELECT revision FROM runs WHERE id = ?").get(id);
  if (limits === undefined || stored?.["revision"] !== revision) return { kind: "conflict" };
  const { limitHost, perHost } = limitValues(limits);
  const held = sql(`SELECT ${IS_PAUSED} AS byPause, ${LIVE_ON_HOST} >= :perHost AS byHost`).get({
    id,
    limitHost,
    perHost,
  });
  if (held?.["byPause"] === 1) return { kind: "held", by: "pause" };
  return { kind: "held", by: held?.["byHost"] === 1 ? "host" : "owner" };
}

function limitValues({ host, perHost, perOwner }: StartLimits) {
  return { limitHost: host, perHost, perOwner };
}

export function readRun(sql: Sql, id: RunId): Run | null {
  const row = sql(`SELECT ${RUN_COLUMNS} FROM runs WHERE id = ?`).get(id);
  return row === undefined ? null : decodeRun(row);
}

export function readOpenRun(sql: Sql, key: string): Run | null {
  const row = openRow(sql, key);
  return row === undefined ? null : decodeRun(row);
}

export function readOpenRuns(sql: Sql): Run[] {
  return sql(`SELECT ${RUN_COLUMNS} FROM runs WHERE state <> 'closed' ORDER BY number`).all().map(decodeRun);
}

/** The condition that each filter of a query adds. */
const CONDITIONS = {
  key: "key = :key",
  beforeId: "number < (SELECT number FROM runs WHERE id = :beforeId)",
} as const satisfies Partial<Record<keyof RunQuery, string>>;

export function readRuns(sql: Sql, query: RunQuery): Run[] {
  const { where, values } = conditionOf(CONDITIONS, query);
  return sql(`SELECT ${RUN_COLUMNS} FROM runs WHERE ${where} ORDER BY number DESC LIMIT :limit`)
    .all({ ...values, limit: query.limit })
    .map(decodeRun);
}

/** Only closed runs: an open one is kept no matter how old it is. */
export function pruneRuns(sql: Sql, nowMs: number): void {
  const old = sql("DELETE FROM runs WHERE state = 'closed' AND since_ms < ?").run(nowMs - RUNS_KEEP_MS);
  const beyond = sql(
    `DELETE FROM runs WHERE state = 'closed' AND (since_ms, number) <=
       (SELECT since_ms, number FROM runs WHERE state = 'closed' ORDER BY since_ms DESC, number DESC LIMIT 1 OFFSET ?)`,
  ).run(RUNS_KEEP_COUNT);
  if (Number(old.changes) + Number(beyond.changes) > 0) recordRunsChange(sql);
}

function openRow(sql: Sql, key: string) {
  return sql(`SELECT ${RUN_COLUMNS} FROM runs WHERE key = ? AND state <> 'closed'`).get(key);
}
