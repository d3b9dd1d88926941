// The store in memory: the model that the other adapters are measured against, and what tests use as a store.
// It keeps the same promises (test/contract/), and forgets everything when it is dropped.

import type { ActionChange, ActivityChange, ActivityEvent } from "../../src/core/contract/activity.ts";
import type { FileRecord } from "../../src/core/contract/parsed-file.ts";
import type { Attestation, TaskRow } from "../../src/core/contract/snapshot.ts";
import type { RelativePath } from "../../src/core/contract/task.ts";
import type {
  CommitDates,
  CycleRecord,
  Lease,
  LeaseClaim,
  LeaseHolder,
  Publication,
  PublishedState,
  PublishResult,
  ResumePoint,
  RowChanges,
  Store,
  TransitionQuery,
} from "../../src/ports/store/store.ts";
import {
  CYCLES_KEEP_COUNT,
  CYCLES_KEEP_MS,
  TOMBSTONES_KEEP_COUNT,
  TRANSITIONS_KEEP_COUNT,
  TRANSITIONS_KEEP_MS,
} from "../../src/ports/store/store-limits.ts";
import { withListeners } from "./memory-listeners.ts";
import {
  createMemoryNight,
  ledgerMethods,
  type MemoryNight,
  notificationMethods,
  pauseMethods,
  pruneNight,
} from "./memory-night.ts";
import { pullRequestMethods } from "./memory-pull-requests.ts";
import { createMemoryRuns, type MemoryRuns, pruneRuns, runMethods } from "./memory-runs.ts";

type StoredRow = { readonly row: TaskRow; readonly seq: number };

/** Everything that is stored. A lease without holder has been released; its epoch is never used again. */
type Contents = {
  lease: { epoch: number; holder: LeaseHolder | null; expiresAtMs: number; termMs: number };
  newestRequest: number;
  answeredRequest: number;
  published: PublishedState | null;
  rows: Map<string, StoredRow>;
  /** Key to the `seq` that removed it, oldest first. */
  tombstones: Map<string, number>;
  /** Up to this `seq` tombstones have been dropped. */
  tombstoneFloor: number;
  transitions: ActivityEvent[];
  newestTransition: number;
  cycles: Map<number, CycleRecord>;
  files: Map<RelativePath, FileRecord>;
  commitDates: CommitDates | null;
  resumePoint: ResumePoint | null;
  readonly runs: MemoryRuns;
  readonly night: MemoryNight;
};

/** A store that lives as long as this object; share it between the processes a test plays. */
export function createMemoryStore(): Store {
  const contents: Contents = {
    lease: { epoch: 0, holder: null, expiresAtMs: 0, termMs: 0 },
    newestRequest: 0,
    answeredRequest: 0,
    published: null,
    rows: new Map(),
    tombstones: new Map(),
    tombstoneFloor: 0,
    transitions: [],
    newestTransition: 0,
    cycles: new Map(),
    files: new Map(),
    commitDates: null,
    resumePoint: null,
    runs: createMemoryRuns(),
    night: createMemoryNight(),
  };
  const appendAction = (action: ActionChange) =>
    appendTransitions(contents, [action], contents.published?.seq ?? 0);
  const recordRunsChange = (action?: ActionChange) => {
    contents.runs.version += 1;
    if (action !== undefined) appendAction(action);
  };
  return withListeners({
    ...leaseMethods(contents),
    ...refreshMethods(contents),
    ...snapshotMethods(contents),
    ...historyMethods(contents),
    ...indexMethods(contents),
    ...runMethods(contents.runs, appendAction),
    ...pullRequestMethods((epoch) => holdsLease(contents, epoch), recordRunsChange),
    ...pauseMethods(contents.night, recordRunsChange),
    ...ledgerMethods(contents.night),
    ...notificationMethods(contents.night),
    notices: [],
    prune: async (nowMs) => prune(contents, nowMs),
    close: async () => {},
  });
}

