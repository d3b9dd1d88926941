// The parsed tree in memory, and what of it the store does not have yet. The store gets it after a publication, so that
// nothing waits for it, and now and then while very many files are read; if writing fails, it is kept for the next time.

import type { FileRead, FileRecord, TreeIndex } from "../../core/contract/parsed-file.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import { changedRecord, changeIndex } from "../../core/tree/update-index.ts";
import type { IndexChanges } from "../../ports/store/store.ts";

export type TreeMemory = {
  /** Keeps its identity while nothing changed. */
  index(): TreeIndex;
  /** Parses one file. The index shows it from `settle` on. */
  take(read: FileRead, nowMs: number): void;
  /** Puts into the index what was taken since the last time, and drops what is gone. */
  settle(gone: readonly RelativePath[]): void;
  /** At most this many records that the store lacks, or null. The caller writes them, or gives them back. */
  takeUnwritten(most: number): IndexChanges | null;
  hasUnwritten(): boolean;
  giveBack(changes: IndexChanges): void;
  /** The store may have lost its index: it gets all of it again. */
  writeAll(): void;
};

/** Starts from the records the store has; none for a tree never seen. */
export function createTreeMemory(restored: readonly FileRecord[]): TreeMemory {
  let index: TreeIndex = new Map(restored.map((record) => [record.stamp.path, record]));
  let taken: FileRecord[] = [];
  const changed = new Map<RelativePath, FileRecord>();
  const gone = new Set<RelativePath>();

  function note(record: FileRecord): void {
    changed.set(record.stamp.path, record);
    gone.delete(record.stamp.path);
  }

  function noteGone(path: RelativePath): void {
    changed.delete(path);
    gone.add(path);
  }

  const hasUnwritten = () => changed.size > 0 || gone.size > 0;

  return {
    index: () => index,
    take(read, nowMs) {
      const record = changedRecord(index, read, nowMs);
      if (record === null) return;
      taken.push(record);
      note(record);
    },
    settle(missing) {
      const known = missing.filter((path) => index.has(path));
      index = changeIndex(index, taken, known);
      taken = [];
      known.forEach(noteGone);
    },
    hasUnwritten,
    takeUnwritten(most) {
      if (!hasUnwritten()) return null;
      const changes = { changed: firstOf(changed.values(), most), gone: firstOf(gone, most) };
      for (const { stamp } of changes.changed) changed.delete(stamp.path);
      for (const path of changes.gone) gone.delete(path);
      return changes;
    },
    giveBack(changes) {
      // What was noted since is newer than what comes back.
      for (const record of changes.changed)
        if (!changed.has(record.stamp.path) && !gone.has(record.stamp.path)) note(record);
      for (const path of changes.gone) if (!changed.has(path)) gone.add(path);
    },
    writeAll: () => index.forEach(note),
  };
}

function firstOf<T>(items: Iterable<T>, most: number): T[] {
  const first: T[] = [];
  for (const item of items) {
    if (first.length === most) break;
    first.push(item);
  }
  return first;
}
