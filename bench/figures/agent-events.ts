// P20: what agents that say a lot cost: 50 workers with 50 events a second each.

import { emptyNodeMs, runChild } from "../baselines.ts";
import type { Figure } from "../measure.ts";
import type { Bench } from "../suite.ts";
import type { Tree } from "../tree.ts";

type Costs = { readonly plainMs: number; readonly storedMs: number; readonly digestsMs: number };

export async function agentEventFigures(_: Tree, { newFolder }: Bench): Promise<Figure[]> {
  const { plainMs, storedMs, digestsMs } = runChild<Costs>("agent-events", newFolder());
  const common = { requirement: "P20", tasks: null, unit: "ms" } as const;
  return [
    {
      ...common,
      name: "processor time of 1,000 lines of an agent, understood and stored",
      value: storedMs,
      baseline: { name: "the same bytes as plain output", value: plainMs },
      target: { atMost: 6 },
    },
    {
      ...common,
      name: "reading what 50 agents do, in a cycle",
      value: digestsMs,
      baseline: { name: "an empty Node process", value: emptyNodeMs() },
      target: { atMost: 0.5 },
    },
  ];
}
