// Status and priority must be one of their words; any other word is an error that suggests one.

import { PRIORITIES, type Priority, TASK_STATUSES, type TaskStatus } from "../contract/task.ts";
import type { FrontMatterEntry } from "../front-matter/front-matter-entry.ts";
import { readText } from "../front-matter/read-value.ts";
import { problem } from "../problems/problem-table.ts";
import type { Report } from "../problems/report.ts";
import { nearest } from "../text/nearest.ts";

const STATUSES: ReadonlyMap<string, TaskStatus> = new Map(TASK_STATUSES.map((status) => [status, status]));
const PRIORITY_WORDS: ReadonlyMap<string, Priority> = new Map(PRIORITIES.map((word) => [word, word]));

/** Words of other trackers. */
const SYNONYMS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    not_started: ["todo", "to_do", "open", "new", "planned", "backlog", "draft"],
    ready: ["queued", "next"],
    in_progress: ["wip", "doing", "started", "active", "working"],
    blocked: ["waiting", "on_hold", "stuck"],
    completed: ["done", "closed", "finished", "complete", "merged", "shipped"],
    cancelled: ["dropped", "wontfix", "abandoned", "obsolete"],
  }).flatMap(([status, words]) => words.map((word) => [word, status] as const)),
);

/** Words of other trackers. */
const OTHER_WORDS: ReadonlyMap<string, Priority> = new Map(
  Object.entries({
    p0: ["urgent", "critical", "blocker", "highest", "asap"],
    p1: ["high", "major"],
    p2: ["medium", "normal", "moderate", "default"],
    p3: ["low", "lowest", "minor", "trivial"],
  } satisfies Record<Priority, readonly string[]>).flatMap(([priority, words]) =>
    words.map((word) => [word, priority as Priority] as const),
  ),
);

/** The status of a task; legacy `done` reads as `completed`. */
export function readStatus(entry: FrontMatterEntry, report: Report): TaskStatus | null {
  const at = { file: report.file, line: entry.line };
  const value = readText(entry, report);
  if (value === null) {
    if (entry.value === null || entry.value === "") report.problems.push(problem("status_missing", at, {}));
    return null;
  }
  const status = STATUSES.get(value);
  if (status !== undefined) return status;
  if (value === "done") {
    report.problems.push(problem("status_legacy", at, {}));
    return "completed";
  }
  const word = value.toLowerCase().replace(/[\s-]+/g, "_");
  const meant = SYNONYMS.get(word) ?? nearest(value, TASK_STATUSES);
  report.problems.push(problem("status_unknown", at, { value, meant }));
  return null;
}

/** The priority of a task; optional. */
export function readPriority(entry: FrontMatterEntry, report: Report): Priority | null {
  const value = readText(entry, report);
  if (value === null) return null;
  const priority = PRIORITY_WORDS.get(value);
  if (priority !== undefined) return priority;
  const meant = /^p?[0-3]$/i.test(value)
    ? `p${value.slice(-1)}`
    : (OTHER_WORDS.get(value.toLowerCase()) ?? null);
  const at = { file: report.file, line: entry.line };
  report.problems.push(problem("priority_unknown", at, { value, meant }));
  return null;
}
