// What the heartbeat keeps in memory between cycles, so that a warm cycle costs what changed and not what there is.
// All of it can be dropped: the next cycle restores it from the store.

import type { TreeIndex } from "../../core/contract/parsed-file.ts";
import type { Attestation, Repository, Snapshot } from "../../core/contract/snapshot.ts";
import { assembleSnapshot } from "../../core/publication/assemble.ts";
import { updateSnapshot } from "../../core/publication/update.ts";
import type { PullRequestsInput } from "../../core/pull-request/pull-requests-input.ts";
import type { RunsInput } from "../../core/run/run-facts.ts";
import type { BuiltSnapshot } from "../../core/snapshot/built-snapshot.ts";
import { diffRows } from "../../core/snapshot/diff.ts";
import { isoTime } from "../../core/text/iso-time.ts";
import type { CommitDates } from "../../ports/store/store.ts";
import { createRunsMemory, type RunsMemory } from "./runs-memory.ts";
import type { TreeMemory } from "./tree-memory.ts";

/** The newest publication, as this process made or restored it. */
export type PublishedMemory = {
  readonly built: BuiltSnapshot;
  readonly seq: number;
  readonly epoch: number;
  readonly publishedAtMs: number;
  readonly attestation: Attestation;
};

/** A publication as a whole snapshot of everyone, and the rows it was made of. */
export type AssembledPublication = {
  readonly snapshot: Snapshot;
  readonly rows: BuiltSnapshot["rows"];
};

/** From an earlier one only the rows that changed since are put in their places. */
export function assemblePublished(
  { built, seq, epoch, publishedAtMs }: PublishedMemory,
  before: AssembledPublication | null = null,
): AssembledPublication {
  const { header, rows } = built;
  const facts = { header, seq, epoch, publishedAt: isoTime(publishedAtMs) };
  const snapshot =
    before === null
      ? assembleSnapshot({ ...facts, rows: rows.values() })
      : updateSnapshot(before.snapshot, { ...facts, ...diffRows(before.rows, rows) });
  return { snapshot, rows };
}

/** What a snapshot was derived from: while all of it is the same, deriving again gives the same. */
export type Basis = {
  readonly index: TreeIndex;
  readonly repository: Repository;
  readonly commitDates: CommitDates | null;
  readonly runs: RunsInput;
  readonly pullRequests: PullRequestsInput;
};

export type HeartbeatMemory = {
  /** Null: not restored yet. */
  tree: TreeMemory | null;
  /** Another process may have written the index since: the store's is newer. */
  treeOutdated: boolean;
  /** `unknown`: to be restored from the store; null: nothing was ever published. */
  published: PublishedMemory | null | "unknown";
  /** Where tasks stood before the rows were lost, from the history of transitions; null when there is none. */
  ancestor: BuiltSnapshot | null;
  /** What `published.built` came from; null after a restore. */
  basis: Basis | null;
  commitDates: CommitDates | null;
  readonly runs: RunsMemory;
  /** The last full scan, by the monotonic clock. */
  scannedAtMs: number;
};

export function createHeartbeatMemory(): HeartbeatMemory {
  return {
    tree: null,
    treeOutdated: false,
    published: "unknown",
    ancestor: null,
    basis: null,
    commitDates: null,
    runs: createRunsMemory(),
    scannedAtMs: Number.NEGATIVE_INFINITY,
  };
}

/** Others may have published: the next cycle asks the store. The parsed tree stays, files are the truth about it. */
export function forgetPublished(memory: HeartbeatMemory): void {
  memory.published = "unknown";
  memory.basis = null;
}
