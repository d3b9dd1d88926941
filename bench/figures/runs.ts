// P16: fifty runs at once on one machine: what a start costs, and what each live run adds to a cycle.

import { join } from "node:path";
import { emptyNodeMs, runChild } from "../baselines.ts";
import type { Figure } from "../measure.ts";

type Runs = { readonly startMs: number; readonly cycleMs: Readonly<Record<string, number>> };

/** `folder` must not exist yet: a repository is made in it. */
export function runFigures(scratch: string): Figure[] {
  const { startMs, cycleMs } = runChild<Runs>("runs", join(scratch, "runs"));
  const [none = 0, ten = 0, fifty = 0] = [cycleMs["0"], cycleMs["10"], cycleMs["50"]];
  const perRunAtTen = (ten - none) / 10;
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
      name: "what a live run adds to a cycle, at 50 runs against at 10",
      tasks: 400,
      value: (fifty - none) / 50,
      unit: "ms",
      baseline: { name: "at 10 runs", value: perRunAtTen },
      target: { atMost: 1.2 },
    },
    {
      requirement: "P16",
      name: "a cycle with 50 live runs",
      tasks: 400,
      value: fifty,
      unit: "ms",
      baseline: { name: "an empty Node process", value: emptyNodeMs() },
      target: { atMost: 2 },
    },
  ];
}
