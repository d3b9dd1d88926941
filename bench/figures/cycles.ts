// P1, P2, P10: cycles inside one process, against R(n).

import { runChild } from "../baselines.ts";
import { type Figure, median, quantile } from "../measure.ts";
import type { Tree } from "../tree.ts";

/** A cold cycle is run this often, each time in a process of its own with an empty store. */
const COLD_ROUNDS = 5;

type Cycles = {
  readonly coldMs: number;
  readonly idleMs: number[];
  readonly oneFileMs: number[];
  readonly scanMs: number[];
  readonly pullMs: number[];
};

export function cycleFigures(tree: Tree): Figure[] {
  const cold = Array.from({ length: COLD_ROUNDS }, () =>
    runChild<{ coldMs: number }>("cycles", tree.root, "cold"),
  );
  const warm = runChild<Cycles>("cycles", tree.root, "all", String(tree.paths.length));
  const common = {
    tasks: tree.paths.length,
    unit: "ms",
    baseline: { name: "R(n): reading the files", value: tree.readingMs },
  } as const;
  return [
    {
      ...common,
      requirement: "P1",
      name: "cold heartbeat, committed and indexed",
      value: median(cold.map(({ coldMs }) => coldMs)),
      target: { atMost: 4 },
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
