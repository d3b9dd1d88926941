// P24: an edit in a tree whose tasks hang together, against the same edit in a usual one.

import { runChild } from "../baselines.ts";
import type { Figure } from "../measure.ts";
import type { Tree } from "../tree.ts";

type Shapes = { readonly plain: number; readonly circle: number; readonly hub: number };

/** As many tasks as the tree has; the files are not needed. */
export async function shapeFigures(tree: Tree): Promise<Figure[]> {
  const tasks = tree.paths.length;
  const { plain, circle, hub } = runChild<Shapes>("shapes", String(tasks));
  const common = {
    requirement: "P24",
    tasks,
    unit: "ms",
    baseline: { name: "the same in a tree of chains", value: plain },
    target: { atMost: 2 },
  } as const;
  return [
    { ...common, name: "derive after an edit, all tasks in one circle", value: circle },
    { ...common, name: "derive after an edit of what half of the tasks depend on", value: hub },
  ];
}
