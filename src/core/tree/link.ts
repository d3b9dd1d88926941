// Link: from parsed files to a tree in which every name means something. Keys, dependencies both ways, owners, and
// the flaws that only the whole tree shows. What links depend on changes rarely, so it is redone only when a slug, an
// id, a dependency, the team or a plan changed; any other edit relinks its own task alone.

import type { Problem } from "../problem.ts";
import type { RelativePath, TaskSpec } from "../task/task.ts";
import type { LinkedOwner } from "../team/team.ts";
import { linkPlans, type Plans } from "./link-plans.ts";
import { linkProblems } from "./link-problems.ts";
import type { LinkedReference } from "./link-references.ts";
import { linkStructure, type Structure } from "./link-structure.ts";
import type { FileRecord, ParsedFile, TreeIndex } from "./parsed-file.ts";

/** What other files' names mean to a task, and its name to them. */
export type TaskLinks = {
  /** The slug, or `<workstream>/<slug>` where files share it. */
  readonly key: string;
  /** Files that use the same slug, and the same id. */
  readonly sameSlug: readonly RelativePath[];
  readonly sameId: readonly RelativePath[];
  readonly references: readonly LinkedReference[];
  /** Keys of the tasks that depend on this one, in order. */
  readonly dependents: readonly string[];
};

export type LinkedTask = {
  readonly record: FileRecord;
  readonly spec: TaskSpec;
  readonly links: TaskLinks;
  readonly owner: LinkedOwner;
  readonly problems: readonly Problem[];
};

/** Identity of a `LinkedTask` is kept for as long as nothing about it changed. */
export type LinkedTree = {
  /** In order of key; a position in this list is how tasks refer to each other within one tree. */
  readonly tasks: readonly LinkedTask[];
  readonly structure: Structure;
  readonly plans: Plans;
};

/** Links the files of an index, reusing what a previous tree knows. */
export function linkTree(index: TreeIndex, previous: LinkedTree | null): LinkedTree {
  if (previous === null) return linkEverything(index, null);
  const edits = editsInPlace(index, previous);
  if (edits === null) return linkEverything(index, previous);
  return edits.length === 0 ? previous : relinkEdited(previous, edits);
}

/** A task file's record, and where its task stands in the tree. */
type Edit = { readonly position: number; readonly record: FileRecord; readonly spec: TaskSpec };

/** The task files that changed in ways that concern no other; null when anything else changed. */
function editsInPlace(index: TreeIndex, previous: LinkedTree): readonly Edit[] | null {
  const { structure, plans, tasks } = previous;
  if (index.size !== tasks.length + plans.files.size) return null;
  const edits: Edit[] = [];
  for (const [path, record] of index) {
    const position = structure.positionByPath.get(path);
    const old = position === undefined ? undefined : tasks[position];
    if (position === undefined || old === undefined) {
      if (plans.files.get(path) !== record.parsed) return null;
    } else if (!sameFacts(old.record, record)) {
      if (record.parsed.kind !== "task" || !sameNames(old.spec, record.parsed.spec)) return null;
      edits.push({ position, record, spec: record.parsed.spec });
    }
  }
  return edits;
}

/** A file that was touched but not changed has a new record with the same facts. */
function sameFacts(a: FileRecord, b: FileRecord): boolean {
  return (
    a === b ||
    (a.parsed === b.parsed &&
      a.changed.atMs === b.changed.atMs &&
      a.changed.basis === b.changed.basis &&
      a.outdated === b.outdated)
  );
}

/** Whether everything that other tasks' links could depend on is the same. */
function sameNames(a: TaskSpec, b: TaskSpec): boolean {
  return (
    a.slug === b.slug &&
    a.workstream === b.workstream &&
    a.id === b.id &&
    sameTexts(a.dependencies, b.dependencies)
  );
}

function relinkEdited(previous: LinkedTree, edits: readonly Edit[]): LinkedTree {
  const tasks = [...previous.tasks];
  for (const { position, record, spec } of edits) {
    const links = tasks[position]?.links;
    if (links !== undefined) tasks[position] = linkTask(record, spec, links, previous.plans);
  }
  return { ...previous, tasks };
}

function linkTask(record: FileRecord, spec: TaskSpec, links: TaskLinks, plans: Plans): LinkedTask {
  const owner = plans.team.ownerOf(spec.owner);
  return { record, spec, links, owner, problems: linkProblems(spec, links, owner, plans.marks) };
}

function linkEverything(index: TreeIndex, previous: LinkedTree | null): LinkedTree {
  const records: FileRecord[] = [];
  const others: [RelativePath, Exclude<ParsedFile, { kind: "task" }>][] = [];
  for (const [path, record] of index) {
    if (record.parsed.kind === "task") records.push(record);
    else others.push([path, record.parsed]);
  }
  const plans = linkPlans(others, previous?.plans ?? null);
  const structure = linkStructure(records);
  const tasks = structure.order.map((place, position) => {
    const links = structure.links[position];
    const record = records[place];
    if (links === undefined || record?.parsed.kind !== "task")
      throw new Error("Structure and records differ.");
    const linked = linkTask(record, record.parsed.spec, links, plans);
    const oldPosition = previous?.structure.positionByPath.get(record.stamp.path);
    const old = oldPosition === undefined ? undefined : previous?.tasks[oldPosition];
    return old !== undefined && sameLinked(old, linked) ? old : linked;
  });
  return { tasks, structure, plans };
}

function sameLinked(a: LinkedTask, b: LinkedTask): boolean {
  return (
    sameFacts(a.record, b.record) &&
    sameOwner(a.owner, b.owner) &&
    sameLinks(a.links, b.links) &&
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
      a.unfilledRole === b.unfilledRole)
  );
}

function sameLinks(a: TaskLinks, b: TaskLinks): boolean {
  return (
    a.key === b.key &&
    sameTexts(a.dependents, b.dependents) &&
    sameTexts(a.sameSlug, b.sameSlug) &&
    sameTexts(a.sameId, b.sameId) &&
    a.references.length === b.references.length &&
    a.references.every((reference, at) => sameReference(reference, b.references[at]))
  );
}

function sameReference(a: LinkedReference, b: LinkedReference | undefined): boolean {
  return (
    a.reference === b?.reference &&
    a.key === b.key &&
    a.state === b.state &&
    sameTexts(a.candidates, b.candidates)
  );
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((text, at) => text === b[at]));
}
