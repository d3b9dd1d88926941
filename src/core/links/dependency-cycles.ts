// Cycles of open tasks that wait for each other. A finished task breaks every cycle through it, so each build checks which
// members of a structural loop are open; cycles are searched again only if that or the dependencies changed.

import { isOpen } from "../contract/task.ts";
import { sameItems } from "../values/same-value.ts";
import type { DependencyCycle } from "./link-problems.ts";
import type { LinkedTree } from "./link-tree.ts";
import { stronglyConnected } from "./strongly-connected.ts";

/** In larger cycles no path is searched: it would not fit a sentence, and finding it for each task is slow. */
const LARGEST_TRACED_LOOP = 50;

/** The cycle of each task that is in one, by index. */
export type DependencyCycles = ReadonlyMap<number, DependencyCycle>;

/** What an earlier build found; only saves time. */
export type PreviousCycles = { readonly tree: LinkedTree; readonly cycles: DependencyCycles };

/** An unchanged cycle stays the same object, so that comparing identities shows no change. */
export function dependencyCycles(tree: LinkedTree, before: PreviousCycles | null): DependencyCycles {
  if (before !== null && sameOpenMembers(tree, before.tree)) return before.cycles;
  const cycles = findCycles(tree);
  return before === null ? cycles : keepSame(cycles, tree, before);
}

function sameOpenMembers(tree: LinkedTree, before: LinkedTree): boolean {
  if (tree.structure !== before.structure) return false;
  const isAsBefore = (index: number) =>
    tree.tasks[index] === before.tasks[index] || isOpenAt(tree, index) === isOpenAt(before, index);
  return tree.structure.loops.every((members) => members.every(isAsBefore));
}

function keepSame(cycles: DependencyCycles, tree: LinkedTree, before: PreviousCycles): DependencyCycles {
  const isSameOrder = tree.structure === before.tree.structure;
  return new Map(
    [...cycles].map(([index, cycle]) => {
      const former = before.cycles.get(isSameOrder ? index : (tree.former[index] ?? -1));
      return [index, former !== undefined && isSameCycle(former, cycle) ? former : cycle];
    }),
  );
}

function isSameCycle(a: DependencyCycle, b: DependencyCycle): boolean {
  return a.size === b.size && sameItems(a.path, b.path);
}

function isOpenAt(tree: LinkedTree, index: number): boolean {
  return isOpen(tree.tasks[index]?.spec.status ?? null);
}

function findCycles(tree: LinkedTree): DependencyCycles {
  const { loops, targets } = tree.structure;
  const cycles = new Map<number, DependencyCycle>();
  if (loops.length === 0) return cycles;
  const open = new Set(loops.flat().filter((index) => isOpenAt(tree, index)));
  const edgesOf = (index: number) => (targets[index] ?? []).filter((target) => open.has(target));
  const keyOf = (index: number) => tree.tasks[index]?.links.key ?? "";
  for (const members of stronglyConnected({ count: tree.tasks.length, nodes: open, edgesOf })) {
    const inside = new Set(members);
    for (const member of members) {
      const path = members.length > LARGEST_TRACED_LOOP ? [member] : shortestWayBack(member, inside, edgesOf);
      cycles.set(member, { path: path.map(keyOf), size: members.length });
    }
  }
  return cycles;
}

/** Breadth-first search from a member until an edge leads back to it. */
function shortestWayBack(
  start: number,
  inside: ReadonlySet<number>,
  edgesOf: (index: number) => readonly number[],
): readonly number[] {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const index of queue) {
    for (const next of edgesOf(index)) {
      if (next === start) return wayTo(index, start, cameFrom);
      if (!inside.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, index);
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
