// The names of tasks (slug, id, and key), and indexes from names to their holders.

import type { TaskSpec } from "../contract/task.ts";

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

const NO_HOLDERS: readonly number[] = [];
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
  return first === undefined ? NO_HOLDERS : [first];
}
