// The names of tasks: slug, id, and key.

import type { TaskSpec } from "../contract/task.ts";
import { indexNames, type NameIndex } from "./name-index.ts";

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
