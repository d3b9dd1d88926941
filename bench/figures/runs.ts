// P16: many runs at once on one machine: what a start costs, and what each live run adds to a cycle.

import { emptyNodeMs, runChild } from "../baselines.ts";
import type { Figure } from "../measure.ts";
import type { Bench } from "../suite.ts";
import type { Tree } from "../tree.ts";

const FEW = 10;
const MANY = 50;
const MOST = 200;
const TASKS = 400;

/** By the number of live runs. */
type Runs = {
  readonly startMs: Readonly<Record<string, number>>;
  readonly cycleMs: Readonly<Record<string, number>>;
  /** Of a cycle, used by the process that runs it. */
  readonly processorMs: Readonly<Record<string, number>>;
};

/** The repository is its own. */
export async function runFigures(_: Tree, { newFolder, effort }: Bench): Promise<Figure[]> {
  const emptyBefore = emptyNodeMs();
  const { startMs, cycleMs, processorMs } = runChild<Runs>("runs", newFolder(), effort.liveRuns.join(","));
  const empty = (emptyBefore + emptyNodeMs()) / 2;
  const at = (record: Readonly<Record<string, number>>, live: number) => record[live] ?? Number.NaN;
  /**
   * What one more live run adds, between two numbers of them: what all cycles have in common falls out. In processor time
   * of the runner alone: 200 supervisors and workers that share two cores with it make each cycle wait, whatever it does.
   */
  const added = (from: number, to: number) => (at(processorMs, to) - at(processorMs, from)) / (to - from);
  const common = { requirement: "P16", tasks: TASKS, unit: "ms" } as const;
  const figures: Figure[] = [
    {
      ...common,
      name: "one start of 50: worktree, supervisor, worker at work",
      value: at(startMs, MANY),
      baseline: { name: "an empty Node process", value: empty },
      target: { atMost: 8 },
    },
    {
      ...common,
      name: "a cycle with 50 live runs",
      value: at(cycleMs, MANY),
      baseline: { name: "an empty Node process", value: empty },
      target: { atMost: 2 },
    },
  ];
  if (!effort.liveRuns.includes(MOST)) return figures;
  return [
    ...figures,
    {
      ...common,
      name: "processor time that a live run adds to a cycle, from 50 to 200",
      value: added(MANY, MOST),
      baseline: { name: "from 10 to 50", value: added(FEW, MANY) },
      target: { atMost: 1.2 },
    },
  ];
}
