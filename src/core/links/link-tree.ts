// Links parsed files to a tree: resolves keys, dependencies in both directions and owners, and finds the problems between
// files. Everything is relinked only if a slug, an id, a dependency, the team or a plan changed; any other edit relinks
// only its own task.

import type { FileRecord, TreeIndex } from "../contract/parsed-file.ts";
import type { Problem } from "../contract/problem.ts";
import type { TaskSpec } from "../contract/task.ts";
import type { LinkedOwner } from "../team/team.ts";
import { changedValues } from "../values/patched-map.ts";
import { sameItems } from "../values/same-value.ts";
import { indexNames, sameNames } from "./link-names.ts";
import { linkPlans, type PlanFile, type Plans } from "./link-plans.ts";
import { linkProblems } from "./link-problems.ts";
import { linkStructure, type Structure, type TaskLinks } from "./link-structure.ts";

export type LinkedTask = {
  readonly record: FileRecord;
  readonly spec: TaskSpec;
  readonly links: TaskLinks;
  readonly owner: LinkedOwner;
  /** Problems found by linking; the parser's are in the record. */
  readonly problems: readonly Problem[];
};

/** A `LinkedTask` stays the same object while nothing about it changes. */
export type LinkedTree = {
  readonly index: TreeIndex;
  /** Task files in order of the index. Within one tree, tasks refer to each other by their index in this list. */
  readonly tasks: readonly LinkedTask[];
  readonly structure: Structure;
  readonly plans: Plans;
  /** By index: the index in the previous tree, or -1. Unused while `structure` is the same. */
  readonly former: readonly number[];
  /** Indexes of the tasks that differ from the previous tree; null if more than tasks may differ. */
  readonly edited: readonly number[] | null;
  /** Index of the task in this file. */
  readonly indexOf: (file: string) => number | undefined;
};

/** Links the files of an index, reusing a previous tree. */
export function linkTree(index: TreeIndex, previous: LinkedTree | null): LinkedTree {
  if (previous === null) return linkEverything(index, null);
  const edits = editsInPlace(index, previous);
  if (edits === null) return linkEverything(index, previous);
  return edits.length === 0 ? previous : relinkEdited(previous, index, edits);
}

/** A task's new record and its index. */
type Edit = { readonly at: number; readonly record: FileRecord; readonly spec: TaskSpec };

/** Task files with changes that affect no other file; null if anything else changed. */
function editsInPlace(index: TreeIndex, previous: LinkedTree): readonly Edit[] | null {
  const edits: Edit[] = [];
  for (const { before: old, after: record } of changedRecords(previous.index, index) ?? [UNKNOWN]) {
    if (old === null || record === null) return null;
    if (sameFacts(old, record)) continue;
    if (record.parsed.kind !== "task" || old.parsed.kind !== "task") return null;
    const { spec } = record.parsed;
    const at = previous.indexOf(record.stamp.path);
    if (at === undefined || !sameReferences(old.parsed.spec, spec)) return null;
    edits.push({ at, record, spec });
  }
  return edits;
}

type ChangedRecord = { readonly before: FileRecord | null; readonly after: FileRecord | null };

const UNKNOWN: ChangedRecord = { before: null, after: null };

/** Null if the files or their order differ. */
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

/** A touched but unchanged file has a new record with the same facts. */
function sameFacts(a: FileRecord, b: FileRecord): boolean {
  return (
    a === b ||
    (a.parsed === b.parsed && a.changed.atMs === b.changed.atMs && a.changed.basis === b.changed.basis)
  );
}

/** Whether everything that other tasks' links depend on is the same. */
function sameReferences(a: TaskSpec, b: TaskSpec): boolean {
  return sameNames(a, b) && sameItems(a.dependencies, b.dependencies);
}

function relinkEdited(previous: LinkedTree, index: TreeIndex, edits: readonly Edit[]): LinkedTree {
  const tasks = [...previous.tasks];
  for (const { at, record, spec } of edits) {
    const links = tasks[at]?.links;
    if (links !== undefined) tasks[at] = linkTask(record, spec, links, previous.plans);
  }
  return { ...previous, index, tasks, edited: edits.map(({ at }) => at) };
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
  const former = formerIndexes(specs, previous?.tasks ?? []);
  const tasks = structure.links.map((links, at) => {
    const task = linkTask(taskRecords[at] as FileRecord, specs[at] as TaskSpec, links, plans);
    const old = previous?.tasks[former[at] ?? -1];
    return old !== undefined && sameLinked(old, task) ? old : task;
  });
  return { index, tasks, structure, plans, former, edited: null, indexOf: indexFinder(specs) };
}

/** The table is made on first use. */
function indexFinder(specs: readonly TaskSpec[]): LinkedTree["indexOf"] {
  let indexes: ReadonlyMap<string, number> | null = null;
  return (file) => {
    indexes ??= new Map(specs.map((spec, at) => [spec.file, at]));
    return indexes.get(file);
  };
}

/** For each task its index in another list, or -1. The lists are mostly in the same order, so few need a sync. */
function formerIndexes(specs: readonly TaskSpec[], before: readonly LinkedTask[]): readonly number[] {
  let indexes: ReadonlyMap<string, number> | null = null;
  let next = 0;
  return specs.map(({ file }) => {
    if (before.length === 0) return -1;
    if (before[next]?.spec.file === file) return next++;
    indexes ??= indexNames(before, ({ spec }) => spec.file).first;
    const at = indexes.get(file) ?? -1;
    if (at >= 0) next = at + 1;
    return at;
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
