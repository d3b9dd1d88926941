// P1, P2, P10: cycles inside one process, against R(n).

import { readingMs, runChild } from "../baselines.ts";
import { type Figure, inPairs, median, quantile } from "../measure.ts";
import type { Bench } from "../suite.ts";
import type { Tree } from "../tree.ts";

/** Readings beside one cold cycle; their median is less noisy than one of them. */
const READINGS_PER_PAIR = 3;

type Cycles = {
  readonly idleMs: number[];
  readonly oneFileMs: number[];
  readonly scanMs: number[];
  readonly pullMs: number[];
};

export async function cycleFigures(tree: Tree, { effort }: Bench): Promise<Figure[]> {
  const baselineName = "R(n): reading the files";
  // Each in a process of its own with an empty store.
  const cold = await inPairs(effort.coldRounds, {
    ours: () => runChild<{ coldMs: number }>("cycles", tree.root, "cold").coldMs,
    theirs: () => readingMs(tree, READINGS_PER_PAIR),
  });
  const warm = runChild<Cycles>("cycles", tree.root, "all", String(tree.paths.length));
  const common = {
    tasks: tree.paths.length,
    unit: "ms",
    baseline: { name: baselineName, value: readingMs(tree) },
  } as const;
  return [
    {
      ...common,
      requirement: "P1",
      name: "cold heartbeat, committed and indexed",
      value: cold.ours,
      baseline: { name: baselineName, value: cold.theirs },
      pairedRatio: cold.ratio,
      target: { atMost: 6 },
    },
    {
      ...common,
      requirement: "P2",
      name: "warm cycle, one file changed",
      value: median(warm.oneFileMs),
      target: { atMost: 0.5 },
    },
    {
      ...common,
      requirement: "P2",
      name: "warm cycle, nothing changed",
      value: median(warm.idleMs),
      target: { atMost: 0.1 },
    },
    {
      ...common,
      requirement: "P2",
      name: "cycle with a full scan",
      value: median(warm.scanMs),
      target: { atMost: 1 },
    },
    {
      ...common,
      requirement: "P10",
      name: "200 files rewritten at once, cycle",
      value: quantile(warm.pullMs, 0.95),
      target: { atMost: 6 },
    },
  ];
}
