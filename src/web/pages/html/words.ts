// The words that pages show for the codes in JSON and on the command line.

import { GROUP_LABELS, type Group } from "../../../core/contract/snapshot.ts";
import type { TaskStatus } from "../../../core/contract/task.ts";

type GroupWords = {
  /** Heading of its section. */
  readonly heading: string;
  /** In a sentence or tag: "active → needs you". */
  readonly name: string;
  /** After a number: "3 need you". */
  readonly counted: string;
  /** What a task in it does: "needs you", "is ready". */
  readonly verb: string;
  /** Heading of the time column. */
  readonly since: string;
  /** For screen readers: what the table holds. */
  readonly caption: string;
};

export const GROUP_WORDS: Readonly<Record<Group, GroupWords>> = {
  needs_attention: {
    ...words("needs_attention", "Since", "Tasks that need you"),
    counted: "need you",
    verb: "needs you",
  },
  active: words("active", "Active for", "Tasks being worked on"),
  in_review: words("in_review", "In review for", "Finished work waiting for merge"),
  ready: words("ready", "Ready for", "Tasks ready to start"),
  waiting: words("waiting", "Waiting for", "Tasks waiting for other tasks, or blocked"),
  planned: words("planned", "Planned for", "Tasks that are not ready yet"),
  done: words("done", "Finished", "Finished tasks, newest first"),
};

function words(group: Group, since: string, caption: string): GroupWords {
  const heading = GROUP_LABELS[group];
  const name = heading.toLowerCase();
  return { heading, name, counted: name, verb: `is ${name}`, since, caption };
}

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
