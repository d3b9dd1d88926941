// All names of people, from spelling to canonical person. Built from a snapshot's people, so that linking a tree and
// resolving `--owner` agree.

import type { SnapshotHeader } from "../contract/snapshot.ts";

export type Person = SnapshotHeader["people"][number];

/** What a name is to its person, strongest first: a weaker meaning never hides a stronger one. */
export type OwnerNameKind = "slug" | "alias" | "name" | "role";

export type OwnerName = { readonly person: string; readonly kind: OwnerNameKind };

/** By spelling. `people` in order of slug: the first with a name has it. */
export function ownerNames(people: readonly Person[]): ReadonlyMap<string, OwnerName> {
  const names = new Map<string, OwnerName>();
  const claim = (name: string, person: string, kind: OwnerNameKind) => {
    const spelled = spelling(name);
    if (spelled !== "" && !names.has(spelled)) names.set(spelled, { person, kind });
  };
  for (const person of people) claim(person.slug, person.slug, "slug");
  for (const person of people) for (const alias of person.aliases) claim(alias, person.slug, "alias");
  for (const person of people) claim(person.name, person.slug, "name");
  for (const person of people) for (const role of person.roles) claim(role, person.slug, "role");
  return names;
}

/** Normalises a name for comparison: `Dave Fowler`, `dave.fowler` and `dave-fowler` are the same. */
export function spelling(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s._-]+/gu, "");
}
