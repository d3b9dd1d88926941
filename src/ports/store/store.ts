// The store: what outlives a process. All adapters pass the same contract suite (test/contract/). Asynchronous, because
// not every adapter is a local file. Times come in as `nowMs`; an adapter with a better clock (a database server) may use
// that for leases. Every failure is a StoreError (store-error.ts); store-limits.ts says how much is kept.

import type { ActivityChange, ActivityEvent } from "../../core/contract/activity.ts";
import type { CycleProgress } from "../../core/contract/cycle-progress.ts";
import type { FileRecord } from "../../core/contract/parsed-file.ts";
import type {
  Attestation,
  Snapshot,
  SnapshotHeader,
  StaleReason,
  TaskRow,
} from "../../core/contract/snapshot.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import type { LedgerStore } from "./ledger-store.ts";
import type { NotificationStore } from "./notification-store.ts";
import type { PauseStore } from "./pause-store.ts";
import type { PullRequestStore } from "./pull-request-store.ts";
import type { RunStore } from "./run-store.ts";

/** The process that holds a lease. */
export type LeaseHolder = {
  /** Unique per process start. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Of this runner's pages; null for a runner without a server. */
  readonly url: string | null;
};

/** The right to publish. Every publication carries the epoch and is refused once a newer one exists. */
export type Lease = { readonly holder: LeaseHolder; readonly epoch: number; readonly expiresAtMs: number };

export type LeaseClaim = { readonly kind: "held" | "refused"; readonly lease: Lease };

/** One cycle's result, written in one transaction with the check of its epoch. */
export type Publication = {
  readonly epoch: number;
  readonly header: SnapshotHeader;
  readonly changedRows: readonly TaskRow[];
  readonly goneKeys: readonly string[];
  readonly transitions: readonly ActivityChange[];
  readonly attestation: Attestation;
  readonly nowMs: number;
};

export type PublishResult =
  | { readonly kind: "published"; readonly seq: number }
  | { readonly kind: "refused"; readonly newestEpoch: number };

/** Index records that a cycle changed. Apart from publishing: an unpublished change may still be indexed. */
export type IndexChanges = {
  readonly changed: readonly FileRecord[];
  readonly gone: readonly RelativePath[];
};

export type PublishedState = {
  readonly seq: number;
  readonly epoch: number;
  readonly publishedAtMs: number;
  readonly header: SnapshotHeader;
  readonly attestation: Attestation;
};

/** Rows that changed after a `seq`. `complete: false`: the gap is older than the tombstones, so `rows` is every row. */
export type RowChanges = {
  readonly rows: readonly TaskRow[];
  readonly goneKeys: readonly string[];
  readonly complete: boolean;
};

/** One attempt at a cycle, for history, metrics and freshness. */
export type CycleRecord = {
  readonly startedAtMs: number;
  /** Null while it runs, or when the process died in it. */
  readonly endedAtMs: number | null;
  readonly cause: string;
  readonly outcome: "running" | "published" | "attested" | "failed";
  /** Of a failed cycle. */
  readonly reason: StaleReason | null;
  readonly detail: string | null;
  readonly tasks: number;
  /** Of a long cycle, while it runs. */
  readonly progress?: CycleProgress | null;
};

/** Called now and then during long work, with the number of records done. */
export type StoreProgress = (done: number, total: number) => void;

export type TransitionQuery = {
  /** Only smaller ids: the cursor to older pages. */
  readonly beforeId?: number;
  readonly sinceMs?: number;
  readonly key?: string;
  /** The group a task left or entered, or was in when a signal changed. */
  readonly group?: string;
  readonly owner?: string;
  readonly limit: number;
};

/**
 * Lets a new process see that nothing has changed without reading records or rows: a snapshot derived from the same basis
 * before `validUntilMs` is the same. Void once `seq` or `epoch` differ from what is published.
 */
