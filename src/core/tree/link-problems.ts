// The flaws of a task file that only show when the whole tree is seen: each with the line that has it and what to do.

import type { Problem } from "../problem.ts";
import { problem } from "../problem-table.ts";
import type { TaskSpec } from "../task/task.ts";
import type { LinkedOwner } from "../team/team.ts";
import type { BrokenReference } from "./link-references.ts";
import type { TaskLinks } from "./link-structure.ts";
import type { Cycle } from "./open-cycles.ts";

/** What exists besides tasks. A kind without any file is not used by this tree, and nothing is said about it. */
export type Marks = {
  readonly workstreams: ReadonlySet<string>;
  readonly milestones: ReadonlySet<string>;
  readonly initiatives: ReadonlySet<string>;
};

const NO_PROBLEMS: readonly Problem[] = [];

/** What is wrong with a task as part of its tree, in the order people should read it. */
export function linkProblems(
  spec: TaskSpec,
  links: TaskLinks,
  owner: LinkedOwner,
  marks: Marks,
): readonly Problem[] {
  if (isFlawless(spec, links, owner, marks)) return NO_PROBLEMS;
  return [
    ...slugTaken(spec, links),
    ...idTaken(spec, links),
    ...unknownOwner(spec, owner),
    ...links.broken.map((reference) => unresolved(spec, reference)),
    ...unknownMark(spec, "workstream", marks.workstreams),
    ...unknownMark(spec, "milestone", marks.milestones),
    ...unknownMark(spec, "initiative", marks.initiatives),
  ];
}

/** Nearly every task is, and finding that out costs no list. */
function isFlawless(spec: TaskSpec, links: TaskLinks, owner: LinkedOwner, marks: Marks): boolean {
  return (
    links.sameSlug.length === 0 &&
    links.sameId.length === 0 &&
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
  return sameId.length === 0 ? [] : [problem("id_taken", place(spec, "id"), { id: spec.id, others: sameId })];
}

function unknownOwner(spec: TaskSpec, { owner, state, unfilledRole }: LinkedOwner): Problem[] {
  if (state !== "unknown" || owner === null) return [];
  return [problem("unknown_owner", place(spec, "owner"), { owner, unfilledRole })];
}

function unresolved(spec: TaskSpec, { reference, state, candidates }: BrokenReference): Problem {
  const [meant, near] = state === "ambiguous" ? [candidates, []] : [[], candidates];
  return problem("dependency_missing", place(spec, "dependencies"), { reference, meant, near });
}

function unknownMark(
  spec: TaskSpec,
  kind: "workstream" | "milestone" | "initiative",
  known: ReadonlySet<string>,
): Problem[] {
  const slug = spec[kind];
  return slug === null || isKnown(slug, known)
    ? []
    : [problem(`unknown_${kind}`, place(spec, kind), { slug })];
}

/** The flaw of an open task that waits for itself; found in each build, because finishing any task of the circle ends it. */
export function cycleProblem(spec: TaskSpec, { path, size }: Cycle): Problem {
  const circle = path.length > 1 || size === 1 ? [...path, path[0]].join(" → ") : `${size} tasks`;
  return problem("dependency_cycle", place(spec, "dependencies"), { circle });
}

function place(
  { file, lines }: TaskSpec,
  key: string,
): { readonly file: string; readonly line: number | null } {
  return { file, line: lines[key] ?? null };
}
