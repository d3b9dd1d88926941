// P4, P11: whole processes of the built command.

import { join } from "node:path";
import { emptyNodeMs, processMs, root } from "../baselines.ts";
import { type Figure, median } from "../measure.ts";
import { type Tree, taskPath } from "../tree.ts";

const bin = join(root, "bin/tasks.js");

/** `tasks heartbeat` on a warm index with nothing changed and no runner alive. */
export function heartbeatFigure(tree: Tree): Figure {
  const args = [bin, "heartbeat", "--repo", tree.root];
  processMs(args, 2);
  return {
    requirement: "P4",
    name: "tasks heartbeat, whole process",
    tasks: tree.paths.length,
    value: median(processMs(args)),
    unit: "ms",
    baseline: { name: "6 empty Node processes + 1.5 R(n)", value: 6 * emptyNodeMs() + 1.5 * tree.readingMs },
    target: { atMost: 1 },
  };
}

/** `tasks show` on the largest tree against the smallest: it must not depend on how many tasks there are. */
export function showFigure(smallest: Tree, largest: Tree): Figure {
  const show = (tree: Tree) => {
    const slug = taskPath(7).split("/").at(-1)?.replace(".md", "") ?? "";
    const args = [bin, "show", slug, "--repo", tree.root];
    processMs(args, 2);
    return median(processMs(args));
  };
  return {
    requirement: "P11",
    name: "tasks show, largest tree against smallest",
    tasks: largest.paths.length,
    value: show(largest),
    unit: "ms",
    baseline: { name: `the same with ${smallest.paths.length} tasks`, value: show(smallest) },
    target: { atMost: 1.2 },
  };
}
