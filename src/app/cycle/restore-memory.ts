// A cold start: what the store kept becomes memory again. The parsed tree and the publication are restored apart,
// because only the publication is in doubt after a failed write.

import { buildFromFiles } from "../../core/snapshot/build-from-files.ts";
import { type BuiltSnapshot, restoreBuilt } from "../../core/snapshot/built-snapshot.ts";
import type { Move } from "../../core/snapshot/row-times.ts";
import type { Store, StoreProgress } from "../../ports/store/store.ts";
import type { CycleContext } from "./cycle-context.ts";
import type { HeartbeatMemory, PublishedMemory } from "./heartbeat-memory.ts";
import type { Pace } from "./pace.ts";
import { createTreeMemory, type TreeMemory } from "./tree-memory.ts";

/** At most this many transitions are searched for the last groups of tasks: what 10,000 tasks do in a few days. */
const MOVES_LOOK_BACK = 50_000;

/** Fills what is missing in memory from the store; does nothing in a warm cycle. */
export async function restoreMemory(
  context: CycleContext,
  memory: HeartbeatMemory,
  pace: Pace,
): Promise<{ readonly tree: TreeMemory; readonly previous: PublishedMemory | null }> {
  const { store } = context;
  const onProgress = (done: number, total: number) => pace.note({ phase: "restoring", done, total });
  const { tree, isStored } = await restoreTree(store, memory, onProgress);
  memory.commitDates ??= await store.readCommitDates();
  if (memory.published === "unknown") {
    memory.published = await restorePublished(store, onProgress);
    memory.ancestor = memory.published === null ? await restoreMoves(context) : null;
    // A store without a snapshot is new or was rebuilt: it may lack the index too.
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

/** The rows are lost, but not the history: an empty tree whose tasks were last seen in these groups. */
async function restoreMoves({ store, config, clock }: CycleContext): Promise<BuiltSnapshot | null> {
  const moves = new Map<string, Move>();
  for (const event of await store.readTransitions({ limit: MOVES_LOOK_BACK })) {
    if (event.kind !== "moved" || event.to === null || moves.has(event.key)) continue;
    moves.set(event.key, { group: event.to, atMs: event.atMs });
  }
  if (moves.size === 0) return null;
  const { thresholds } = config;
  const { header } = buildFromFiles({ index: new Map(), thresholds, nowMs: clock.wallMs() });
  return restoreBuilt({ header, rows: [], moves });
}
