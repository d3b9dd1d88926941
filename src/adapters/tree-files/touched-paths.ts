// Collects what watches report in bounded memory: exact paths while they are few, then only their folders, then just
// the fact that it was too much (R12).

import type { RelativePath } from "../../core/contract/task.ts";

/** More than an editor or an agent touches at once; beyond it, listing a folder is cheaper than single files. */
const PATHS_MAX = 512;

/**
 * The kernel drops events when its queue is full, and libuv does not report that. A full queue arrives as that many
 * events at once, so far fewer between two calls of `take` already count as lost. The kernel's default is 16,384.
 */
const EVENTS_MAX = 4_096;

export type TouchedPaths = {
  /** Every event counts, even for files that are not ours: it took a place in the kernel's queue. */
  count(): void;
  add(path: string): void;
  /** Until the next `take`, everything counts as touched. */
  lose(): void;
  /** Touched since the last call; null for everything. */
  take(): readonly RelativePath[] | null;
};

/** Starts as lost: before the first `take` nothing is known. */
export function createTouchedPaths(): TouchedPaths {
  let paths = new Set<string>();
  let events = 0;
  let coarse = false;
  let lost = true;

  function makeCoarse(): void {
    coarse = true;
    paths = new Set([...paths].map(parentOf));
  }

  function lose(): void {
    lost = true;
    paths.clear();
  }

  return {
    lose,
    count() {
      events += 1;
      if (events > EVENTS_MAX) lose();
    },
    add(path) {
      if (lost) return;
      paths.add(coarse ? parentOf(path) : path);
      if (paths.size > PATHS_MAX) makeCoarse();
      if (paths.size > PATHS_MAX) lose();
    },
    take() {
      const taken = lost ? null : ([...paths] as RelativePath[]);
      paths.clear();
      events = 0;
      coarse = false;
      lost = false;
      return taken;
    },
  };
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? path : path.slice(0, slash);
}