function leaseMethods(contents: Contents) {
  return {
    claimLease: async (input: {
      holder: LeaseHolder;
      termMs: number;
      nowMs: number;
    }): Promise<LeaseClaim> => {
      const { epoch, holder, expiresAtMs, termMs } = contents.lease;
      const mine = holder?.id === input.holder.id;
      if (holder !== null && !mine && expiresAtMs > input.nowMs) {
        // An expiry further ahead than a term was written by another clock: it may block for one term, not forever.
        contents.lease.expiresAtMs = Math.min(expiresAtMs, input.nowMs + termMs);
        return { kind: "refused", lease: { holder, epoch, expiresAtMs: contents.lease.expiresAtMs } };
      }
      const lease: Lease = {
        holder: input.holder,
        epoch: mine ? epoch : epoch + 1,
        expiresAtMs: input.nowMs + input.termMs,
      };
      contents.lease = { ...lease, termMs: input.termMs };
      return { kind: "held", lease };
    },
    renewLease: async (input: { epoch: number; termMs: number; nowMs: number }) => {
      if (!holdsLease(contents, input.epoch)) return false;
      contents.lease.expiresAtMs = input.nowMs + input.termMs;
      contents.lease.termMs = input.termMs;
      return true;
    },
    releaseLease: async (input: { epoch: number }) => {
      if (contents.lease.epoch === input.epoch) contents.lease.holder = null;
    },
    readLease: async (): Promise<Lease | null> => {
      const { holder, epoch, expiresAtMs } = contents.lease;
      return holder === null ? null : { holder, epoch, expiresAtMs };
    },
  };
}

function holdsLease(contents: Contents, epoch: number): boolean {
  return contents.lease.epoch === epoch && contents.lease.holder !== null;
}

function refreshMethods(contents: Contents) {
  return {
    requestRefresh: async () => {
      contents.newestRequest += 1;
      return contents.newestRequest;
    },
    pendingRefresh: async () =>
      contents.newestRequest > contents.answeredRequest ? contents.newestRequest : null,
    isRefreshAnswered: async ({ id }: { id: number }) => id <= contents.answeredRequest,
    answerRefresh: async ({ id }: { id: number }) => {
      contents.answeredRequest = Math.max(contents.answeredRequest, Math.min(id, contents.newestRequest));
    },
  };
}

function snapshotMethods(contents: Contents) {
  return {
    publish: async (publication: Publication): Promise<PublishResult> => {
      if (!holdsLease(contents, publication.epoch)) {
        return { kind: "refused", newestEpoch: contents.lease.epoch };
      }
      const seq = (contents.published?.seq ?? 0) + 1;
      replaceRows(contents, publication, seq);
      appendTransitions(contents, publication.transitions, seq);
      const { epoch, header, attestation, nowMs } = publication;
      contents.published = { seq, epoch, publishedAtMs: nowMs, header, attestation };
      return { kind: "published", seq };
    },
    attest: async ({ epoch, attestation }: { epoch: number; attestation: Attestation }) => {
      if (!holdsLease(contents, epoch)) return false;
      if (contents.published !== null) contents.published = { ...contents.published, attestation };
      return true;
    },
    readPublished: async () => contents.published,
    readRows: async (afterSeq: number) => readRows(contents, afterSeq),
    readRow: async (key: string) => contents.rows.get(key)?.row ?? null,
    readRowsBySlug: async (slug: string) =>
      allRows(contents)
        .filter((row) => row.slug === slug)
        .sort(byKey),
  };
}

function replaceRows(contents: Contents, publication: Publication, seq: number): void {
  for (const key of publication.goneKeys) {
    if (!contents.rows.delete(key)) continue;
    contents.tombstones.set(key, seq);
  }
  for (const row of publication.changedRows) {
    contents.tombstones.delete(row.key);
    contents.rows.set(row.key, { row, seq });
  }
}

