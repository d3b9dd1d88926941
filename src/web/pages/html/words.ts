// The words that pages show for the codes in JSON and on the command line.

import type { Group } from "../../../core/contract/snapshot.ts";
import type { TaskStatus } from "../../../core/contract/task.ts";

type GroupWords = {
  /** Heading of its section. */
  readonly heading: string;
  /** What stands behind a number: "3 need you". */
  readonly counted: string;
  /** In a sentence or tag: "active → needs you". */
  readonly name: string;
  /** What a task in it does: "needs you", "is ready". */
  readonly verb: string;
  /** Heading of the time column: names what it counts from. */
  readonly since: string;
  /** For screen readers: what the table holds. */
  readonly caption: string;
};

export const GROUP_WORDS: Readonly<Record<Group, GroupWords>> = {
  needs_attention: {
    heading: "Needs you",
    counted: "need you",
    name: "needs you",
    verb: "needs you",
    since: "Since",
    caption: "Tasks that need you",
  },
  active: {
    heading: "Active",
    counted: "active",
    name: "active",
    verb: "is active",
    since: "Active for",
    caption: "Tasks being worked on",
  },
  in_review: {
    heading: "In review",
    counted: "in review",
    name: "in review",
    verb: "is in review",
    since: "In review for",
    caption: "Finished work waiting for merge",
  },
  ready: {
    heading: "Ready",
    counted: "ready",
    name: "ready",
    verb: "is ready",
    since: "Ready for",
    caption: "Tasks ready to pick up",
  },
  waiting: {
    heading: "Waiting",
    counted: "waiting",
    name: "waiting",
    verb: "is waiting",
    since: "Waiting for",
    caption: "Tasks waiting for other tasks, or blocked",
  },
  planned: {
    heading: "Planned",
    counted: "planned",
    name: "planned",
    verb: "is planned",
    since: "Planned for",
    caption: "Tasks that are not ready yet",
  },
  done: {
    heading: "Recently finished",
    counted: "finished",
    name: "finished",
    verb: "is finished",
    since: "Finished",
    caption: "Finished tasks, newest first",
  },
};

/** For data that only the store has. */
export const STORE_UNAVAILABLE = "Can't tell: the store is unavailable.";

export const STATUS_WORDS: Readonly<Record<TaskStatus, string>> = {
  not_started: "not started",
  ready: "ready",
  in_progress: "in progress",
  blocked: "blocked",
  completed: "completed",
  cancelled: "cancelled",
};
