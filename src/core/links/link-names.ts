// The names of tasks (slug, id, and key), indexes from names to their holders, and what dependencies mean in the whole tree:
// a slug, an id of any shape, or `<workstream>/<slug>`.

import type { TaskSpec } from "../contract/task.ts";
import { defaultTaskId } from "../task/task-id.ts";
import { compareText } from "../text/compare-text.ts";
import { nearMissFinder } from "../text/nearest.ts";

export type TreeNames = {
  /** By index. */
  readonly specs: readonly TaskSpec[];
  readonly slugs: NameIndex;
  /** Only ids written in files. */
  readonly ids: NameIndex;
  /** By index: the slug, or `<workstream>/<slug>` where files share it. */
  readonly keys: readonly string[];
};

/** Names of all tasks; keeps the tables of `previous` if no name changed. */
export function nameTasks(specs: readonly TaskSpec[], previous: TreeNames | null): TreeNames {
  if (previous !== null && sameNamesThroughout(specs, previous.specs)) return { ...previous, specs };
  const slugs = indexNames(specs, (spec) => spec.slug);
  return {
    specs,
    slugs,
    ids: indexNames(specs, (spec) => (hasOwnId(spec) ? spec.id : null)),
    keys: specs.map(({ slug, workstream }) => (slugs.shared.has(slug) ? `${workstream}/${slug}` : slug)),
  };
}

function sameNamesThroughout(specs: readonly TaskSpec[], before: readonly TaskSpec[]): boolean {
  return (
    specs.length === before.length &&
    specs.every((spec, at) => spec === before[at] || sameNames(spec, before[at]))
  );
}

export function sameNames(a: TaskSpec, b: TaskSpec | undefined): boolean {
  return a.slug === b?.slug && a.workstream === b.workstream && a.id === b.id && hasOwnId(a) === hasOwnId(b);
}

export function hasOwnId(spec: TaskSpec | undefined): boolean {
  return spec?.lines["id"] !== undefined;
}

/** Nearly every name has one holder, so only shared names need a list. */
export type NameIndex = {
  readonly first: ReadonlyMap<string, number>;
  readonly shared: ReadonlyMap<string, readonly number[]>;
};

const NONE: readonly never[] = [];
const NONE_SHARED: NameIndex["shared"] = new Map();

/** Indexes items by name, without null names. Holders are indexes of `items`, in order. */
export function indexNames<T>(items: readonly T[], nameOf: (item: T) => string | null): NameIndex {
  const first = new Map<string, number>();
  let named = 0;
  // Backwards, so that the first holder wins.
  for (let index = items.length - 1; index >= 0; index--) {
    const name = nameOf(items[index] as T);
    if (name === null) continue;
    named++;
    first.set(name, index);
  }
  return { first, shared: first.size === named ? NONE_SHARED : sharedNames(items, nameOf, first) };
}

function sharedNames<T>(
  items: readonly T[],
  nameOf: (item: T) => string | null,
  first: ReadonlyMap<string, number>,
): NameIndex["shared"] {
  const shared = new Map<string, number[]>();
  for (const [index, item] of items.entries()) {
    const name = nameOf(item);
    const holder = name === null ? undefined : first.get(name);
    if (name === null || holder === undefined || holder === index) continue;
    const holders = shared.get(name);
    if (holders === undefined) shared.set(name, [holder, index]);
    else holders.push(index);
  }
  return shared;
}

/** All holders of the name, in order. */
export function holdersOf(index: NameIndex, name: string): readonly number[] {
  const shared = index.shared.get(name);
  if (shared !== undefined) return shared;
  const first = index.first.get(name);
  return first === undefined ? NONE : [first];
}

/** A dependency that does not resolve to exactly one task. */
export type BrokenReference = {
  readonly reference: string;
  readonly state: "missing" | "ambiguous";
  /** Sorted keys: possible tasks if ambiguous, similar names if missing. */
  readonly candidates: readonly string[];
};

/** Instead of a target: not exactly one task, or the same task as an earlier dependency. */
export const MISSING = -1;
export const REPEATED = -2;

