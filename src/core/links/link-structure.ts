// Names and dependencies of tasks: the expensive part of linking, a pure function of slugs, workstreams, ids and
// dependencies, independent of the order of files.

import type { RelativePath, TaskSpec } from "../contract/task.ts";
import { compareText } from "../text/compare-text.ts";
import {
  type BrokenReference,
  type FindIndexes,
  hasOwnId,
  MISSING,
  nameBroken,
  nameTasks,
  REPEATED,
  referenceFinder,
  type TreeNames,
} from "./link-names.ts";
import { stronglyConnected } from "./strongly-connected.ts";

export type TaskLinks = {
  /** The slug, or `<workstream>/<slug>` where files share it. */
  readonly key: string;
  /** Parallel to the file's dependencies: the key of the resolved task, or null. */
  readonly dependencyKeys: readonly (string | null)[];
  /** The unresolved dependencies, in order. */
  readonly broken: readonly BrokenReference[];
  /** Dependencies that mean the same task as an earlier one: counted once. */
  readonly repeated: readonly RepeatedReference[];
  /** Sorted keys of the tasks that depend on this one. */
  readonly dependents: readonly string[];
  /** Other files with the same slug, and the same id. */
  readonly sameSlug: readonly RelativePath[];
  readonly sameId: readonly RelativePath[];
};

export type RepeatedReference = { readonly reference: string; readonly key: string };

export type Structure = {
  readonly names: TreeNames;
  /** By index of the task. */
  readonly links: readonly TaskLinks[];
  /** By index, parallel to `dependencyKeys`: the target's index, MISSING or REPEATED. */
  readonly targets: readonly (readonly number[])[];
  /** Indexes of tasks in dependency loops, whatever their status. */
  readonly loops: readonly (readonly number[])[];
};

const NONE: readonly never[] = [];
const NO_INDEXES: number[] = [];

/** Resolves every name in the tree; indexes are those of `specs`. */
export function linkStructure(specs: readonly TaskSpec[], previous: Structure | null): Structure {
  const names = nameTasks(specs, previous?.names ?? null);
  const { slugs, ids, keys } = names;
  const indexesOf = referenceFinder(names);
  const { targets, indexes, repeated } = resolveAll(names, indexesOf);
  const broken = nameBroken(names, { indexes, targets, indexesOf });
  const dependents = reverse(targets);
  const links = specs.map((spec, index) => ({
    key: keys[index] ?? "",
    dependencyKeys: keysAt(targets[index] ?? NONE, keys),
    broken: broken.get(index) ?? NONE,
    repeated: repeated.get(index) ?? NONE,
    dependents: sortedKeysAt(dependents[index] ?? NONE, keys),
    sameSlug: otherFiles(specs, slugs.shared.get(spec.slug), index),
    sameId: otherFiles(specs, hasOwnId(spec) ? ids.shared.get(spec.id) : undefined, index),
  }));
  const edgesOf = (index: number) => targets[index] ?? NONE;
  const loops = stronglyConnected({ count: specs.length, nodes: mayLoop(targets, dependents), edgesOf });
  return { names, links, targets, loops };
}

/** The targets of all dependencies, the tasks with an unresolved one, and repeated ones. */
function resolveAll({ specs, slugs, keys }: TreeNames, indexesOf: FindIndexes) {
  const targets: (readonly number[])[] = [];
  const indexes: number[] = [];
  const repeated = new Map<number, readonly RepeatedReference[]>();
  const targetOf = (reference: string): number => {
    const index = slugs.shared.has(reference) ? undefined : slugs.first.get(reference);
    if (index !== undefined) return index;
    const [first = -1, ...others] = indexesOf(reference);
    return others.length === 0 ? first : MISSING;
  };
  for (const { dependencies } of specs) {
    if (dependencies.length === 0) {
      targets.push(NONE);
      continue;
    }
    const found = dependencies.map(targetOf);
    if (found.includes(MISSING)) indexes.push(targets.length);
    if (countDistinct(found) < found.length) {
      const twice = markRepeated(found, dependencies, keys);
      if (twice.length > 0) repeated.set(targets.length, twice);
    }
    targets.push(found);
  }
  return { targets, indexes, repeated };
}

/** Replaces every target that occurs earlier with REPEATED. */
function markRepeated(
  targets: number[],
  references: readonly string[],
  keys: readonly string[],
): readonly RepeatedReference[] {
  const repeated: RepeatedReference[] = [];
  const seen = new Set<number>();
  targets.forEach((target, at) => {
    if (target === MISSING) return;
    if (seen.has(target)) {
      targets[at] = REPEATED;
      repeated.push({ reference: references[at] ?? "", key: keys[target] ?? "" });
    }
    seen.add(target);
  });
  return repeated;
}

/** Indexes of the tasks that depend on each task. */
function reverse(targets: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const dependents: number[][] = targets.map(() => NO_INDEXES);
  for (let index = 0; index < targets.length; index++) {
    for (const target of targets[index] ?? NONE) {
      const list = dependents[target];
      if (list === undefined) continue;
      if (list === NO_INDEXES) dependents[target] = [index];
      else if (list[list.length - 1] !== index) list.push(index);
    }
  }
  return dependents;
}

/**
 * What remains after removing tasks without dependencies repeatedly: all that can be in a loop, and mostly nothing. Much
 * cheaper than searching all tasks for loops.
 */
function mayLoop(
  targets: readonly (readonly number[])[],
  dependents: readonly (readonly number[])[],
): readonly number[] {
  // Int32Array.from uses an iterator, which takes 10 ms for 10,000 tasks.
  const waitsFor = new Int32Array(targets.length);
  const free: number[] = [];
  for (let index = 0; index < targets.length; index++) {
    const count = countDistinct(targets[index] ?? NONE);
    waitsFor[index] = count;
    if (count === 0) free.push(index);
  }
  for (const index of free) {
    for (const dependent of dependents[index] ?? NONE) {
      const left = (waitsFor[dependent] ?? 0) - 1;
      waitsFor[dependent] = left;
      if (left === 0) free.push(dependent);
    }
  }
  return free.length === targets.length ? NONE : [...targets.keys()].filter((index) => waitsFor[index] !== 0);
}

/** Above this, a set is cheaper. */
const SHORT_LIST = 50;

/** Number of distinct existing targets. The lists are short, and mostly empty. */
function countDistinct(targets: readonly number[]): number {
  if (targets.length > SHORT_LIST) return new Set(targets.filter((target) => target >= 0)).size;
  let count = 0;
  for (let at = 0; at < targets.length; at++) {
    const target = targets[at] ?? -1;
    if (target >= 0 && targets.indexOf(target) === at) count++;
  }
  return count;
}

function keysAt(indexes: readonly number[], keys: readonly string[]): readonly (string | null)[] {
  return indexes.length === 0 ? NONE : indexes.map((index) => keys[index] ?? null);
}

function sortedKeysAt(indexes: readonly number[], keys: readonly string[]): readonly string[] {
  if (indexes.length === 0) return NONE;
  return indexes.map((index) => keys[index] ?? "").sort(compareText);
}

function otherFiles(
  specs: readonly TaskSpec[],
  holders: readonly number[] | undefined,
  index: number,
): readonly RelativePath[] {
  if (holders === undefined) return NONE;
  return holders
    .filter((holder) => holder !== index)
    .flatMap((holder) => specs[holder]?.file ?? [])
    .sort(compareText);
}
