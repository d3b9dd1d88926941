// What a dependency means: a slug, an id of any shape, or `<workstream>/<slug>`, looked for in the whole tree.

import type { TaskSpec } from "../task/task.ts";
import { defaultTaskId } from "../task/task-id.ts";
import { addName, createNameIndex, holdersOf, type NameIndex } from "./name-index.ts";
import { nearMissFinder } from "./near-miss.ts";

/** A dependency as written and what it means. Exactly one meaning: `key`; several or none: `key` is null. */
export type LinkedReference = {
  readonly reference: string;
  readonly key: string | null;
  /** Keys it could mean, when there are several; keys of near misses, when there is none. */
  readonly candidates: readonly string[];
  readonly state: "found" | "missing" | "ambiguous";
};

export type ReferenceNames = {
  readonly specs: readonly TaskSpec[];
  readonly keys: readonly string[];
  readonly slugs: NameIndex;
  /** Ids in upper case: their shapes differ, their letters' case does not matter. */
  readonly ids: NameIndex;
};

/**
 * Near misses looked up per linking of the tree: each costs about 30 µs at 10,000 tasks, and a tree with more missing
 * references than this has other troubles than spelling.
 */
const NEAR_MISS_LIMIT = 50;

const NONE: readonly string[] = [];

/** A resolver for all references of one tree. Positions are those of `specs`; -1 where a reference means no one task. */
export function referenceResolver(names: ReferenceNames): (reference: string) => {
  readonly link: LinkedReference;
  readonly target: number;
} {
  const defaultIds = lazily(() => indexDefaultIds(names.specs));
  const slugPaths = lazily(() => indexSlugPaths(names.specs));
  const nearMisses = lazily(() => nearMissFinder(names.keys));
  let nearMissesLeft = NEAR_MISS_LIMIT;

  const holders = (reference: string): readonly number[] => {
    const bySlug = holdersOf(names.slugs, reference);
    if (bySlug.length > 0) return bySlug;
    if (reference.includes("/")) return holdersOf(slugPaths(), reference);
    const id = reference.toUpperCase();
    const byId = holdersOf(names.ids, id);
    return byId.length > 0 ? byId : holdersOf(defaultIds(), id);
  };

  return (reference) => {
    const found = holders(reference);
    const [target] = found;
    if (target === undefined) {
      const candidates = nearMissesLeft-- > 0 ? nearMisses()(reference) : NONE;
      return { link: { reference, key: null, candidates, state: "missing" }, target: -1 };
    }
    if (found.length > 1) {
      const candidates = found.map((position) => names.keys[position] ?? "");
      return { link: { reference, key: null, candidates, state: "ambiguous" }, target: -1 };
    }
    return { link: { reference, key: names.keys[target] ?? null, candidates: NONE, state: "found" }, target };
  };
}

/** The id a task has when its file gives none; it keeps meaning the task when the file gives another. */
function indexDefaultIds(specs: readonly TaskSpec[]): NameIndex {
  const index = createNameIndex();
  for (const [position, { workstream, slug }] of specs.entries()) {
    addName(index, defaultTaskId(workstream, slug), position);
  }
  return index;
}

function indexSlugPaths(specs: readonly TaskSpec[]): NameIndex {
  const index = createNameIndex();
  for (const [position, { workstream, slug }] of specs.entries())
    addName(index, `${workstream}/${slug}`, position);
  return index;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
