// Who carries a name: one look-up table for slugs, one for ids. Nearly every name has one holder, so only the names
// with several cost a list.

export type NameIndex = {
  readonly first: ReadonlyMap<string, number>;
  readonly shared: ReadonlyMap<string, readonly number[]>;
};

const NOBODY: readonly number[] = [];
const NONE_SHARED: NameIndex["shared"] = new Map();

/** Indexes items by name; null names are left out. Holders are places in `items`, in order. */
export function indexNames<T>(items: readonly T[], nameOf: (item: T) => string | null): NameIndex {
  const first = new Map<string, number>();
  let named = 0;
  // Backwards, so that the first holder is the one that stays.
  for (let place = items.length - 1; place >= 0; place--) {
    const name = nameOf(items[place] as T);
    if (name === null) continue;
    named++;
    first.set(name, place);
  }
  return { first, shared: first.size === named ? NONE_SHARED : sharedNames(items, nameOf, first) };
}

/** Looked for only when the count tells that there are any. */
function sharedNames<T>(
  items: readonly T[],
  nameOf: (item: T) => string | null,
  first: ReadonlyMap<string, number>,
): NameIndex["shared"] {
  const shared = new Map<string, number[]>();
  for (const [place, item] of items.entries()) {
    const name = nameOf(item);
    const holder = name === null ? undefined : first.get(name);
    if (name === null || holder === undefined || holder === place) continue;
    const holders = shared.get(name);
    if (holders === undefined) shared.set(name, [holder, place]);
    else holders.push(place);
  }
  return shared;
}

/** Everything that carries the name, in order. */
export function holdersOf(index: NameIndex, name: string): readonly number[] {
  const shared = index.shared.get(name);
  if (shared !== undefined) return shared;
  const first = index.first.get(name);
  return first === undefined ? NOBODY : [first];
}
