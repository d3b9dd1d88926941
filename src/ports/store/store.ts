// The store: what outlives a process. One port, adapters that pass the same contract suite (test/contract/).
// Asynchronous, because not every adapter is a local file. Times come in as `nowMs`; an adapter that has a better
// clock of its own (a database server) may use that for leases instead. Everything that fails throws a StoreError
// (store-error.ts); how much is kept stands in store-limits.ts.

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
import type { PullRequestStore } from "./pull-request-store.ts";
import type { RunStore } from "./run-store.ts";

/** Who holds a lease: enough to find the process and say where it is. */
export type LeaseHolder = {
  /** Unique per process start. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Where people can see this runner's pages; null for a runner without a server. */
  readonly url: string | null;
};

/** The right to publish. Every publication carries the epoch and is refused once a newer one exists. */
export type Lease = { readonly holder: LeaseHolder; readonly epoch: number; readonly expiresAtMs: number };

export type LeaseClaim =
  | { readonly kind: "held"; readonly lease: Lease }
  | { readonly kind: "refused"; readonly lease: Lease };

/** One cycle's result, written in one transaction with the fence check. */
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

/** Index records that a cycle changed; kept apart from publishing because an unpublished change may still be indexed. */
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

/**
 * Rows that changed after a `seq`. `complete: false` means the gap is too old for the tombstones kept:
 * `rows` is then every row, and whoever asked replaces what it had.
 */
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
  /** For `failed`: why, and the sentence. */
  readonly reason: StaleReason | null;
  readonly detail: string | null;
  readonly tasks: number;
  /** How far it is, while it runs and takes long. */
  readonly progress?: CycleProgress | null;
};

/** Told now and then by work that takes long: how many of its records are done. */
export type StoreProgress = (done: number, total: number) => void;

export type TransitionQuery = {
  /** Transitions with a smaller id than this: the cursor to older pages. */
  readonly beforeId?: number;
  readonly sinceMs?: number;
  readonly key?: string;
  /** The group a task left or entered, or was in when a signal changed. */
  readonly group?: string;
  readonly owner?: string;
  readonly limit: number;
};

/**
 * Lets a process that starts tell that nothing has changed, without reading records or rows: a snapshot derived from
 * the same basis before `validUntilMs` is the same. Worth nothing once `seq` or `epoch` differ from what is published.
 */
export type ResumePoint = {
  readonly seq: number;
  readonly epoch: number;
  /** Everything the snapshot was derived from, as one text. */
  readonly basis: string;
  /** Null: time alone changes nothing. */
  readonly validUntilMs: number | null;
  /** When the snapshot files of this publication were last written; null when that is not known. */
  readonly filesWrittenAtMs: number | null;
  /** What a summary of it says. */
  readonly counts: Snapshot["counts"];
  readonly escalation: Snapshot["escalation"];
};

/** Dates of commits of files under `tasks/`, valid for one HEAD. */
export type CommitDates = {
  readonly head: string;
  /** Of the last commit that changed it; of files that are as HEAD has them. */
  readonly datesMs: ReadonlyMap<RelativePath, number>;
  /** Of the commit that added it. */
  readonly addedMs: ReadonlyMap<RelativePath, number>;
};

export type Store = RunStore &
  PullRequestStore & {
    /**
     * Single-statement claim: succeeds when free, expired, or already this holder's. A new holder gets a new epoch.
     * A refused claim cuts an expiry that is further than the holder's term ahead down to one term from now (R10).
     */
    claimLease(input: { holder: LeaseHolder; termMs: number; nowMs: number }): Promise<LeaseClaim>;
    /** False when the lease is no longer this epoch's. */
    renewLease(input: { epoch: number; termMs: number; nowMs: number }): Promise<boolean>;
    releaseLease(input: { epoch: number }): Promise<void>;
    readLease(): Promise<Lease | null>;

    /** A wish for a cycle from a process that does not hold the lease. Returns its id, growing. */
    requestRefresh(input: { nowMs: number }): Promise<number>;
    /** Newest wish not yet answered, or null. */
    pendingRefresh(): Promise<number | null>;
    /** Whether a cycle that began after that wish has ended, however it did. */
    isRefreshAnswered(input: { id: number }): Promise<boolean>;
    /** Marks wishes up to `id` as answered by a completed or failed cycle. */
    answerRefresh(input: { id: number }): Promise<void>;

    /** Refused for every epoch but the newest, and for that too once its lease was released. */
    publish(publication: Publication, onProgress?: StoreProgress): Promise<PublishResult>;
    /** False when refused by the fence. */
    attest(input: { epoch: number; attestation: Attestation }): Promise<boolean>;
    readPublished(): Promise<PublishedState | null>;
    /** In no order. After 0: every row, and no keys of gone ones. */
    readRows(afterSeq: number, onProgress?: StoreProgress): Promise<RowChanges>;
    readRow(key: string): Promise<TaskRow | null>;
    /** Rows whose slug is this: one, or all that share it. */
    readRowsBySlug(slug: string): Promise<readonly TaskRow[]>;

    /** A record with the same start replaces the earlier one: how a running cycle becomes a completed one. */
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
     * The store's bell: calls back at once when another process or handle has changed the store, and when that cannot be
     * ruled out; one's own changes of runs ring too, others may. What changes from this call on is never missed, what was before it is
     * not told: look once after it. Keeps no process alive. Returns how to stop.
     */
    onChange(listener: () => void): () => void;

    /** Sentences about what the store lost or had to do when it was opened (a corrupt file moved aside); shown once. */
    readonly notices: readonly string[];
    /** Drops history past its keep time: cycles 7 days, transitions and closed runs 90 days, tombstones. */
    prune(nowMs: number): Promise<void>;
    close(): Promise<void>;
  };
