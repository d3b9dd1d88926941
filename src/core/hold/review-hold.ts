// `dispatch.max_in_review`: no new task starts while so many wait for a person's review. What is running continues: repairs,
// retries and answers.

import type { DispatchHold } from "../contract/run-view.ts";
import type { TaskRow } from "../contract/snapshot.ts";

/** `rows`: of the whole repository. */
export function reviewHold(rows: Iterable<TaskRow>, max: number | null): DispatchHold | null {
  if (max === null) return null;
  let waiting = 0;
  for (const row of rows) if (waitsForReview(row)) waiting += 1;
  if (waiting < max) return null;
  const sentence = `holds: ${waiting} ${waiting === 1 ? "waits" : "wait"} for review`;
  return { code: "review", sentence, applies: "new", worker: null, until: null };
}

/**
 * Its work is done or its pull request open, and the next step is a person's: not CI's, the host's, its author's or its
 * worker's. One with a signal counts too, although its group is another one.
 */
export function waitsForReview({ base_group, run, pull_request: pullRequest }: TaskRow): boolean {
  if (base_group !== "in_review" || run?.state === "queued") return false;
  const waits = pullRequest?.waits ?? null;
  return waits === null || waits.for === "you";
}
