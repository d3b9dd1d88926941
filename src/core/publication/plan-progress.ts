// How far along a milestone or a workstream is. Each of its tasks is in exactly one of the three counts, and "finished"
// means what it means everywhere: the group done, by its file or by a merge, without those that were cancelled.

import type { TaskRow } from "../contract/snapshot.ts";

export type TaskProgress = { readonly finished: number; readonly cancelled: number; readonly open: number };

export function progressOf(rows: Iterable<Pick<TaskRow, "group" | "status">>): TaskProgress {
  const counts = { finished: 0, cancelled: 0, open: 0 };
  for (const { group, status } of rows) {
    if (group !== "done") counts.open++;
    else if (status === "cancelled") counts.cancelled++;
    else counts.finished++;
  }
  return counts;
}
