// An immutable map that shares another one and differs from it in a few values: an edit among 10,000 files makes a map of
// one entry, and the difference between two maps is found without reading the rest.

/** With more differences, a full copy is cheaper than copying them for each edit. */
const PATCH_MAX = 256;

class PatchedMap<Key, Value> implements ReadonlyMap<Key, Value> {
  readonly base: ReadonlyMap<Key, Value>;
  /** Only keys of `base`. */
  readonly patch: ReadonlyMap<Key, Value>;

  constructor(base: ReadonlyMap<Key, Value>, patch: ReadonlyMap<Key, Value>) {
    this.base = base;
    this.patch = patch;
  }

  get size(): number {
    return this.base.size;
  }

  get(key: Key): Value | undefined {
    return this.patch.has(key) ? this.patch.get(key) : this.base.get(key);
  }

  has(key: Key): boolean {
    return this.base.has(key);
  }

  keys(): MapIterator<Key> {
    return this.base.keys();
  }

  *entries(): MapIterator<[Key, Value]> {
    for (const entry of this.base)
      yield this.patch.has(entry[0]) ? [entry[0], this.patch.get(entry[0]) as Value] : entry;
  }

  *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  forEach(visit: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}

/** `map` with other values for some of its keys, in the same order. */
export function replaceValues<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  changes: ReadonlyMap<Key, Value>,
): ReadonlyMap<Key, Value> {
  const { base, patch } = partsOf(map);
  const both = new Map([...patch, ...changes]);
  return both.size <= PATCH_MAX ? new PatchedMap(base, both) : new Map(new PatchedMap(base, both));
}

export type ChangedValue<Key, Value> = { readonly key: Key; readonly before: Value; readonly after: Value };

/** Where two maps with the same keys differ; null when neither was made from the other. */
export function changedValues<Key, Value>(
  before: ReadonlyMap<Key, Value>,
  after: ReadonlyMap<Key, Value>,
): readonly ChangedValue<Key, Value>[] | null {
  const [then, now] = [partsOf(before), partsOf(after)];
  if (then.base !== now.base) return null;
  const keys = new Set([...then.patch.keys(), ...now.patch.keys()]);
  return [...keys].flatMap((key) => {
    const change = { key, before: before.get(key) as Value, after: after.get(key) as Value };
    return change.before === change.after ? [] : [change];
  });
}

function partsOf<Key, Value>(map: ReadonlyMap<Key, Value>) {
  return map instanceof PatchedMap
    ? { base: map.base as ReadonlyMap<Key, Value>, patch: map.patch as ReadonlyMap<Key, Value> }
    : { base: map, patch: new Map<Key, Value>() as ReadonlyMap<Key, Value> };
}
