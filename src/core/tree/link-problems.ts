// The flaws of a task file that only show when the whole tree is seen: each with the line that has it and what to do.

import { listed } from "../listed.ts";
import type { Problem } from "../problem.ts";
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

/** Only `slug_taken` is an error: the others have signals of their own (docs/signals.md) or are no more than a mark. */
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
    ...unknownMark(spec, "workstream", spec.workstream, marks.workstreams, "index.md in its folder"),
    ...unknownMark(spec, "milestone", spec.milestone, marks.milestones, "file under tasks/milestones/"),
    ...unknownMark(spec, "initiative", spec.initiative, marks.initiatives, "folder under initiatives/"),
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

function slugTaken(spec: TaskSpec, { key, sameSlug }: TaskLinks): Problem[] {
  if (sameSlug.length === 0) return [];
  return [
    {
      code: "slug_taken",
      severity: "error",
      file: spec.file,
      line: null,
      message: `The slug "${spec.slug}" is also used by ${listed(sameSlug)}.`,
      hint: `Rename one of the files; until then this task is called ${key}.`,
    },
  ];
}

function idTaken(spec: TaskSpec, { sameId }: TaskLinks): Problem[] {
  if (sameId.length === 0) return [];
  return [
    {
      code: "id_taken",
      severity: "warning",
      file: spec.file,
      line: lineOf(spec, "id"),
      message: `The id "${spec.id}" is also used by ${listed(sameId)}.`,
      hint: "Give each task an id of its own; dependencies on this id cannot be resolved.",
    },
  ];
}

function unknownOwner(spec: TaskSpec, owner: LinkedOwner): Problem[] {
  if (owner.state !== "unknown") return [];
  const message = owner.unfilledRole
    ? `The owner "${owner.owner}" is a role that leads to no person.`
    : `The owner "${owner.owner}" is no person, alias or role under tasks/team/.`;
  const hint = owner.unfilledRole
    ? "Set `filled_by` or `owner` in the role's file."
    : "Correct the owner, or add the person or alias under tasks/team/.";
  return [
    {
      code: "unknown_owner",
      severity: "warning",
      file: spec.file,
      line: lineOf(spec, "owner"),
      message,
      hint,
    },
  ];
}

function unresolved(spec: TaskSpec, { reference, state, candidates }: BrokenReference): Problem {
  const base = {
    code: "dependency_missing",
    severity: "warning",
    file: spec.file,
    line: lineOf(spec, "dependencies"),
  } as const;
  if (state === "ambiguous") {
    const message = `The dependency "${reference}" could mean ${listed(candidates)}.`;
    return { ...base, message, hint: "Write it as <workstream>/<slug>." };
  }
  const hint =
    candidates.length === 0 ? "Correct or remove it." : `Did you mean ${listed(candidates, "or")}?`;
  return { ...base, message: `The dependency "${reference}" does not exist.`, hint };
}

function unknownMark(
  spec: TaskSpec,
  kind: "workstream" | "milestone" | "initiative",
  slug: string | null,
  known: ReadonlySet<string>,
  needed: string,
): Problem[] {
  if (isKnown(slug, known)) return [];
  return [
    {
      code: `unknown_${kind}`,
      severity: "warning",
      file: spec.file,
      line: kind === "workstream" ? null : lineOf(spec, kind),
      message: `The ${kind} "${slug}" is not known: it has no ${needed}.`,
      hint: kind === "workstream" ? "Add the file." : `Correct the ${kind}, or add its file.`,
    },
  ];
}

/** The flaw of an open task that waits for itself; found in each build, because finishing any task of the circle ends it. */
export function cycleProblem(spec: TaskSpec, { path, size }: Cycle): Problem {
  const circle = path.length > 1 || size === 1 ? [...path, path[0]].join(" → ") : `${size} tasks`;
  return {
    code: "dependency_cycle",
    severity: "warning",
    file: spec.file,
    line: lineOf(spec, "dependencies"),
    message: `The dependencies lead back to this task: ${circle}.`,
    hint: "Remove one dependency of the circle.",
  };
}

function lineOf(spec: TaskSpec, key: string): number | null {
  return spec.lines[key] ?? null;
}
