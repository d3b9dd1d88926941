// What a benchmark is made of: suites of figures, each taken on trees of some sizes, with more or less effort.

import type { Figure, Untaken } from "./measure.ts";
import type { Tree } from "./tree.ts";

export type Suite = {
  readonly name: string;
  readonly requirements: readonly string[];
  /** Numbers of tasks it is taken at. A suite that brings its own tree names one size and ignores the tree. */
  readonly sizes: readonly number[];
  /** Those of them at which the guard takes it: what is stable on a shared machine with two cores, and soon done. */
  readonly guardedSizes: readonly number[];
  /** Takes the figures; safe to call again. What it throws is why its figures are missing. */
  readonly take: (tree: Tree, bench: Bench) => Promise<readonly (Figure | Untaken)[]>;
};

export type Bench = {
  /** For what a suite makes; a folder of its own for each call. */
  readonly newFolder: () => string;
  /** A fresh tree of that many tasks: without a store, and without edits of an earlier figure. */
  readonly tree: (tasks: number) => Tree;
  readonly effort: Effort;
};

/** How often and how long things are measured. The guard compares ratios of these with ratios of those. */
export type Effort = {
  /** Cold cycles, each beside a reading of the files. */
  readonly coldRounds: number;
  /** Whole processes of a command. */
  readonly processRounds: number;
  /** Pairs of loads, ours and the bare server's. */
  readonly loadPairs: number;
  readonly loadSeconds: number;
  /** A full scan falls due once in so long: neither none nor two are measured. */
  readonly idleSeconds: number;
  /** Live runs beside which cycles are timed; starts are timed on the way to 50. */
  readonly liveRuns: readonly number[];
};

export const WHOLE: Effort = {
  coldRounds: 7,
  processRounds: 9,
  loadPairs: 5,
  loadSeconds: 1,
  idleSeconds: 30,
  liveRuns: [10, 50, 200],
};

export const GUARD: Effort = {
  coldRounds: 5,
  processRounds: 7,
  loadPairs: 3,
  loadSeconds: 0.5,
  idleSeconds: 30,
  liveRuns: [10, 50],
};