export type ResumePoint = {
  readonly seq: number;
  readonly epoch: number;
  /** Everything the snapshot was derived from, as one text. */
  readonly basis: string;
  /** Null: the snapshot does not change with time. */
  readonly validUntilMs: number | null;
  /** When the snapshot files of this publication were last written; null if unknown. */
  readonly filesWrittenAtMs: number | null;
  readonly counts: Snapshot["counts"];
  readonly escalation: Snapshot["escalation"];
};

/** Dates of commits of files under `tasks/`, valid for one HEAD. */
export type CommitDates = {
  readonly head: string;
  /** Of the last commit that changed a file; only of files that equal HEAD. */
  readonly datesMs: ReadonlyMap<RelativePath, number>;
  /** Of the commit that added a file. */
  readonly addedMs: ReadonlyMap<RelativePath, number>;
};

export type Store = RunStore &
  PullRequestStore &
  PauseStore &
  LedgerStore &
  NotificationStore & {
    /**
     * One statement: succeeds when free, expired, or already this holder's. A new holder gets a new epoch. A refused claim
     * cuts an expiry that is more than one term ahead down to one term from now (R10).
     */
    claimLease(input: { holder: LeaseHolder; termMs: number; nowMs: number }): Promise<LeaseClaim>;
    /** False when the lease is no longer this epoch's. */
    renewLease(input: { epoch: number; termMs: number; nowMs: number }): Promise<boolean>;
    releaseLease(input: { epoch: number }): Promise<void>;
    readLease(): Promise<Lease | null>;

    /** Requests a cycle from the holder of the lease. Returns a growing id. */
    requestRefresh(input: { nowMs: number }): Promise<number>;
    /** The newest request without an answer, or null. */
    pendingRefresh(): Promise<number | null>;
    /** Whether a cycle that started after that request has ended, even if it failed. */
    isRefreshAnswered(input: { id: number }): Promise<boolean>;
    /** Marks requests up to `id` as answered by a completed or failed cycle. */
    answerRefresh(input: { id: number }): Promise<void>;

    /** Refused for every epoch but the newest, and once its lease was released. */
    publish(publication: Publication, onProgress?: StoreProgress): Promise<PublishResult>;
    /** False: refused for an old epoch. */
    attest(input: { epoch: number; attestation: Attestation }): Promise<boolean>;
    readPublished(): Promise<PublishedState | null>;
    /** Unordered. After 0: every row, without gone keys. */
    readRows(afterSeq: number, onProgress?: StoreProgress): Promise<RowChanges>;
    readRow(key: string): Promise<TaskRow | null>;
    readRowsBySlug(slug: string): Promise<readonly TaskRow[]>;

    /** Replaces a record with the same start: how a running cycle becomes a completed one. */
    recordCycle(record: CycleRecord): Promise<void>;
    /** Newest first. */
    readCycles(limit: number): Promise<readonly CycleRecord[]>;
    /** Newest first, at most `limit`. */
    readTransitions(query: TransitionQuery): Promise<readonly ActivityEvent[]>;

    readIndex(onProgress?: StoreProgress): Promise<readonly FileRecord[]>;
    writeIndex(changes: IndexChanges): Promise<void>;
    readCommitDates(): Promise<CommitDates | null>;
    writeCommitDates(dates: CommitDates): Promise<void>;
    readResumePoint(): Promise<ResumePoint | null>;
    writeResumePoint(point: ResumePoint): Promise<void>;

    /**
     * The store's bell: calls back at once when another process or handle changed the store, or may have; this handle's own
     * changes of runs ring too, others may. No change after this call is missed; read once after it for what came before.
     * Keeps no process alive. Returns how to stop.
     */
    onChange(listener: () => void): () => void;

    /** What the store lost or did when it was opened (a corrupt file moved aside), in sentences that are shown once. */
    readonly notices: readonly string[];
    /** Drops history past its limits (store-limits.ts). */
    prune(nowMs: number): Promise<void>;
    close(): Promise<void>;
  };
