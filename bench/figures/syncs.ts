// P9: what four hundred pull requests cost at GitHub, counted, and in a cycle, timed.

import { runChild } from "../baselines.ts";
import { type Figure, median } from "../measure.ts";
import type { Bench } from "../suite.ts";
import type { Tree } from "../tree.ts";

const TASKS = 400;
/** What GitHub grants to a token in an hour. */
const POINTS_PER_HOUR = 5_000;

type SyncCosts = {
  /** Until all was known: one right after the other. */
  readonly rounds: readonly { readonly requests: number }[];
  readonly unchanged: { readonly requests: number; readonly conditional: number; readonly points: number };
  readonly hour: { readonly points: number };
  readonly plainMs: readonly number[];
  readonly linkedMs: readonly number[];
};

/** The trees are its own. */
export async function syncFigures(_: Tree, bench: Bench): Promise<Figure[]> {
  const costs = runChild<SyncCosts>("syncs", bench.newFolder(), String(TASKS));
  const { rounds, unchanged, hour, plainMs, linkedMs } = costs;
  const common = { requirement: "P9", tasks: TASKS } as const;
  const counted = { ...common, unit: "requests", baseline: null } as const;
  return [
    {
      ...counted,
      name: "largest sync round of the first",
      value: Math.max(...rounds.map(({ requests }) => requests)),
      target: { atMost: 10 },
    },
    {
      ...counted,
      name: "rounds until all are known",
      value: rounds.length,
      unit: "rounds",
      target: null,
    },
    {
      ...counted,
      name: "round without changes, not conditional",
      value: unchanged.requests - unchanged.conditional,
      target: { atMost: 0 },
    },
    {
      ...counted,
      name: "round without changes, taken from the budget",
      value: unchanged.points,
      unit: "points",
      target: { atMost: 0 },
    },
    {
      ...common,
      name: "an hour without changes, the first rounds too",
      value: hour.points,
      unit: "points",
      baseline: { name: "what a token has in an hour", value: POINTS_PER_HOUR },
      target: null,
    },
    {
      ...common,
      name: "warm cycle, 400 pull requests linked",
      value: median(linkedMs),
      unit: "ms",
      baseline: { name: "the same without any", value: median(plainMs) },
      target: null,
    },
  ];
}
