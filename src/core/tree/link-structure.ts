// Structure: who is called what and who depends on whom. The expensive part of linking, a pure function of slugs,
// workstreams, ids and dependencies.

import { compareText } from "../compare-text.ts";
import type { RelativePath, TaskSpec } from "../task/task.ts";
import { findLoops } from "./find-loops.ts";
import type { TaskLinks } from "./link.ts";
import { type LinkedReference, referenceResolver } from "./link-references.ts";
import { addName, createNameIndex, holdersOf, type NameIndex } from "./name-index.ts";
import type { FileRecord } from "./parsed-file.ts";

export type Structure = {
  /** For each position in order of key: the place of its record in what was linked. */
  readonly order: readonly number[];
  /** By position. */
  readonly links: readonly TaskLinks[];
  /** By position, parallel to `links[].references`: the position meant, or -1. */
  readonly targets: readonly (readonly number[])[];
  /** Positions that depend on each other in a circle, whatever their status. */
  readonly loops: readonly (readonly number[])[];
  readonly positionByPath: ReadonlyMap<RelativePath, number>;
};

const NO_TEXTS: readonly never[] = [];

/** Resolves every name in the given task records. */
export function linkStructure(records: readonly FileRecord[]): Structure {
  const { order, specs, keys } = orderByKey(records.map(specOf));
  const slugs = indexNames(specs, (spec) => spec.slug);
  const ids = indexNames(specs, (spec) => spec.id.toUpperCase());
  const { references, targets } = resolveAll({ specs, keys, slugs, ids });
  const dependents = reverse(targets, keys);
  const links = specs.map((spec, position) => ({
    key: keys[position] ?? "",
    sameSlug: others(specs, holdersOf(slugs, spec.slug), position),
    sameId: others(specs, holdersOf(ids, spec.id.toUpperCase()), position),
    references: references[position] ?? NO_TEXTS,
    dependents: dependents[position] ?? NO_TEXTS,
  }));
  return {
    order,
    links,
    targets,
    loops: findLoops(keys.keys(), (position) => knownTargets(targets[position])),
    positionByPath: new Map(specs.map((spec, position) => [spec.file, position])),
  };
}

function specOf(record: FileRecord): TaskSpec {
  if (record.parsed.kind !== "task") throw new Error("Only task files have a structure.");
  return record.parsed.spec;
}

function orderByKey(unordered: readonly TaskSpec[]) {
  const bySlug = indexNames(unordered, (spec) => spec.slug);
  const keyed = unordered.map((spec, place) => ({
    place,
    key: bySlug.shared.has(spec.slug) ? `${spec.workstream}/${spec.slug}` : spec.slug,
  }));
  keyed.sort((a, b) => compareText(a.key, b.key));
  const order = keyed.map(({ place }) => place);
  return {
    order,
    specs: order.map((place) => unordered[place]) as TaskSpec[],
    keys: keyed.map(({ key }) => key),
  };
}

function indexNames(specs: readonly TaskSpec[], nameOf: (spec: TaskSpec) => string): NameIndex {
  const index = createNameIndex();
  for (const [position, spec] of specs.entries()) addName(index, nameOf(spec), position);
  return index;
}

function resolveAll(names: Parameters<typeof referenceResolver>[0]) {
  const resolve = referenceResolver(names);
  const references: (readonly LinkedReference[])[] = [];
  const targets: (readonly number[])[] = [];
  for (const { dependencies } of names.specs) {
    if (dependencies.length === 0) {
      references.push(NO_TEXTS);
      targets.push(NO_TEXTS);
      continue;
    }
    const resolved = dependencies.map(resolve);
    references.push(resolved.map(({ link }) => link));
    targets.push(resolved.map(({ target }) => target));
  }
  return { references, targets };
}

/** Keys of the tasks that depend on each one, each once, in order of key because positions are. */
function reverse(
  targets: readonly (readonly number[])[],
  keys: readonly string[],
): readonly (readonly string[])[] {
  const dependents: string[][] = keys.map(() => NO_TEXTS as unknown as string[]);
  for (const [position, wanted] of targets.entries()) {
    for (const target of wanted) {
      if (target < 0) continue;
      const key = keys[position] ?? "";
      const list = dependents[target] ?? [];
      if (list.length === 0) dependents[target] = [key];
      else if (list.at(-1) !== key) list.push(key);
    }
  }
  return dependents;
}

function others(
  specs: readonly TaskSpec[],
  holders: readonly number[],
  position: number,
): readonly RelativePath[] {
  if (holders.length < 2) return NO_TEXTS;
  return holders.filter((holder) => holder !== position).flatMap((holder) => specs[holder]?.file ?? []);
}

function knownTargets(targets: readonly number[] | undefined): readonly number[] {
  if (targets === undefined || targets.length === 0) return NO_TEXTS;
  return targets.includes(-1) ? targets.filter((target) => target >= 0) : targets;
}
