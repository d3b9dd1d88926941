// The store in a SQLite file: nothing to install, and safe for several processes of one machine. Each method is one
// transaction, defined in the module of its tables. Plain SQL: docs/adr/0004.

import type { LedgerStore } from "../../ports/store/ledger-store.ts";
import type { NotificationStore } from "../../ports/store/notification-store.ts";
import type { PauseStore } from "../../ports/store/pause-store.ts";
import type { PullRequestStore } from "../../ports/store/pull-request-store.ts";
import type { RunStore } from "../../ports/store/run-store.ts";
import type { Store } from "../../ports/store/store.ts";
import { Connection, type ConnectionSettings } from "./database/connection.ts";
import { StoreWatch, type StoreWatchSettings } from "./store-watch.ts";
import * as acknowledgements from "./tables/acknowledgement-table.ts";
import { readCounter } from "./tables/change-counters.ts";
import * as cycles from "./tables/cycle-table.ts";
import { publishInPortions, readIndexInPortions, readRowsInPortions } from "./tables/in-portions.ts";
import * as index from "./tables/index-table.ts";
import * as kindHolds from "./tables/kind-holds.ts";
import * as leases from "./tables/lease-table.ts";
import * as ledger from "./tables/ledger-tables.ts";
import * as notifications from "./tables/notification-table.ts";
import * as pauses from "./tables/pause-tables.ts";
import * as pullRequests from "./tables/pull-request-tables.ts";
import * as runs from "./tables/run-table.ts";
import * as snapshots from "./tables/snapshot-tables.ts";
import * as holds from "./tables/start-holds.ts";
import * as activity from "./tables/transition-table.ts";

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
    ...pauseMethods(notifying),
    ...ledgerMethods(connection),
    ...notificationMethods(notifying),
    notices: connection.notices,
    prune: (nowMs) =>
      connection.write((sql) => {
        cycles.pruneCycles(sql, nowMs);
        activity.pruneTransitions(sql, nowMs);
        snapshots.pruneTombstones(sql);
        runs.pruneRuns(sql, nowMs);
        acknowledgements.pruneAcknowledgements(sql, nowMs);
        ledger.pruneLedger(sql, nowMs);
        notifications.pruneNotifications(sql, nowMs);
      }),
    onChange: (listener) => watch.listen(listener),
    close: async () => {
      watch.stop();
      connection.close();
    },
  };
}

/** The parts that have methods of their own below. */
type PartOfStore = RunStore & PullRequestStore & PauseStore & LedgerStore & NotificationStore;

type NotifyingConnection = Pick<Connection, "read" | "write" | "writeRuns">;

/** What runners write and others read. */
function runnerMethods(
  connection: Connection,
): Omit<Store, keyof (PartOfStore & Pick<Store, "notices" | "prune" | "onChange" | "close">)> {
  return {
    claimLease: (input) => connection.write((sql) => leases.claimLease(sql, input)),
    renewLease: (input) => connection.write((sql) => leases.renewLease(sql, input)),
    releaseLease: ({ epoch }) => connection.write((sql) => leases.releaseLease(sql, epoch)),
    readLease: () => connection.read(leases.readLease),
    requestRefresh: () => connection.write(leases.requestRefresh),
    pendingRefresh: () => connection.read(leases.pendingRefresh),
    isRefreshAnswered: ({ id }) => connection.read((sql) => leases.isRefreshAnswered(sql, id)),
    answerRefresh: ({ id }) => connection.write((sql) => leases.answerRefresh(sql, id)),
    publish: (publication, onProgress) => publishInPortions(connection, publication, onProgress),
    attest: (input) => connection.write((sql) => snapshots.attest(sql, input)),
    readPublished: () => connection.read(snapshots.readPublished),
    readRows: (afterSeq, onProgress) => readRowsInPortions(connection, afterSeq, onProgress),
    readRow: (key) => connection.read((sql) => snapshots.readRow(sql, key)),
    readRowsBySlug: (slug) => connection.read((sql) => snapshots.readRowsBySlug(sql, slug)),
    recordCycle: (record) => connection.write((sql) => cycles.recordCycle(sql, record)),
    readCycles: (limit) => connection.read((sql) => cycles.readCycles(sql, limit)),
    readTransitions: (query) => connection.read((sql) => activity.readTransitions(sql, query)),
    readIndex: (onProgress) => readIndexInPortions(connection, onProgress),
    writeIndex: (changes) => connection.write((sql) => index.writeIndex(sql, changes)),
    readCommitDates: () => connection.read(index.readCommitDates),
    writeCommitDates: (dates) => connection.write((sql) => index.writeCommitDates(sql, dates)),
    readResumePoint: () => connection.read(cycles.readResumePoint),
    writeResumePoint: (point) => connection.write((sql) => cycles.writeResumePoint(sql, point)),
  };
}

