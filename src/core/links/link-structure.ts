// Structure: who is called what and who depends on whom. The expensive part of linking, a pure function of slugs,
// workstreams, ids and dependencies, whatever order the files come in.

import type { RelativePath, TaskSpec } from "../contract/task.ts";
import { compareText } from "../text/compare-text.ts";
import { hasOwnId, nameTasks, type TreeNames } from "./link-names.ts";
import {
  type BrokenReference,
  type FindIndexes,
  MISSING,
  nameBroken,
  REPEATED,
  referenceFinder,
} from "./link-references.ts";
import { stronglyConnected } from "./strongly-connected.ts";

/** What other files' names mean to a task, and its name to them. */
export type TaskLinks = {
  /** The slug, or `<workstream>/<slug>` where files share it. */
  readonly key: string;
  /** Parallel to the dependencies in the file: the key of the task meant, null where it is not exactly one. */
  readonly dependencyKeys: readonly (string | null)[];
  /** The dependencies without a key, in order. */
  readonly broken: readonly BrokenReference[];
  /** Dependencies that mean a task which one above them means already: counted once, however it is spelled. */
  readonly repeated: readonly RepeatedReference[];
  /** Keys of the tasks that depend on this one, in order of key. */
  readonly dependents: readonly string[];
  /** Files that use the same slug, and the same id. */
  readonly sameSlug: readonly RelativePath[];
  readonly sameId: readonly RelativePath[];
};

export type RepeatedReference = { readonly reference: string; readonly key: string };

export type Structure = {
  readonly names: TreeNames;
  /** By place of the task. */
  readonly links: readonly TaskLinks[];
  /** By place, parallel to `dependencyKeys`: the place meant, MISSING or REPEATED. */
  readonly targets: readonly (readonly number[])[];
  /** Places of tasks that depend on each other in a circle, whatever their status. */
  readonly loops: readonly (readonly number[])[];
};

const NONE: readonly never[] = [];
const NO_PLACES: number[] = [];

/** Resolves every name in the tree; places are those of `specs`. */
export function linkStructure(specs: readonly TaskSpec[], previous: Structure | null): Structure {
  const names = nameTasks(specs, previous?.names ?? null);
  const { slugs, ids, keys } = names;
  const placesOf = referenceFinder(names);
  const { targets, places, repeated } = resolveAll(names, placesOf);
  const broken = nameBroken(names, { places, targets, placesOf });
  const dependents = reverse(targets);
  const links = specs.map((spec, place) => ({
    key: keys[place] ?? "",
    dependencyKeys: keysAt(targets[place] ?? NONE, keys),
    broken: broken.get(place) ?? NONE,
    repeated: repeated.get(place) ?? NONE,
    dependents: sortedKeysAt(dependents[place] ?? NONE, keys),
    sameSlug: otherFiles(specs, slugs.shared.get(spec.slug), place),
    sameId: otherFiles(specs, hasOwnId(spec) ? ids.shared.get(spec.id) : undefined, place),
  }));
  const edgesOf = (place: number) => targets[place] ?? NONE;
  const loops = stronglyConnected({ count: specs.length, nodes: mayLoop(targets, dependents), edgesOf });
  return { names, links, targets, loops };
}

/** What each dependency means, the places of tasks with one that means no one task, and what is there twice. */
function resolveAll({ specs, slugs, keys }: TreeNames, placesOf: FindIndexes) {
  const targets: (readonly number[])[] = [];
  const places: number[] = [];
  const repeated = new Map<number, readonly RepeatedReference[]>();
  const targetOf = (reference: string): number => {
    const place = slugs.shared.has(reference) ? undefined : slugs.first.get(reference);
    if (place !== undefined) return place;
    const [first = -1, ...others] = placesOf(reference);
    return others.length === 0 ? first : MISSING;
  };
  for (const { dependencies } of specs) {
    if (dependencies.length === 0) {
      targets.push(NONE);
      continue;
    }
    const found = dependencies.map(targetOf);
    if (found.includes(MISSING)) places.push(targets.length);
    if (countDistinct(found) < found.length) {
      const twice = markRepeated(found, dependencies, keys);
      if (twice.length > 0) repeated.set(targets.length, twice);
    }
    targets.push(found);
  }
  return { targets, places, repeated };
}

/** Puts REPEATED in the place of every target that stands further up already. */
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

/** Places of the tasks that depend on each one, each once. */
function reverse(targets: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const dependents: number[][] = targets.map(() => NO_PLACES);
  for (let place = 0; place < targets.length; place++) {
    for (const target of targets[place] ?? NONE) {
      const list = dependents[target];
      if (list === undefined) continue;
      if (list === NO_PLACES) dependents[target] = [place];
      else if (list[list.length - 1] !== place) list.push(place);
    }
  }
  return dependents;
}

/**
 * Places that are left when tasks without dependencies are taken away until there are none: all that can be in a loop,
 * and mostly nothing. Much cheaper than looking for loops among all tasks.
 */
function mayLoop(
  targets: readonly (readonly number[])[],
  dependents: readonly (readonly number[])[],
): readonly number[] {
  // A plain loop: Int32Array.from walks an iterator, which takes 10 ms for 10,000 tasks.
  const waitsFor = new Int32Array(targets.length);
  const free: number[] = [];
  for (let place = 0; place < targets.length; place++) {
    const count = countDistinct(targets[place] ?? NONE);
    waitsFor[place] = count;
    if (count === 0) free.push(place);
  }
  for (const place of free) {
    for (const dependent of dependents[place] ?? NONE) {
      const left = (waitsFor[dependent] ?? 0) - 1;
      waitsFor[dependent] = left;
      if (left === 0) free.push(dependent);
    }
  }
  return free.length === targets.length ? NONE : [...targets.keys()].filter((place) => waitsFor[place] !== 0);
}

/** In longer lists it is cheaper to remember what was seen. */
const SHORT_LIST = 50;

/** Dependencies that exist, each once. The lists are short, and mostly empty. */
function countDistinct(targets: readonly number[]): number {
  if (targets.length > SHORT_LIST) return new Set(targets.filter((target) => target >= 0)).size;
  let count = 0;
  for (let at = 0; at < targets.length; at++) {
    const target = targets[at] ?? -1;
    if (target >= 0 && targets.indexOf(target) === at) count++;
  }
  return count;
}

function keysAt(places: readonly number[], keys: readonly string[]): readonly (string | null)[] {
  return places.length === 0 ? NONE : places.map((place) => keys[place] ?? null);
}

function sortedKeysAt(places: readonly number[], keys: readonly string[]): readonly string[] {
  if (places.length === 0) return NONE;
  return places.map((place) => keys[place] ?? "").sort(compareText);
}

function otherFiles(
  specs: readonly TaskSpec[],
  holders: readonly number[] | undefined,
  place: number,
): readonly RelativePath[] {
  if (holders === undefined) return NONE;
  return holders
    .filter((holder) => holder !== place)
    .flatMap((holder) => specs[holder]?.file ?? [])
    .sort(compareText);
}
