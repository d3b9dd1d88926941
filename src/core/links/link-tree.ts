// Link: from parsed files to a tree in which every name means something. Keys, dependencies both ways, owners, and
// the flaws that only the whole tree shows. What links depend on changes rarely, so it is redone only when a slug, an
// id, a dependency, the team or a plan changed; any other edit relinks its own task alone.

import type { FileRecord, TreeIndex } from "../contract/parsed-file.ts";
import type { Problem } from "../contract/problem.ts";
import type { TaskSpec } from "../contract/task.ts";
import type { LinkedOwner } from "../team/team.ts";
import { changedValues } from "../values/patched-map.ts";
import { sameNames } from "./link-names.ts";
import { linkPlans, type PlanFile, type Plans } from "./link-plans.ts";
import { linkProblems } from "./link-problems.ts";
import { linkStructure, type Structure, type TaskLinks } from "./link-structure.ts";
import { indexNames } from "./name-index.ts";

export type LinkedTask = {
  readonly record: FileRecord;
  readonly spec: TaskSpec;
  readonly links: TaskLinks;
  readonly owner: LinkedOwner;
  /** Flaws found by linking; the parser's are in the record. */
  readonly problems: readonly Problem[];
};

/** Identity of a `LinkedTask` is kept for as long as nothing about it changed. */
export type LinkedTree = {
  readonly index: TreeIndex;
  /** Task files in the same order; a place in this list is how tasks refer to each other within one tree. */
  readonly tasks: readonly LinkedTask[];
  readonly structure: Structure;
  readonly plans: Plans;
  /** By place: the place in the tree this one was linked from, or -1. Says nothing while `structure` is the same. */
  readonly former: readonly number[];
  /** Places of the tasks that differ from the tree this one was linked from; null when more than tasks may. */
  readonly edited: readonly number[] | null;
  /** Place of the task in this file. */
  readonly placeOf: (file: string) => number | undefined;
};

/** Links the files of an index, reusing what a previous tree knows. */
export function linkTree(index: TreeIndex, previous: LinkedTree | null): LinkedTree {
  if (previous === null) return linkEverything(index, null);
  const edits = editsInPlace(index, previous);
  if (edits === null) return linkEverything(index, previous);
  return edits.length === 0 ? previous : relinkEdited(previous, index, edits);
}

/** A task's new record and its place. */
type Edit = { readonly place: number; readonly record: FileRecord; readonly spec: TaskSpec };

/** The task files that changed in ways that concern no other; null when anything else changed. */
function editsInPlace(index: TreeIndex, previous: LinkedTree): readonly Edit[] | null {
  const edits: Edit[] = [];
  for (const { before: old, after: record } of changedRecords(previous.index, index) ?? [UNKNOWN]) {
    if (old === null || record === null) return null;
    if (sameFacts(old, record)) continue;
    if (record.parsed.kind !== "task" || old.parsed.kind !== "task") return null;
    const { spec } = record.parsed;
    const place = previous.placeOf(record.stamp.path);
    if (place === undefined || !sameReferences(old.parsed.spec, spec)) return null;
    edits.push({ place, record, spec });
  }
  return edits;
}

type ChangedRecord = { readonly before: FileRecord | null; readonly after: FileRecord | null };

const UNKNOWN: ChangedRecord = { before: null, after: null };

/** Null when the two have other files, or the same ones in another order. */
function changedRecords(before: TreeIndex, after: TreeIndex): readonly ChangedRecord[] | null {
  const known = changedValues(before, after);
  if (known !== null) return known;
  if (before.size !== after.size) return null;
  const changed: ChangedRecord[] = [];
  const olds = before.values();
  for (const record of after.values()) {
    const old = olds.next().value;
    if (old === undefined || record.stamp.path !== old.stamp.path) return null;
    if (record !== old) changed.push({ before: old, after: record });
  }
  return changed;
}

/** A file that was touched but not changed has a new record with the same facts. */
function sameFacts(a: FileRecord, b: FileRecord): boolean {
  return (
    a === b ||
    (a.parsed === b.parsed && a.changed.atMs === b.changed.atMs && a.changed.basis === b.changed.basis)
  );
}

