// What a task file says, and nothing from a clock or another file.

import type { Problem } from "./problem.ts";

export const TASK_STATUSES = [
  "not_started",
  "ready",
  "in_progress",
  "blocked",
  "completed",
  "cancelled",
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const PRIORITIES = ["p0", "p1", "p2", "p3"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A path relative to the repository, with `/` on every system. The core has no absolute paths. */
export type RelativePath = string & { readonly __brand: "RelativePath" };

export type Section = {
  readonly heading: string;
  /** 1-based line of the heading in the file. */
  readonly line: number;
  readonly ticked: number;
  /** Boxes that will not be done: `[-]` and `[~]`. */
  readonly dropped: number;
  /** All boxes, including dropped ones. */
  readonly total: number;
};

export type GateState = "ticked" | "open" | "absent";

/** The two check boxes that gate delivery, anywhere in the body. */
export type Gates = { readonly qa_exploration: GateState; readonly review_cleared: GateState };

export type PullRequestHint = { readonly url: string | null; readonly number: number | null };

/** The content of a task file. A field that could not be read is null (or empty) and has a problem. */
export type TaskSpec = {
  readonly slug: string;
  readonly workstream: string;
  readonly file: RelativePath;
  /** As written, else `<WORKSTREAM>-<SLUG>` in upper case with `_` for `-`. */
  readonly id: string;
  readonly title: string | null;
  readonly description: string | null;
  /** Legacy `done` reads as `completed`. */
  readonly status: TaskStatus | null;
  readonly priority: Priority | null;
  readonly milestone: string | null;
  readonly initiative: string | null;
  /** As written: person, alias or role. */
  readonly owner: string | null;
  /** As written: slugs, ids or `<workstream>/<slug>`. */
  readonly dependencies: readonly string[];
  /** Parallel to `dependencies`: the 1-based line of each entry. */
  readonly dependencyLines: readonly number[];
  readonly completedBy: string | null;
  /** ISO date or date-time as written. */
  readonly completed: string | null;
  readonly pullRequest: PullRequestHint | null;
  /** The task whose worker proposed this one, until a person accepts it; null for any other task. */
  readonly proposedFrom: string | null;
  /** As written: the name of an entry of `workers:`. */
  readonly worker: string | null;
  readonly sections: readonly Section[];
  readonly gates: Gates;
  /** Lines of front matter keys, for problems found later (an unknown owner). */
  readonly lines: Readonly<Record<string, number>>;
};

export type ParsedTask = {
  readonly kind: "task";
  readonly spec: TaskSpec;
  readonly problems: readonly Problem[];
  /** False if the front matter could not be read: the spec then has only the file's names (R13). */
  readonly readable: boolean;
};

/** Neither completed nor cancelled; a status that cannot be read is open. */
export function isOpen(status: TaskStatus | null): boolean {
  return status !== "completed" && status !== "cancelled";
}
