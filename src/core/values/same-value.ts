/** Deep equality of plain JSON values: rows and headers, whichever process made them. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  if (Array.isArray(b)) return false;
  return sameFields(a as Fields, b as Fields);
}

type Fields = Readonly<Record<string, unknown>>;

/** Lists of equal values. */
export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (!sameValue(a[at], b[at])) return false;
  return true;
}

/** Records whose members are the same objects. */
export function sameMembers<Members extends object>(a: Members, b: Members): boolean {
  const names = Object.keys(a) as (keyof Members)[];
  return names.every((name) => a[name] === b[name]);
}

/** Allocates no lists of keys: one build compares ten thousand restored rows. */
function sameFields(a: Fields, b: Fields): boolean {
  let count = 0;
  for (const key in a) {
    count++;
    const value = a[key];
    const other = b[key];
    if (value === other ? value === undefined && !Object.hasOwn(b, key) : !sameValue(value, other))
      return false;
  }
  for (const _ in b) count--;
  return count === 0;
}
