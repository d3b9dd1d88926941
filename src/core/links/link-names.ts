// What tasks are called: slug, id, and the key that both give way to.

import type { TaskSpec } from "../contract/task.ts";
import { indexNames, type NameIndex } from "./name-index.ts";

export type TreeNames = {
  /** By place. */
  readonly specs: readonly TaskSpec[];
  readonly slugs: NameIndex;
  /** Only ids that files give, as written. */
  readonly ids: NameIndex;
  /** By place: the slug, or `<workstream>/<slug>` where files share it. */
  readonly keys: readonly string[];
};

/** Names of all tasks; the tables of `previous` are kept when every task is called what it was. */
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
    specs.every((spec, place) => spec === before[place] || sameNames(spec, before[place]))
  );
}

/** Whether two states of a file are called the same. */
export function sameNames(a: TaskSpec, b: TaskSpec | undefined): boolean {
  return a.slug === b?.slug && a.workstream === b.workstream && a.id === b.id && hasOwnId(a) === hasOwnId(b);
}

/** Whether the file gives an id. */
export function hasOwnId(spec: TaskSpec | undefined): boolean {
  return spec?.lines["id"] !== undefined;
}
