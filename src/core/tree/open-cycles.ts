// Which open tasks wait for each other in a circle. A finished task ends every circle through it, so this is asked
// anew in each build; only tasks that form a loop on paper are looked at, and there are hardly ever any.

import { isOpen } from "../task/is-open.ts";
import { findLoops } from "./find-loops.ts";
import type { LinkedTree } from "./link.ts";

export type Cycle = {
  /** Keys in order of dependency, from the task itself back to the one that depends on it. */
  readonly path: readonly string[];
  /** Tasks that wait for each other; more than `path` holds when the circle is very large or has branches. */
  readonly size: number;
};

/** In larger circles the path is not looked for: it would not fit a sentence, and finding it for each task is slow. */
const LARGEST_TRACED_LOOP = 50;

/** The circle of each task in one, by position. */
export function openCycles(tree: LinkedTree): ReadonlyMap<number, Cycle> {
  const cycles = new Map<number, Cycle>();
  const { loops, targets } = tree.structure;
  for (const loop of loops) {
    const open = new Set(loop.filter((position) => isOpen(tree.tasks[position]?.spec.status ?? null)));
    const edgesOf = (position: number) => (targets[position] ?? []).filter((target) => open.has(target));
    for (const members of findLoops(open, edgesOf)) {
      const inside = new Set(members);
      for (const member of members) {
        const path =
          members.length > LARGEST_TRACED_LOOP ? [member] : shortestWayBack(member, inside, edgesOf);
        cycles.set(member, {
          path: path.map((position) => tree.tasks[position]?.links.key ?? ""),
          size: members.length,
        });
      }
    }
  }
  return cycles;
}

/** Breadth first from a member until an edge leads back to it. */
function shortestWayBack(
  start: number,
  inside: ReadonlySet<number>,
  edgesOf: (position: number) => readonly number[],
): readonly number[] {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const position of queue) {
    for (const next of edgesOf(position)) {
      if (next === start) return wayTo(position, start, cameFrom);
      if (!inside.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, position);
      queue.push(next);
    }
  }
  return [start];
}

function wayTo(end: number, start: number, cameFrom: ReadonlyMap<number, number>): readonly number[] {
  const way = [end];
  for (let at = end; at !== start; ) {
    at = cameFrom.get(at) ?? start;
    way.unshift(at);
  }
  return way;
}
