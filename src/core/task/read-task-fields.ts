// Reads the known keys of a task's front matter. Unknown keys are ignored, unless they look like a typo.

import type { Priority, PullRequestHint, TaskStatus } from "../contract/task.ts";
import type { FrontMatterEntry } from "../front-matter/front-matter-entry.ts";
import { readDate, readText, readTexts } from "../front-matter/read-value.ts";
import { problem } from "../problems/problem-table.ts";
import type { Report } from "../problems/report.ts";
import { nearest } from "../text/nearest.ts";
import { similarKeyOf } from "./similar-keys.ts";
import { readPriority, readStatus } from "./status.ts";

export type TaskFields = {
  id: string | null;
  title: string | null;
  description: string | null;
  status: TaskStatus | null;
  priority: Priority | null;
  milestone: string | null;
  initiative: string | null;
  owner: string | null;
  dependencies: readonly string[];
  /** The 1-based line of each dependency. */
  dependencyLines: readonly number[];
  completedBy: string | null;
  completed: string | null;
  /** Why the task was completed with open gates; null if they were not waived. */
  gatesWaived: string | null;
  /** The task whose worker proposed this one. */
  discoveredFrom: string | null;
  /** Who accepted the proposal. */
  acceptedBy: string | null;
  pullRequest: PullRequestHint | null;
  /** The named worker that is to work on it. */
  worker: string | null;
  /** Lines of the known keys. */
  lines: { [Key in TaskKeyName]?: number };
};

/** A description is a paragraph or two; more belongs in the body. */
const DESCRIPTION_LENGTH_LIMIT = 10_000;

/** Every key of a task file that is read. */
export const TASK_KEYS = [
  "id",
  "title",
  "description",
  "status",
  "priority",
  "milestone",
  "initiative",
  "owner",
  "dependencies",
  "completed_by",
  "completed",
  "completed_at",
  "gates_waived",
  "discovered_from",
  "accepted_by",
  "pr_url",
  "pr_number",
  "worker",
] as const;
type TaskKeyName = (typeof TASK_KEYS)[number];

/** Reads all entries and reports problems in file order, missing keys last. */
export function readTaskFields(entries: readonly FrontMatterEntry[], report: Report): TaskFields {
  const fields: TaskFields = {
    id: null,
    title: null,
    description: null,
    status: null,
    priority: null,
    milestone: null,
    initiative: null,
    owner: null,
    dependencies: NONE,
    dependencyLines: NONE,
    completedBy: null,
    completed: null,
    gatesWaived: null,
    discoveredFrom: null,
    acceptedBy: null,
    pullRequest: null,
    worker: null,
    lines: {},
  };
  for (const entry of entries) {
    if (!readField(fields, entry, report)) checkUnknownKey(entry, entries, report);
  }
  checkMissing(fields, report);
  return fields;
}

const NONE: readonly never[] = [];

/**
 * Reads one key into its field; false for an unknown key. The names of lines are written out, because ten thousand records
 * with computed names take three times as long.
 */
function readField(fields: TaskFields, entry: FrontMatterEntry, report: Report): boolean {
  const { lines } = fields;
  switch (entry.key) {
    case "id":
      lines.id = entry.line;
      fields.id = readText(entry, report);
      return true;
    case "title":
      lines.title = entry.line;
      fields.title = readText(entry, report);
      return true;
    case "description":
      lines.description = entry.line;
      fields.description = readText(entry, report, DESCRIPTION_LENGTH_LIMIT);
      return true;
    case "status":
      lines.status = entry.line;
      fields.status = readStatus(entry, report);
      return true;
    case "priority":
      lines.priority = entry.line;
      fields.priority = readPriority(entry, report);
      return true;
    case "milestone":
      lines.milestone = entry.line;
      fields.milestone = readText(entry, report);
      return true;
    case "initiative":
      lines.initiative = entry.line;
      fields.initiative = readText(entry, report);
      return true;
    case "owner":
      lines.owner = entry.line;
      fields.owner = readText(entry, report);
      return true;
    case "dependencies":
      lines.dependencies = entry.line;
      readDependencies(fields, entry, report);
      return true;
    case "completed_by":
      lines.completed_by = entry.line;
      fields.completedBy = readText(entry, report);
      return true;
    case "completed":
      lines.completed = entry.line;
      fields.completed = readDate(entry, report) ?? fields.completed;
      return true;
    case "completed_at":
      lines.completed_at = entry.line;
      fields.completed ??= readDate(entry, report);
      return true;
    case "gates_waived":
      lines.gates_waived = entry.line;
      fields.gatesWaived = readText(entry, report);
      return true;
    case "pr_url":
      lines.pr_url = entry.line;
      fields.pullRequest = withUrl(fields.pullRequest, entry, report);
      return true;
    case "pr_number":
      lines.pr_number = entry.line;
      fields.pullRequest = withNumber(fields.pullRequest, entry, report);
      return true;
    case "worker":
      lines.worker = entry.line;
      fields.worker = readText(entry, report);
      return true;
    default:
      return readProposalField(fields, entry, report);
  }
}

