// The parsed tree in memory, and what of it the store does not have yet. The store gets it after a publication, so that
// nobody waits for it; if writing fails, it is kept for the next time.

import type { RelativePath } from "../core/task/task.ts";
import { applyReads } from "../core/tree/collect.ts";
import type { FileRead, FileRecord, TreeIndex } from "../core/tree/parsed-file.ts";
import type { IndexChanges } from "../ports/store.ts";

export type TreeMemory = {
  /** Keeps its identity while nothing changed. */
  index(): TreeIndex;
  apply(changes: {
    readonly reads: Iterable<FileRead>;
    readonly gone: readonly RelativePath[];
    readonly nowMs: number;
  }): void;
  /** What the store does not have yet, or null. Whoever takes it writes it, or gives it back. */
  takeUnwritten(): IndexChanges | null;
  giveBack(changes: IndexChanges): void;
  /** The store may have lost its index: it gets all of it again. */
  writeAll(): void;
};

/** Starts from the records the store has; none for a tree never seen. */
export function createTreeMemory(restored: readonly FileRecord[]): TreeMemory {
  let index: TreeIndex = new Map(restored.map((record) => [record.stamp.path, record]));
  const changed = new Map<RelativePath, FileRecord>();
  const gone = new Set<RelativePath>();

  function note(changes: IndexChanges): void {
    for (const record of changes.changed) {
      changed.set(record.stamp.path, record);
      gone.delete(record.stamp.path);
    }
    for (const path of changes.gone) {
      changed.delete(path);
      gone.add(path);
    }
  }

  function take(): IndexChanges | null {
    if (changed.size === 0 && gone.size === 0) return null;
    const changes = { changed: [...changed.values()], gone: [...gone] };
    changed.clear();
    gone.clear();
    return changes;
  }

  return {
    index: () => index,
    apply({ reads, gone: missing, nowMs }) {
      const applied = applyReads({ index, reads, gone: missing, nowMs });
      index = applied.index;
      note(applied);
    },
    takeUnwritten: take,
    giveBack(changes) {
      // What was noted since is newer than what comes back.
      const since = take();
      note(changes);
      if (since !== null) note(since);
    },
    writeAll: () => note({ changed: [...index.values()], gone: [] }),
  };
}
