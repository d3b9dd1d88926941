// The nouns of a task file. A spec is what the file says and nothing else: no clock, no other file.

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

/** A path relative to the repository, with `/` on every system. The core never sees an absolute one. */
export type RelativePath = string & { readonly __brand: "RelativePath" };

export type Section = {
  readonly heading: string;
  /** 1-based line of the heading in the file. */
  readonly line: number;
  readonly ticked: number;
  /** Boxes that were not done and are not to be: `[-]` and `[~]`. */
  readonly dropped: number;
  /** All boxes, the dropped ones included. */
  readonly total: number;
};

export type GateState = "ticked" | "open" | "absent";

/** The two check boxes that gate delivery, wherever they stand in the body. */
export type Gates = { readonly qa_exploration: GateState; readonly review_cleared: GateState };

export type PullRequestHint = { readonly url: string | null; readonly number: number | null };

/** Everything a task file says. Every field that could not be read is null (or empty) and has a problem. */
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
  readonly sections: readonly Section[];
  readonly gates: Gates;
  /** Lines of front matter keys, so that problems found later (an unknown owner) name the line. */
  readonly lines: Readonly<Record<string, number>>;
};

/** What a parser returns for a task file; it never throws. */
export type ParsedTask = {
  readonly kind: "task";
  readonly spec: TaskSpec;
  readonly problems: readonly Problem[];
  /** False when the front matter could not be read at all: the spec is then file name only (R13). */
  readonly readable: boolean;
};
