// Parses a task file into its spec and problems. Never throws: an unreadable field is null and has a problem.

import { pathNames } from "../contract/path-kind.ts";
import type { Problem } from "../contract/problem.ts";
import type { ParsedTask, RelativePath, TaskSpec } from "../contract/task.ts";
import { readFrontMatter } from "../front-matter/front-matter.ts";
import { problem } from "../problems/problem-table.ts";
import { problemsOf, type Report } from "../problems/report.ts";
import { GATE_TEXTS, gatesOf } from "./gates.ts";
import { readTaskFields, type TaskFields } from "./read-task-fields.ts";
import { type ScannedBody, SECTION_COUNT_LIMIT, scanBody } from "./scan-body.ts";
import { shareLines, shareSections } from "./share.ts";
import { defaultTaskId } from "./task-id.ts";

/** What the path says about a task. */
export type TaskLocation = {
  readonly file: RelativePath;
  readonly slug: string;
  readonly workstream: string;
};

/** Parses the task file at that path (docs/format.md). */
export function parseTask(file: RelativePath, text: string): ParsedTask {
  const { slug, workstream } = pathNames(file) ?? { slug: file, workstream: "" };
  return parseTaskAt({ file, slug, workstream }, text);
}

/** The same with the parts of the path. */
export function parseTaskAt(place: TaskLocation, text: string): ParsedTask {
  const { file } = place;
  const front = readFrontMatter(file, text);
  if (front.kind === "absent") {
    const { opensOn } = front;
    return unreadableTask(place, problem("front_matter_missing", { file, line: 1 }, { opensOn }));
  }
  if (front.kind === "unreadable") return unreadableTask(place, front.problem);

  const report: Report = { file, problems: [...front.problems] };
  const fields = readTaskFields(front.entries, report);
  const body = scanBody(text, front.bodyStart, front.bodyLine);
  checkBody(fields, body, report);
  if (text.includes("\0")) report.problems.push(problem("nul_character", { file, line: null }, {}));
  return {
    kind: "task",
    spec: specOf(place, fields, body),
    problems: problemsOf(report),
    readable: true,
  };
}

/** A task of which only the file name is known, with the problem that says why. */
export function unreadableTask(place: TaskLocation, reason: Problem): ParsedTask {
  const spec = specOf(place, NO_FIELDS, NO_BODY);
  return { kind: "task", spec, problems: [reason], readable: false };
}

const NO_FIELDS: TaskFields = readTaskFields([], { file: "", problems: [] });

const NO_BODY: Pick<ScannedBody, "sections" | "gates"> = { sections: [], gates: gatesOf("absent", "absent") };

function specOf(
  place: TaskLocation,
  fields: TaskFields,
  body: Pick<ScannedBody, "sections" | "gates">,
): TaskSpec {
  const { file, slug, workstream } = place;
  return {
    slug,
    workstream,
    file,
    id: fields.id ?? defaultTaskId(workstream, slug),
    title: fields.title,
    description: fields.description,
    status: fields.status,
    priority: fields.priority,
    milestone: fields.milestone,
    initiative: fields.initiative,
    owner: fields.owner,
    dependencies: fields.dependencies,
    dependencyLines: fields.dependencyLines,
    completedBy: fields.completedBy,
    completed: fields.completed,
    pullRequest: fields.pullRequest,
    proposedFrom: proposedFrom(fields),
    worker: fields.worker,
    sections: shareSections(body.sections),
    gates: body.gates,
    lines: shareLines(fields.lines),
  };
}

/** A status other than `not_started` means that a person has decided about it. */
function proposedFrom({ discoveredFrom, acceptedBy, status }: TaskFields): string | null {
  return acceptedBy === null && status === "not_started" ? discoveredFrom : null;
}

/** Checks that need several keys, or the body. */
function checkBody(fields: TaskFields, body: ScannedBody, { file, problems }: Report): void {
  if (body.tooManySectionsLine !== null) {
    const at = { file, line: body.tooManySectionsLine };
    problems.push(problem("sections_too_many", at, { limit: SECTION_COUNT_LIMIT }));
  }
  if (fields.status !== "completed" || fields.gatesWaived !== null) return;
  for (const { gate, line, mark } of body.openGates) {
    problems.push(problem("gate_open", { file, line }, { gate: GATE_TEXTS[gate], mark }));
  }
}
