// What a dependency means: a slug, an id of any shape, or `<workstream>/<slug>`, looked for in the whole tree.

import type { TaskSpec } from "../contract/task.ts";
import { defaultTaskId } from "../task/task-id.ts";
import { compareText } from "../text/compare-text.ts";
import { hasOwnId, type TreeNames } from "./link-names.ts";
import { holdersOf, indexNames, type NameIndex } from "./name-index.ts";
import { nearMissFinder } from "./near-miss.ts";

/** A dependency that does not mean exactly one task. */
export type BrokenReference = {
  readonly reference: string;
  readonly state: "missing" | "ambiguous";
  /** In order: keys it could mean when ambiguous, keys that look like it when missing. */
  readonly candidates: readonly string[];
};

/** In the place of a target: no one task is meant, or one that an earlier dependency means. Neither leads anywhere. */
export const MISSING = -1;
export const REPEATED = -2;

/** Places of the tasks that a reference could mean. */
export type FindIndexes = (reference: string) => readonly number[];

/**
 * Missing references for which similar names are looked for: each costs a walk over all names. With more of them,
 * something else than spelling is wrong, and none gets suggestions.
 */
const NEAR_MISS_LIMIT = 20;

const NONE: readonly never[] = [];

/** A finder for all references of one tree. Tables that few trees need are made when first asked for. */
export function referenceFinder(names: TreeNames): FindIndexes {
  const slugPaths = lazily(() => indexSlugPaths(names.specs));
  const placesOfId = idFinder(names);
  return (reference) => {
    const bySlug = holdersOf(names.slugs, reference);
    if (bySlug.length > 0) return bySlug;
    return reference.includes("/") ? holdersOf(slugPaths(), reference) : placesOfId(reference);
  };
}

/**
 * Finds tasks by id: those that files give, and the default ids of files that give none. A reference in lower case means
 * the id in upper case as well, and a default id keeps meaning its task when the file gives another.
 */
function idFinder({ specs, slugs, ids }: TreeNames): FindIndexes {
  const irregular = lazily(() => indexIrregularNames(specs));
  const byDefault = (reference: string, id: string): readonly number[] => {
    const [workstream, slug, ...rest] = id.split("-").map((part) => part.toLowerCase().replaceAll("_", "-"));
    const regular = slug === undefined || rest.length > 0 ? NONE : holdersOf(slugs, slug);
    const places = regular.filter((place) => specs[place]?.workstream === workstream);
    // The table of irregular names is only made for what looks like an id, not for every misspelt slug.
    return reference === id ? [...places, ...holdersOf(irregular(), id)] : places;
  };
  return (reference) => {
    const id = reference.toUpperCase();
    const asWritten = holdersOf(ids, reference);
    const given = asWritten.length > 0 ? asWritten : holdersOf(ids, id);
    const fallback = byDefault(reference, id);
    const meant = [...new Set([...given, ...fallback.filter((place) => !hasOwnId(specs[place]))])];
    return meant.length > 0 ? meant : [...new Set(fallback)];
  };
}

/** A default id is turned back into names rather than made for every task; names with `_` or capitals cannot be. */
function indexIrregularNames(specs: readonly TaskSpec[]): NameIndex {
  return indexNames(specs, ({ workstream, slug }) =>
    IRREGULAR.test(slug) || IRREGULAR.test(workstream) ? defaultTaskId(workstream, slug) : null,
  );
}

const IRREGULAR = /[_\p{Lu}]/u;

function indexSlugPaths(specs: readonly TaskSpec[]): NameIndex {
  return indexNames(specs, ({ workstream, slug }) => `${workstream}/${slug}`);
}

/** What can be said about references without a target, by place of the tasks that have them. */
export function nameBroken(
  { specs, keys }: TreeNames,
  found: {
    readonly places: readonly number[];
    readonly targets: readonly (readonly number[])[];
    readonly placesOf: FindIndexes;
  },
): ReadonlyMap<number, readonly BrokenReference[]> {
  const { places, targets, placesOf } = found;
  const broken = new Map<number, BrokenReference[]>();
  const missing = new Set<string>();
  for (const place of places) {
    const references = (specs[place]?.dependencies ?? NONE).filter(
      (_, at) => targets[place]?.[at] === MISSING,
    );
    const named = references.map((reference) => withoutTarget(reference, placesOf(reference), keys));
    for (const { reference, state } of named) if (state === "missing") missing.add(reference);
    broken.set(place, named);
  }
  return missing.size === 0 || missing.size > NEAR_MISS_LIMIT ? broken : withNearMisses(broken, keys);
}

function withoutTarget(
  reference: string,
  places: readonly number[],
  keys: readonly string[],
): BrokenReference {
  const candidates = places.map((place) => keys[place] ?? "").sort(compareText);
  return { reference, state: candidates.length === 0 ? "missing" : "ambiguous", candidates };
}

function withNearMisses(
  broken: ReadonlyMap<number, readonly BrokenReference[]>,
  keys: readonly string[],
): ReadonlyMap<number, readonly BrokenReference[]> {
  const nearMisses = nearMissFinder(keys);
  return new Map(
    [...broken].map(([place, references]) => [
      place,
      references.map((it) => (it.state === "missing" ? { ...it, candidates: nearMisses(it.reference) } : it)),
    ]),
  );
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
