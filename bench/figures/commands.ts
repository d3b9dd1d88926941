// P4, P11: whole processes of the built command.

import { join } from "node:path";
import { emptyNodeMs, processMs, readingMs, root } from "../baselines.ts";
import { type Figure, inPairs, median } from "../measure.ts";
import type { Bench } from "../suite.ts";
import { type Tree, taskPath } from "../tree.ts";

const bin = join(root, "bin/tasks.js");
/** Before a command is timed: its code is compiled and cached, its index warm. */
const WARM_UP_ROUNDS = 2;
const SMALLEST = 1_000;

/** `tasks heartbeat` on a warm index with nothing changed and no runner alive. */
export async function heartbeatFigures(tree: Tree, { effort }: Bench): Promise<Figure[]> {
  const args = [bin, "heartbeat", "--repo", tree.root];
  processMs(args, WARM_UP_ROUNDS);
  const empty = emptyNodeMs();
  const value = median(processMs(args, effort.processRounds));
  return [
    {
      requirement: "P4",
      name: "tasks heartbeat, whole process",
      tasks: tree.paths.length,
      value,
      unit: "ms",
      baseline: {
        name: "6 empty Node processes + 1.5 R(n)",
        value: 3 * (empty + emptyNodeMs()) + 1.5 * readingMs(tree),
      },
      target: { atMost: 1 },
    },
  ];
}

/** `tasks show` on this tree against the smallest: it must not depend on how many tasks there are. */
export async function showFigures(tree: Tree, bench: Bench): Promise<Figure[]> {
  const show = ({ root }: Tree) => {
    const slug = taskPath(7).split("/").at(-1)?.replace(".md", "") ?? "";
    return [bin, "show", slug, "--repo", root];
  };
  const smallest = bench.tree(SMALLEST);
  for (const each of [tree, smallest]) {
    processMs([bin, "heartbeat", "--repo", each.root], 1);
    processMs(show(each), WARM_UP_ROUNDS);
  }
  const pairs = await inPairs(bench.effort.processRounds, {
    ours: () => median(processMs(show(tree), 1)),
    theirs: () => median(processMs(show(smallest), 1)),
  });
  return [
    {
      requirement: "P11",
      name: "tasks show, largest tree against smallest",
      tasks: tree.paths.length,
      value: pairs.ours,
      unit: "ms",
      baseline: { name: `the same with ${SMALLEST} tasks`, value: pairs.theirs },
      pairedRatio: pairs.ratio,
      target: { atMost: 1.2 },
    },
  ];
}