/** Indexes of the tasks that a reference could mean. */
export type FindIndexes = (reference: string) => readonly number[];

/** With more missing references the cause is not spelling, and none gets suggestions: each costs a walk over all names. */
const NEAR_MISS_LIMIT = 20;

/** Tables that few trees need are made on first use. */
export function referenceFinder(names: TreeNames): FindIndexes {
  const slugPaths = lazily(() => indexNames(names.specs, ({ workstream, slug }) => `${workstream}/${slug}`));
  const indexesOfId = idFinder(names);
  return (reference) => {
    const bySlug = holdersOf(names.slugs, reference);
    if (bySlug.length > 0) return bySlug;
    return reference.includes("/") ? holdersOf(slugPaths(), reference) : indexesOfId(reference);
  };
}

/**
 * Finds tasks by the ids in files, and by default ids. A lower-case reference also matches the upper-case id, and a default
 * id still means its task if the file gives another id.
 */
function idFinder({ specs, slugs, ids }: TreeNames): FindIndexes {
  const irregular = lazily(() => indexIrregularNames(specs));
  const byDefault = (reference: string, id: string): readonly number[] => {
    const [workstream, slug, ...rest] = id.split("-").map((part) => part.toLowerCase().replaceAll("_", "-"));
    const regular = slug === undefined || rest.length > 0 ? NONE : holdersOf(slugs, slug);
    const indexes = regular.filter((index) => specs[index]?.workstream === workstream);
    // The table of irregular names is only made for references that look like an id.
    return reference === id ? [...indexes, ...holdersOf(irregular(), id)] : indexes;
  };
  return (reference) => {
    const id = reference.toUpperCase();
    const asWritten = holdersOf(ids, reference);
    const given = asWritten.length > 0 ? asWritten : holdersOf(ids, id);
    const fallback = byDefault(reference, id);
    const meant = [...new Set([...given, ...fallback.filter((index) => !hasOwnId(specs[index]))])];
    return meant.length > 0 ? meant : [...new Set(fallback)];
  };
}

/** Default ids are parsed into names instead of made for every task; names with `_` or capitals need this table. */
function indexIrregularNames(specs: readonly TaskSpec[]): NameIndex {
  return indexNames(specs, ({ workstream, slug }) =>
    IRREGULAR.test(slug) || IRREGULAR.test(workstream) ? defaultTaskId(workstream, slug) : null,
  );
}

const IRREGULAR = /[_\p{Lu}]/u;

/** References without a target, by index of their task. */
export function nameBroken(
  { specs, keys }: TreeNames,
  found: {
    readonly indexes: readonly number[];
    readonly targets: readonly (readonly number[])[];
    readonly indexesOf: FindIndexes;
  },
): ReadonlyMap<number, readonly BrokenReference[]> {
  const { indexes, targets, indexesOf } = found;
  const broken = new Map<number, BrokenReference[]>();
  const missing = new Set<string>();
  for (const index of indexes) {
    const references = (specs[index]?.dependencies ?? NONE).filter(
      (_, at) => targets[index]?.[at] === MISSING,
    );
    const named = references.map((reference) => withoutTarget(reference, indexesOf(reference), keys));
    for (const { reference, state } of named) if (state === "missing") missing.add(reference);
    broken.set(index, named);
  }
  return missing.size === 0 || missing.size > NEAR_MISS_LIMIT ? broken : withNearMisses(broken, keys);
}

function withoutTarget(
  reference: string,
  indexes: readonly number[],
  keys: readonly string[],
): BrokenReference {
  const candidates = indexes.map((index) => keys[index] ?? "").sort(compareText);
  return { reference, state: candidates.length === 0 ? "missing" : "ambiguous", candidates };
}

function withNearMisses(
  broken: ReadonlyMap<number, readonly BrokenReference[]>,
  keys: readonly string[],
): ReadonlyMap<number, readonly BrokenReference[]> {
  const nearMisses = nearMissFinder(keys);
  return new Map(
    [...broken].map(([index, references]) => [
      index,
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
