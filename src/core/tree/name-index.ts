// Who carries a name: one look-up table for slugs, one for ids. Nearly every name has one holder, so only the names
// with several cost a list.

export type NameIndex = {
  readonly first: Map<string, number>;
  readonly shared: Map<string, number[]>;
};

export function createNameIndex(): NameIndex {
  return { first: new Map(), shared: new Map() };
}

export function addName(index: NameIndex, name: string, holder: number): void {
  const first = index.first.get(name);
  if (first === undefined) {
    index.first.set(name, holder);
    return;
  }
  const shared = index.shared.get(name);
  if (shared === undefined) index.shared.set(name, [first, holder]);
  else shared.push(holder);
}

/** Everything that carries the name, in the order it was added. */
export function holdersOf(index: NameIndex, name: string): readonly number[] {
  const shared = index.shared.get(name);
  if (shared !== undefined) return shared;
  const first = index.first.get(name);
  return first === undefined ? [] : [first];
}