/** Whether everything that other tasks' links could depend on is the same. */
function sameReferences(a: TaskSpec, b: TaskSpec): boolean {
  return sameNames(a, b) && sameItems(a.dependencies, b.dependencies);
}

function relinkEdited(previous: LinkedTree, index: TreeIndex, edits: readonly Edit[]): LinkedTree {
  const tasks = [...previous.tasks];
  for (const { place, record, spec } of edits) {
    const links = tasks[place]?.links;
    if (links !== undefined) tasks[place] = linkTask(record, spec, links, previous.plans);
  }
  return { ...previous, index, tasks, edited: edits.map(({ place }) => place) };
}

function linkTask(record: FileRecord, spec: TaskSpec, links: TaskLinks, plans: Plans): LinkedTask {
  const owner = plans.team.ownerOf(spec.owner);
  return { record, spec, links, owner, problems: linkProblems(spec, links, owner, plans.marks) };
}

function linkEverything(index: TreeIndex, previous: LinkedTree | null): LinkedTree {
  const taskRecords: FileRecord[] = [];
  const specs: TaskSpec[] = [];
  const planFiles: PlanFile[] = [];
  index.forEach((record) => {
    if (record.parsed.kind === "task") {
      taskRecords.push(record);
      specs.push(record.parsed.spec);
    } else planFiles.push(record.parsed);
  });
  const plans = linkPlans(planFiles, previous?.plans ?? null);
  const structure = linkStructure(specs, previous?.structure ?? null);
  const former = formerPlaces(specs, previous?.tasks ?? []);
  const tasks = structure.links.map((links, place) => {
    const task = linkTask(taskRecords[place] as FileRecord, specs[place] as TaskSpec, links, plans);
    const old = previous?.tasks[former[place] ?? -1];
    return old !== undefined && sameLinked(old, task) ? old : task;
  });
  return { index, tasks, structure, plans, former, edited: null, placeOf: placeFinder(specs) };
}

/** Its table is made when the first file is edited. */
function placeFinder(specs: readonly TaskSpec[]): LinkedTree["placeOf"] {
  let places: ReadonlyMap<string, number> | null = null;
  return (file) => {
    places ??= new Map(specs.map((spec, place) => [spec.file, place]));
    return places.get(file);
  };
}

/** For each task its place in another list of tasks, or -1. The lists mostly go together, so hardly any is looked up. */
function formerPlaces(specs: readonly TaskSpec[], before: readonly LinkedTask[]): readonly number[] {
  let places: ReadonlyMap<string, number> | null = null;
  let next = 0;
  return specs.map(({ file }) => {
    if (before.length === 0) return -1;
    if (before[next]?.spec.file === file) return next++;
    places ??= indexNames(before, ({ spec }) => spec.file).first;
    const place = places.get(file) ?? -1;
    if (place >= 0) next = place + 1;
    return place;
  });
}

function sameLinked(a: LinkedTask, b: LinkedTask): boolean {
  return (
    sameFacts(a.record, b.record) &&
    sameOwner(a.owner, b.owner) &&
    a.links.key === b.links.key &&
    sameItems(a.links.dependencyKeys, b.links.dependencyKeys) &&
    sameItems(a.links.dependents, b.links.dependents) &&
    a.links.broken.length === b.links.broken.length &&
    a.links.broken.every(({ candidates }, at) =>
      sameItems(candidates, b.links.broken[at]?.candidates ?? []),
    ) &&
    a.problems.length === b.problems.length &&
    a.problems.every(
      ({ message, hint }, at) => message === b.problems[at]?.message && hint === b.problems[at]?.hint,
    )
  );
}

function sameOwner(a: LinkedOwner, b: LinkedOwner): boolean {
  return (
    a === b ||
    (a.owner === b.owner &&
      a.writtenAs === b.writtenAs &&
      a.state === b.state &&
      a.unfilledRole === b.unfilledRole &&
      a.meant === b.meant)
  );
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((item, at) => item === b[at]));
}