function readProposalField(fields: TaskFields, entry: FrontMatterEntry, report: Report): boolean {
  const { lines } = fields;
  switch (entry.key) {
    case "discovered_from":
      lines.discovered_from = entry.line;
      fields.discoveredFrom = readText(entry, report);
      return true;
    case "accepted_by":
      lines.accepted_by = entry.line;
      fields.acceptedBy = readText(entry, report);
      return true;
    default:
      return false;
  }
}

function readDependencies(fields: TaskFields, entry: FrontMatterEntry, report: Report): void {
  const { texts, lines } = readTexts(entry, report);
  fields.dependencies = texts;
  fields.dependencyLines = lines;
}

const NO_HINT: PullRequestHint = { url: null, number: null };

function withUrl(
  hint: PullRequestHint | null,
  entry: FrontMatterEntry,
  report: Report,
): PullRequestHint | null {
  const value = readText(entry, report);
  if (value === null) return hint;
  if (/^https?:\/\/[^\s/]+/i.test(value)) return { ...(hint ?? NO_HINT), url: value };
  reportPullRequest(value, entry, report);
  return hint;
}

function withNumber(
  hint: PullRequestHint | null,
  entry: FrontMatterEntry,
  report: Report,
): PullRequestHint | null {
  const value = readText(entry, report);
  if (value === null) return hint;
  const number = /^#?\d+$/.test(value) ? Number(value.replace("#", "")) : Number.NaN;
  if (Number.isSafeInteger(number) && number > 0) return { ...(hint ?? NO_HINT), number };
  reportPullRequest(value, entry, report);
  return hint;
}

function reportPullRequest(value: string, { key, line }: FrontMatterEntry, report: Report): void {
  report.problems.push(problem("pull_request_invalid", { file: report.file, line }, { key, value }));
}

/** Keys of other tools that happen to be similar to ours. */
const OTHER_TOOLS_KEYS: ReadonlySet<string> = new Set([
  "slug",
  "tags",
  "type",
  "created",
  "updated",
  "order",
]);

/** A typo such as `dependancies`, or another tool's key, would otherwise be dropped silently. */
function checkUnknownKey(
  entry: FrontMatterEntry,
  entries: readonly FrontMatterEntry[],
  report: Report,
): void {
  const { key, line, value } = entry;
  const at = { file: report.file, line };
  const has = (other: string) => entries.some((one) => one.key === other);
  const foreign = similarKeyOf(key);
  if (foreign !== undefined) {
    const { ours, likeness, hint } = foreign;
    if (value !== null && (ours === null || !has(ours)))
      report.problems.push(problem("key_foreign", at, { key, likeness, hint }));
    return;
  }
  if (key.length < 4 || OTHER_TOOLS_KEYS.has(key)) return;
  const meant = nearest(key, TASK_KEYS);
  if (meant !== null && !has(meant)) report.problems.push(problem("key_misspelt", at, { key, meant }));
}

/** Unless the title has been reported already as a list, an alias or cut by a comment. */
function reportNoTitle(line: number | null, { file, problems }: Report): void {
  const isReported = problems.some((found) => found.line === line || found.code === "key_repeated");
  if (line !== null && isReported) return;
  problems.push(problem("title_missing", { file, line }, {}));
}

function checkMissing(fields: TaskFields, { file, problems }: Report): void {
  const nowhere = { file, line: null };
  if (fields.title === null) reportNoTitle(fields.lines.title ?? null, { file, problems });
  if (!("status" in fields.lines)) problems.push(problem("status_missing", nowhere, {}));
  if (fields.status !== "completed") return;
  const at = { file, line: fields.lines.status ?? null };
  if (fields.completedBy === null) problems.push(problem("completed_by_missing", at, {}));
  const isDated = fields.completed !== null || "completed" in fields.lines || "completed_at" in fields.lines;
  if (!isDated) problems.push(problem("completed_date_missing", at, {}));
}