function readRows(contents: Contents, afterSeq: number): RowChanges {
  const newestSeq = contents.published?.seq ?? 0;
  if (afterSeq <= 0) return { rows: allRows(contents), goneKeys: [], complete: true };
  if (afterSeq < contents.tombstoneFloor || afterSeq > newestSeq) {
    return { rows: allRows(contents), goneKeys: [], complete: false };
  }
  const rows = [...contents.rows.values()].filter(({ seq }) => seq > afterSeq).map(({ row }) => row);
  const goneKeys = [...contents.tombstones].filter(([, seq]) => seq > afterSeq).map(([key]) => key);
  return { rows, goneKeys, complete: true };
}

function allRows(contents: Contents): TaskRow[] {
  return [...contents.rows.values()].map(({ row }) => row);
}

function byKey(a: TaskRow, b: TaskRow): number {
  return a.key < b.key ? -1 : 1;
}

function appendTransitions(contents: Contents, changes: readonly ActivityChange[], seq: number): void {
  for (const change of changes) {
    contents.newestTransition += 1;
    contents.transitions.push({ ...change, id: contents.newestTransition, seq });
  }
}

function historyMethods(contents: Contents) {
  return {
    recordCycle: async (record: CycleRecord) => {
      contents.cycles.set(record.startedAtMs, record);
    },
    readCycles: async (limit: number) =>
      [...contents.cycles.values()].sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, limit),
    readTransitions: async (query: TransitionQuery) =>
      contents.transitions
        .filter((transition) => matches(transition, query))
        .reverse()
        .slice(0, query.limit),
  };
}

function matches(transition: ActivityEvent, query: TransitionQuery): boolean {
  return (
    (query.beforeId === undefined || transition.id < query.beforeId) &&
    (query.sinceMs === undefined || transition.atMs >= query.sinceMs) &&
    (query.key === undefined || transition.key === query.key) &&
    (query.owner === undefined || transition.owner === query.owner) &&
    (query.group === undefined || touchesGroup(transition, query.group))
  );
}

function touchesGroup(transition: ActivityEvent, group: string): boolean {
  return transition.kind === "moved"
    ? transition.from === group || transition.to === group
    : transition.group === group;
}

function indexMethods(contents: Contents) {
  return {
    readIndex: async () => [...contents.files.values()],
    writeIndex: async (changes: { changed: readonly FileRecord[]; gone: readonly RelativePath[] }) => {
      for (const path of changes.gone) contents.files.delete(path);
      for (const record of changes.changed) contents.files.set(record.stamp.path, record);
    },
    readCommitDates: async () => contents.commitDates,
    writeCommitDates: async (dates: CommitDates) => {
      contents.commitDates = dates;
    },
    readResumePoint: async () => contents.resumePoint,
    writeResumePoint: async (point: ResumePoint) => {
      contents.resumePoint = point;
    },
  };
}

function prune(contents: Contents, nowMs: number): void {
  const newestCycles = [...contents.cycles.values()]
    .filter(({ startedAtMs }) => startedAtMs >= nowMs - CYCLES_KEEP_MS)
    .sort((a, b) => a.startedAtMs - b.startedAtMs)
    .slice(-CYCLES_KEEP_COUNT);
  contents.cycles = new Map(newestCycles.map((record) => [record.startedAtMs, record]));
  contents.transitions = contents.transitions
    .filter(({ atMs }) => atMs >= nowMs - TRANSITIONS_KEEP_MS)
    .slice(-TRANSITIONS_KEEP_COUNT);
  const tombstones = [...contents.tombstones].sort(([, a], [, b]) => a - b);
  const dropped = tombstones.slice(0, Math.max(0, tombstones.length - TOMBSTONES_KEEP_COUNT));
  for (const [key, seq] of dropped) {
    contents.tombstones.delete(key);
    contents.tombstoneFloor = Math.max(contents.tombstoneFloor, seq);
  }
  pruneRuns(contents.runs, nowMs);
  pruneNight(contents.night, nowMs);
}
