// Which open tasks wait for each other in a circle. A finished task ends every circle through it, so each build asks which
// members of a loop on paper are open; circles are looked for again only when that, or who depends on whom, has changed.

import { isOpen } from "../contract/is-open.ts";
import type { DependencyCycle } from "./dependency-line.ts";
import type { LinkedTree } from "./link-tree.ts";
import { stronglyConnected } from "./strongly-connected.ts";

/** In larger circles the path is not looked for: it would not fit a sentence, and finding it for each task is slow. */
const LARGEST_TRACED_LOOP = 50;

/** The circle of each task in one, by place. */
export type DependencyCycles = ReadonlyMap<number, DependencyCycle>;

/** What an earlier build found; it changes nothing but the time it takes. */
export type PreviousCycles = { readonly tree: LinkedTree; readonly cycles: DependencyCycles };

/** A circle that is what it was before is the same object, so that whoever compares identities sees no change. */
export function dependencyCycles(tree: LinkedTree, before: PreviousCycles | null): DependencyCycles {
  if (before !== null && sameOpenMembers(tree, before.tree)) return before.cycles;
  const cycles = findCycles(tree);
  return before === null ? cycles : keepSame(cycles, tree, before);
}

function sameOpenMembers(tree: LinkedTree, before: LinkedTree): boolean {
  if (tree.structure !== before.structure) return false;
  const isAsBefore = (place: number) =>
    tree.tasks[place] === before.tasks[place] || isOpenAt(tree, place) === isOpenAt(before, place);
  return tree.structure.loops.every((members) => members.every(isAsBefore));
}

function keepSame(cycles: DependencyCycles, tree: LinkedTree, before: PreviousCycles): DependencyCycles {
  const isSamePlaces = tree.structure === before.tree.structure;
  return new Map(
    [...cycles].map(([place, cycle]) => {
      const former = before.cycles.get(isSamePlaces ? place : (tree.former[place] ?? -1));
      return [place, former !== undefined && isSameCycle(former, cycle) ? former : cycle];
    }),
  );
}

function isSameCycle(a: DependencyCycle, b: DependencyCycle): boolean {
  return (
    a.size === b.size && a.path.length === b.path.length && a.path.every((key, at) => key === b.path[at])
  );
}

function isOpenAt(tree: LinkedTree, place: number): boolean {
  return isOpen(tree.tasks[place]?.spec.status ?? null);
}

function findCycles(tree: LinkedTree): DependencyCycles {
  const { loops, targets } = tree.structure;
  const cycles = new Map<number, DependencyCycle>();
  if (loops.length === 0) return cycles;
  const open = new Set(loops.flat().filter((place) => isOpenAt(tree, place)));
  const edgesOf = (place: number) => (targets[place] ?? []).filter((target) => open.has(target));
  const keyOf = (place: number) => tree.tasks[place]?.links.key ?? "";
  for (const members of stronglyConnected({ count: tree.tasks.length, nodes: open, edgesOf })) {
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