function pullRequestMethods(connection: NotifyingConnection): PullRequestStore {
  return {
    readPullRequests: () => connection.read(pullRequests.readPullRequests),
    writePullRequests: (input) => connection.write((sql) => pullRequests.writePullRequests(sql, input)),
    replaceCare: (input) => connection.write((sql) => pullRequests.replaceDeliveryRecords(sql, input)),
    readPullRequestsVersion: () => connection.read((sql) => readCounter(sql, "pull_requests_version")),
  };
}

/** A supervisor survives upgrades, so these also work under a newer schema. */
function runMethods(connection: NotifyingConnection): RunStore {
  return {
    insertRun: (input) => connection.writeRuns((sql) => runs.insertRun(sql, input)),
    replaceRun: (input) => connection.writeRuns((sql) => runs.replaceRun(sql, input)),
    readRun: (id) => connection.read((sql) => runs.readRun(sql, id)),
    readOpenRun: (key) => connection.read((sql) => runs.readOpenRun(sql, key)),
    readOpenRuns: () => connection.read(runs.readOpenRuns),
    readRuns: (query) => connection.read((sql) => runs.readRuns(sql, query)),
    readRunsVersion: () => connection.read((sql) => readCounter(sql, "runs_version")),
    readStoppedTasks: () => connection.read(holds.readStoppedTasks),
    readPause: () => connection.read(holds.readPause),
    writePause: (input) => connection.writeRuns((sql) => holds.writePause(sql, input)),
    readKindHolds: () => connection.read(kindHolds.readKindHolds),
    writeKindHold: (hold) => connection.writeRuns((sql) => kindHolds.writeKindHold(sql, hold)),
    dropKindHold: (kind) => connection.writeRuns((sql) => kindHolds.dropKindHold(sql, kind)),
    readAcknowledgements: () => connection.read(acknowledgements.readAcknowledgements),
    writeAcknowledgement: (input) =>
      connection.writeRuns((sql) => acknowledgements.writeAcknowledgement(sql, input)),
    dropAcknowledgement: (input) =>
      connection.writeRuns((sql) => acknowledgements.dropAcknowledgement(sql, input)),
  };
}

/** Written by supervisors too, which survive upgrades. */
function pauseMethods(connection: NotifyingConnection): PauseStore {
  return {
    readScopedPauses: () => connection.read(pauses.readScopedPauses),
    writeScopedPause: (input) => connection.writeRuns((sql) => pauses.writeScopedPause(sql, input)),
    dropScopedPause: (input) => connection.writeRuns((sql) => pauses.dropScopedPause(sql, input)),
    readAccountWindows: () => connection.read(pauses.readAccountWindows),
    writeAccountWindow: (window) => connection.writeRuns((sql) => pauses.writeAccountWindow(sql, window)),
  };
}

function ledgerMethods(connection: Pick<Connection, "read" | "writeRuns">): LedgerStore {
  return {
    writeUsage: (records) => connection.writeRuns((sql) => ledger.writeUsage(sql, records)),
    readUsage: (query) => connection.read((sql) => ledger.readUsage(sql, query)),
    writeSlotSpan: (span) => connection.writeRuns((sql) => ledger.writeSlotSpan(sql, span)),
    readSlotSpans: (query) => connection.read((sql) => ledger.readSlotSpans(sql, query)),
    writeSleep: (sleep) => connection.writeRuns((sql) => ledger.writeSleep(sql, sleep)),
    readSleeps: (query) => connection.read((sql) => ledger.readSleeps(sql, query)),
  };
}

function notificationMethods(connection: NotifyingConnection): NotificationStore {
  return {
    addNotifications: (added) => connection.write((sql) => notifications.addNotifications(sql, added)),
    replaceNotification: (changed) =>
      connection.write((sql) => notifications.replaceNotification(sql, changed)),
    readWaitingNotifications: (limit) =>
      connection.read((sql) => notifications.readWaitingNotifications(sql, limit)),
    readNotifications: (limit) => connection.read((sql) => notifications.readNotifications(sql, limit)),
  };
}
