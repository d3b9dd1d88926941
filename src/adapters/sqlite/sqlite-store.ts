// The store in a SQLite file: nothing to install, and safe for several processes of one machine. Each method is one
// transaction, defined in the module of its tables. Plain SQL: docs/adr/0004.

import type { PullRequestStore } from "../../ports/store/pull-request-store.ts";
import type { RunStore } from "../../ports/store/run-store.ts";
import type { Store } from "../../ports/store/store.ts";
import { Connection, type ConnectionSettings } from "./database/connection.ts";
import { StoreWatch, type StoreWatchSettings } from "./store-watch.ts";
import {
  dropAcknowledgement,
  pruneAcknowledgements,
  readAcknowledgements,
  writeAcknowledgement,
} from "./tables/acknowledgement-table.ts";
import { readCounter } from "./tables/change-counters.ts";
import {
  pruneCycles,
  readCycles,
  readResumePoint,
  recordCycle,
  writeResumePoint,
} from "./tables/cycle-table.ts";
import { readCommitDates, writeCommitDates, writeIndex } from "./tables/index-table.ts";
import {
  answerRefresh,
  claimLease,
  isRefreshAnswered,
  pendingRefresh,
  readLease,
  releaseLease,
  renewLease,
  requestRefresh,
} from "./tables/lease-table.ts";
import { readPullRequests, replaceDeliveryRecords, writePullRequests } from "./tables/pull-request-tables.ts";
import { readIndexInPortions, readRowsInPortions } from "./tables/read-in-portions.ts";
import {
  insertRun,
  pruneRuns,
  readOpenRun,
  readOpenRuns,
  readRun,
  readRuns,
  replaceRun,
} from "./tables/run-table.ts";
import { attest, pruneTombstones, readPublished, readRow, readRowsBySlug } from "./tables/snapshot-tables.ts";
import { publishInPortions } from "./tables/staged-rows.ts";
import { readPause, readStoppedTasks, writePause } from "./tables/start-holds.ts";
import { pruneTransitions, readTransitions } from "./tables/transition-table.ts";

export type SqliteSettings = ConnectionSettings & Pick<StoreWatchSettings, "watchFolder">;

/**
 * Opens the store, or creates it. A damaged file is moved aside; `notices` says so.
 * @throws {StoreError} `newer`, `disk` or `busy`.
 */
export async function openSqliteStore(settings: SqliteSettings): Promise<Store> {
  const connection = new Connection(settings);
  await connection.read(() => undefined);
  return storeOn(connection, settings);
}

/** The same, opened on first use: while it cannot be opened, each use throws and the next one tries again. */
export function createSqliteStore(settings: SqliteSettings): Store {
  return storeOn(new Connection(settings), settings);
}

function storeOn(connection: Connection, settings: SqliteSettings): Store {
  const watch = new StoreWatch({ ...settings, readMark: () => connection.readMark() });
  // Changes of runs also concern other parts of this process.
  const andNotify = async <Result>(written: Promise<Result>): Promise<Result> => {
    const result = await written;
    watch.notify();
    return result;
  };
  const notifying: NotifyingConnection = {
    read: (work) => connection.read(work),
    write: (work) => andNotify(connection.write(work)),
    writeRuns: (work) => andNotify(connection.writeRuns(work)),
  };
  return {
    ...runnerMethods(connection),
    ...runMethods(notifying),
    ...pullRequestMethods(notifying),
    notices: connection.notices,
    prune: (nowMs) =>
      connection.write((sql) => {
        pruneCycles(sql, nowMs);
        pruneTransitions(sql, nowMs);
        pruneTombstones(sql);
        pruneRuns(sql, nowMs);
        pruneAcknowledgements(sql, nowMs);
      }),
    onChange: (listener) => watch.listen(listener),
    close: async () => {
      watch.stop();
      connection.close();
    },
  };
}

type NotifyingConnection = Pick<Connection, "read" | "write" | "writeRuns">;

/** Everything but the life cycle, runs and pull requests: what runners write and others read. */
function runnerMethods(
  connection: Connection,
): Omit<Store, keyof RunStore | keyof PullRequestStore | "notices" | "prune" | "onChange" | "close"> {
  return {
    claimLease: (input) => connection.write((sql) => claimLease(sql, input)),
    renewLease: (input) => connection.write((sql) => renewLease(sql, input)),
    releaseLease: ({ epoch }) => connection.write((sql) => releaseLease(sql, epoch)),
    readLease: () => connection.read(readLease),
    requestRefresh: () => connection.write(requestRefresh),
    pendingRefresh: () => connection.read(pendingRefresh),
    isRefreshAnswered: ({ id }) => connection.read((sql) => isRefreshAnswered(sql, id)),
    answerRefresh: ({ id }) => connection.write((sql) => answerRefresh(sql, id)),
    publish: (publication, onProgress) => publishInPortions(connection, publication, onProgress),
    attest: (input) => connection.write((sql) => attest(sql, input)),
    readPublished: () => connection.read(readPublished),
    readRows: (afterSeq, onProgress) => readRowsInPortions(connection, afterSeq, onProgress),
    readRow: (key) => connection.read((sql) => readRow(sql, key)),
    readRowsBySlug: (slug) => connection.read((sql) => readRowsBySlug(sql, slug)),
    recordCycle: (record) => connection.write((sql) => recordCycle(sql, record)),
    readCycles: (limit) => connection.read((sql) => readCycles(sql, limit)),
    readTransitions: (query) => connection.read((sql) => readTransitions(sql, query)),
    readIndex: (onProgress) => readIndexInPortions(connection, onProgress),
    writeIndex: (changes) => connection.write((sql) => writeIndex(sql, changes)),
    readCommitDates: () => connection.read(readCommitDates),
    writeCommitDates: (dates) => connection.write((sql) => writeCommitDates(sql, dates)),
    readResumePoint: () => connection.read(readResumePoint),
    writeResumePoint: (point) => connection.write((sql) => writeResumePoint(sql, point)),
  };
}

function pullRequestMethods(connection: NotifyingConnection): PullRequestStore {
  return {
    readPullRequests: () => connection.read(readPullRequests),
    writePullRequests: (input) => connection.write((sql) => writePullRequests(sql, input)),
    replaceCare: (input) => connection.write((sql) => replaceDeliveryRecords(sql, input)),
    readPullRequestsVersion: () => connection.read((sql) => readCounter(sql, "pull_requests_version")),
  };
}

/** A supervisor survives upgrades, so these also work under a newer schema. */
function runMethods(connection: NotifyingConnection): RunStore {
  return {
    insertRun: (input) => connection.writeRuns((sql) => insertRun(sql, input)),
    replaceRun: (input) => connection.writeRuns((sql) => replaceRun(sql, input)),
    readRun: (id) => connection.read((sql) => readRun(sql, id)),
    readOpenRun: (key) => connection.read((sql) => readOpenRun(sql, key)),
    readOpenRuns: () => connection.read(readOpenRuns),
    readRuns: (query) => connection.read((sql) => readRuns(sql, query)),
    readRunsVersion: () => connection.read((sql) => readCounter(sql, "runs_version")),
    readStoppedTasks: () => connection.read(readStoppedTasks),
    readPause: () => connection.read(readPause),
    writePause: (input) => connection.writeRuns((sql) => writePause(sql, input)),
    readAcknowledgements: () => connection.read(readAcknowledgements),
    writeAcknowledgement: (input) => connection.writeRuns((sql) => writeAcknowledgement(sql, input)),
    dropAcknowledgement: (input) => connection.writeRuns((sql) => dropAcknowledgement(sql, input)),
  };
}
