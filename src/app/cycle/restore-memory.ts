// A cold start: what the store kept becomes memory again. The parsed tree and the publication are restored apart,
// because after a failed write only the publication is in doubt.

import { SCHEMA_VERSION, type SnapshotHeader } from "../../core/contract/snapshot.ts";
import { NO_RUNS } from "../../core/run/run-facts.ts";
import type { BuiltSnapshot } from "../../core/snapshot/built-snapshot.ts";
import { restoreBuilt } from "../../core/snapshot/built-snapshot.ts";
import type { Move } from "../../core/snapshot/row-times.ts";
import type { Store, StoreProgress } from "../../ports/store/store.ts";
import type { CycleContext } from "./cycle-context.ts";
import type { HeartbeatMemory, PublishedMemory } from "./heartbeat-memory.ts";
import type { Pace } from "./pace.ts";
import { createTreeMemory, type TreeMemory } from "./tree-memory.ts";

/** More transitions than this are not searched for where tasks stood; it is what 10,000 tasks do in a few days. */
const MOVES_LOOK_BACK = 50_000;

/** Fills what is missing in memory from the store; does nothing in a warm cycle. */
export async function restoreMemory(
  { store }: CycleContext,
  memory: HeartbeatMemory,
  pace: Pace,
): Promise<{ readonly tree: TreeMemory; readonly previous: PublishedMemory | null }> {
  const onProgress = (done: number, total: number) => pace.note({ phase: "restoring", done, total });
  const { tree, isStored } = await restoreTree(store, memory, onProgress);
  memory.commitDates ??= await store.readCommitDates();
  if (memory.published === "unknown") {
    memory.published = await restorePublished(store, onProgress);
    memory.ancestor = memory.published === null ? await restoreMoves(store) : null;
    // A store without a snapshot is new, or had to start anew: it may lack the index too.
    if (memory.published === null && !isStored) tree.writeAll();
  }
  return { tree, previous: memory.published };
}

/** `isStored`: it has just been read, so the store has all of it. */
async function restoreTree(
  store: Store,
  memory: HeartbeatMemory,
  onProgress: StoreProgress,
): Promise<{ readonly tree: TreeMemory; readonly isStored: boolean }> {
  if (memory.tree !== null && !memory.treeOutdated) return { tree: memory.tree, isStored: false };
  const records = await store.readIndex(onProgress);
  // An empty index is worth less than the tree in memory, which holds the last good parses (R13).
  const isStored = memory.tree === null || records.length > 0;
  if (memory.tree === null || isStored) memory.tree = createTreeMemory(records);
  memory.treeOutdated = false;
  return { tree: memory.tree, isStored };
}

async function restorePublished(store: Store, onProgress: StoreProgress): Promise<PublishedMemory | null> {
  const published = await store.readPublished();
  if (published === null) return null;
  const { seq, epoch, publishedAtMs, attestation, header } = published;
  const { rows } = await store.readRows(0, onProgress);
  return { built: restoreBuilt({ header, rows }), seq, epoch, publishedAtMs, attestation };
}

/** The rows are lost, but not the history: it still says since when each task is in its group. */
async function restoreMoves(store: Store): Promise<BuiltSnapshot | null> {
  const moves = new Map<string, Move>();
  for (const transition of await store.readTransitions({ limit: MOVES_LOOK_BACK })) {
    if (transition.kind !== "moved" || transition.to === null || moves.has(transition.key)) continue;
    moves.set(transition.key, { group: transition.to, atMs: transition.atMs });
  }
  return moves.size === 0 ? null : restoreBuilt({ header: LOST_HEADER, rows: [], moves });
}

const LOST_HEADER: SnapshotHeader = {
  schema_version: SCHEMA_VERSION,
  repository: { name: "", branch: null, commit: null, default_branch: null, git: "none", notice: null },
  thresholds: {
    pickup_overdue_hours: 0,
    stuck_in_progress_hours: 0,
    doubt_percent: 0,
    look_closer_minutes: 0,
    idle_watch_minutes: 0,
    idle_person_minutes: 0,
    start_stalled_minutes: 0,
    grace_minutes: 0,
    review_overdue_hours: 0,
    reraise_hours: 0,
  },
  workstreams: [],
  milestones: [],
  initiatives: [],
  people: [],
  owners_checked: false,
  problems: [],
  doubts: [],
  dispatch: NO_RUNS.dispatch,
};
