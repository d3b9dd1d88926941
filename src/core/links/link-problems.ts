// Problems of a task that only the whole tree shows, each with its line.

import type { Problem } from "../contract/problem.ts";
import type { TaskSpec } from "../contract/task.ts";
import { problem } from "../problems/problem-table.ts";
import type { LinkedOwner } from "../team/team.ts";
import type { BrokenReference } from "./link-names.ts";
import type { RepeatedReference, TaskLinks } from "./link-structure.ts";

/** What exists besides tasks. A kind without any file is not used in this tree and not checked. */
export type Marks = Readonly<Record<`${MarkKind}s`, ReadonlySet<string>>> & {
  /** A similar known slug; cached, since thousands of tasks may name the same milestone. */
  readonly near: (kind: MarkKind, slug: string) => string | null;
};

export type MarkKind = "workstream" | "milestone" | "initiative";

export type DependencyCycle = {
  /** Keys in order of dependency, from the task itself to the one that depends on it. */
  readonly path: readonly string[];
  /** Tasks that wait for each other; more than in `path` if the cycle is very large or branched. */
  readonly size: number;
};

const NO_PROBLEMS: readonly Problem[] = [];

export function linkProblems(
  spec: TaskSpec,
  links: TaskLinks,
  owner: LinkedOwner,
  marks: Marks,
): readonly Problem[] {
  if (isFine(spec, links, owner, marks)) return NO_PROBLEMS;
  return [
    ...slugTaken(spec, links),
    ...idTaken(spec, links),
    ...unknownOwner(spec, owner),
    ...links.broken.map((reference) => unresolved(spec, reference)),
    ...links.repeated.map((reference) => repeated(spec, reference)),
    ...unknownMark(spec, "workstream", marks),
    ...unknownMark(spec, "milestone", marks),
    ...unknownMark(spec, "initiative", marks),
  ];
}

/** True for nearly every task, and allocates nothing. */
function isFine(spec: TaskSpec, links: TaskLinks, owner: LinkedOwner, marks: Marks): boolean {
  return (
    links.sameSlug.length === 0 &&
    links.sameId.length === 0 &&
    links.repeated.length === 0 &&
    owner.meant === null &&
    owner.state !== "unknown" &&
    isKnown(spec.workstream, marks.workstreams) &&
    isKnown(spec.milestone, marks.milestones) &&
    isKnown(spec.initiative, marks.initiatives) &&
    links.broken.length === 0
  );
}

function isKnown(slug: string | null, known: ReadonlySet<string>): boolean {
  return slug === null || known.size === 0 || known.has(slug);
}

function slugTaken({ slug, file }: TaskSpec, { key, sameSlug }: TaskLinks): Problem[] {
  return sameSlug.length === 0
    ? []
    : [problem("slug_taken", { file, line: null }, { slug, key, others: sameSlug })];
}

function idTaken(spec: TaskSpec, { sameId }: TaskLinks): Problem[] {
  return sameId.length === 0 ? [] : [problem("id_taken", atKey(spec, "id"), { id: spec.id, others: sameId })];
}

function unknownOwner(spec: TaskSpec, { owner, state, unfilledRole, meant }: LinkedOwner): Problem[] {
  if (owner === null) return [];
  if (state === "unknown")
    return [problem("unknown_owner", atKey(spec, "owner"), { owner, unfilledRole, meant })];
  return meant === null ? [] : [problem("owner_with_sign", atKey(spec, "owner"), { owner, meant })];
}

function unresolved(spec: TaskSpec, { reference, state, candidates }: BrokenReference): Problem {
  const [meant, near] = state === "ambiguous" ? [candidates, []] : [[], candidates];
  const at = { file: spec.file, line: lineOfReference(spec, reference) };
  return problem("dependency_missing", at, { reference, meant, near });
}

function repeated(spec: TaskSpec, { reference, key }: RepeatedReference): Problem {
  const at = { file: spec.file, line: lineOfReference(spec, reference) };
  return problem("dependency_repeated", at, { reference, key });
}

function unknownMark(spec: TaskSpec, kind: MarkKind, marks: Marks): Problem[] {
  const slug = spec[kind];
  return slug === null || isKnown(slug, marks[`${kind}s`])
    ? []
    : [problem(`unknown_${kind}`, atKey(spec, kind), { slug, meant: marks.near(kind, slug) })];
}

/** Computed in each build, because finishing any task of the cycle breaks it. */
export function cycleProblem(spec: TaskSpec, { dependencyKeys }: TaskLinks, cycle: DependencyCycle): Problem {
  const { path, size } = cycle;
  const circle = path.length > 1 || size === 1 ? [...path, path[0]].join(" → ") : `${size} tasks`;
  const at = { file: spec.file, line: lineOfCycle(spec, dependencyKeys, cycle) };
  return problem("dependency_cycle", at, { circle });
}

function atKey(
  { file, lines }: TaskSpec,
  key: string,
): { readonly file: string; readonly line: number | null } {
  return { file, line: lines[key] ?? null };
}

type Lines = Pick<TaskSpec, "dependencies" | "dependencyLines" | "lines">;

/** The line of a dependency as written, rather than that of the key above the list; the line of the key if it is not there. */
export function lineOfReference(
  { dependencies, dependencyLines, lines }: Lines,
  reference: string,
): number | null {
  return dependencyLines[dependencies.indexOf(reference)] ?? lines["dependencies"] ?? null;
}

/** The line of the dependency that leads into the cycle; `keys` are parallel to the dependencies. */
export function lineOfCycle(
  spec: Lines,
  keys: readonly (string | null)[],
  { path }: DependencyCycle,
): number | null {
  const next = path[1] ?? path[0] ?? null;
  return spec.dependencyLines[keys.indexOf(next)] ?? spec.lines["dependencies"] ?? null;
}
