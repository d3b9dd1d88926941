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

/** The circle of each task in one, by place. */
export function openCycles(tree: LinkedTree): ReadonlyMap<number, Cycle> {
  const { loops, targets } = tree.structure;
  const cycles = new Map<number, Cycle>();
  if (loops.length === 0) return cycles;
  const open = new Set(loops.flat().filter((place) => isOpen(tree.tasks[place]?.spec.status ?? null)));
  const edgesOf = (place: number) => (targets[place] ?? []).filter((target) => open.has(target));
  const keyOf = (place: number) => tree.tasks[place]?.links.key ?? "";
  for (const members of findLoops({ count: tree.tasks.length, nodes: open, edgesOf })) {
    const inside = new Set(members);
    for (const member of members) {
      const path = members.length > LARGEST_TRACED_LOOP ? [member] : shortestWayBack(member, inside, edgesOf);
      cycles.set(member, { path: path.map(keyOf), size: members.length });
    }
  }
  return cycles;
}

/** Breadth first from a member until an edge leads back to it. */
function shortestWayBack(
  start: number,
  inside: ReadonlySet<number>,
  edgesOf: (place: number) => readonly number[],
): readonly number[] {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const place of queue) {
    for (const next of edgesOf(place)) {
      if (next === start) return wayTo(place, start, cameFrom);
      if (!inside.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, place);
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
