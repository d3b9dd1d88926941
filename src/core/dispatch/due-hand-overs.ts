// `limits.hand_over_after`: a run in progress that waits longer than that for its worker's account goes to the first fallback
// that does not wait.

import type { Dispatch } from "../contract/run-view.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { fallbacksOf, ownWorker } from "./fallback.ts";

export type DueHandOver = {
  readonly key: string;
  readonly from: string;
  readonly to: string;
};

/** `afterMs` null: only a person hands over. */
export function dueHandOvers(
  rows: Iterable<TaskRow>,
  {
    dispatch,
    afterMs,
    nowMs,
  }: { readonly dispatch: Dispatch; readonly afterMs: number | null; readonly nowMs: number },
): readonly DueHandOver[] {
  if (afterMs === null) return [];
  const due: DueHandOver[] = [];
  for (const row of rows) {
    const held = row.run?.held ?? null;
    const [to] = fallbacksOf(row, dispatch);
    if (to === undefined || held === null || row.run?.taken_over !== null) continue;
    if (waitMs(held, nowMs) > afterMs) due.push({ key: row.key, from: ownWorker(row, dispatch), to });
  }
  return due;
}

/** All of it where its end is known: one that is long is not waited for first. */
function waitMs(
  { since, until }: { readonly since: string; readonly until: string | null },
  nowMs: number,
): number {
  const endMs = until === null ? nowMs : Math.max(Date.parse(until), nowMs);
  return endMs - Date.parse(since);
}
