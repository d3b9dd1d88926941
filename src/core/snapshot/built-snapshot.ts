import type { SnapshotHeader, TaskRow } from "../contract/snapshot.ts";
import type { Entry } from "./entry.ts";
import type { InputName } from "./entry-inputs.ts";
import type { Move } from "./row-times.ts";
import type { BuildFacts, Sources } from "./sources.ts";

export type BuiltSnapshot = {
  readonly header: SnapshotHeader;
  /** By key. A row's identity is kept while nothing about its task changed. */
  readonly rows: ReadonlyMap<string, TaskRow>;
  /** Until then the same facts build the same; null when time alone changes nothing. */
  readonly nextChangeMs: number | null;
  /** Last known groups of tasks whose rows were lost; empty once built. */
  readonly moves: ReadonlyMap<string, Move>;
  /** What rows were made from; null for a snapshot that came from the store. Only building looks inside. */
  readonly memory: BuildMemory | null;
};

export type BuildMemory = {
  readonly sources: Sources;
  /** Parallel to the tasks of the tree. */
  readonly entries: readonly Entry[];
  /** A detector was in doubt: signals of some rows may be held back because of others. */
  readonly isDoubted: boolean;
  readonly builtMs: number;
};

export type BuildInput = BuildFacts & {
  readonly previous: BuiltSnapshot | null;
  readonly nowMs: number;
  /** Inputs that decide whether a row is kept: all of them, except where a test shows what happens without one. */
  readonly compared?: readonly InputName[];
};

export const NO_MOVES: ReadonlyMap<string, Move> = new Map();

/** What a process that starts knows from the store. The next build keeps every row of it that is still true. */
export function restoreBuilt(stored: {
  readonly header: SnapshotHeader;
  readonly rows: Iterable<TaskRow>;
  readonly moves?: ReadonlyMap<string, Move>;
}): BuiltSnapshot {
  const rows = new Map<string, TaskRow>();
  for (const row of stored.rows) rows.set(row.key, row);
  return { header: stored.header, rows, nextChangeMs: 0, moves: stored.moves ?? NO_MOVES, memory: null };
}
