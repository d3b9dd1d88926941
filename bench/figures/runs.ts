// P16: fifty runs at once on one machine: what a start costs, and what each live run adds to a cycle.

import { join } from "node:path";
import { emptyNodeMs, runChild } from "../baselines.ts";
import type { Figure } from "../measure.ts";

type Runs = {
  readonly startMs: number;
  /** By the number of live runs: of a cycle, and of what it spends on looking at them. */
  readonly cycleMs: Readonly<Record<string, number>>;
  readonly witnessMs: Readonly<Record<string, number>>;
};

/** `folder` must not exist yet: a repository is made in it. */
export function runFigures(scratch: string): Figure[] {
  const { startMs, cycleMs, witnessMs } = runChild<Runs>("runs", join(scratch, "runs"));
  const perRun = (live: number) => (witnessMs[live] ?? Number.NaN) / live;
  return [
    {
      requirement: "P16",
      name: "one start of 50: worktree, supervisor, worker at work",
      tasks: 400,
      value: startMs,
      unit: "ms",
      baseline: { name: "an empty Node process", value: emptyNodeMs() },
      target: { atMost: 8 },
    },
    {
      requirement: "P16",
      name: "what a live run costs a cycle, at 50 runs against at 10",
      tasks: 400,
      // Timed by itself: the difference of two whole cycles drowns in what they have in common.
      value: perRun(50),
      unit: "ms",
      baseline: { name: "at 10 runs", value: perRun(10) },
      target: { atMost: 1.2 },
    },
    {
      requirement: "P16",
      name: "a cycle with 50 live runs",
      tasks: 400,
      value: cycleMs["50"] ?? Number.NaN,
      unit: "ms",
      baseline: { name: "an empty Node process", value: emptyNodeMs() },
      target: { atMost: 2 },
    },
  ];
}
