// From header and rows to a whole snapshot: groups, counts, escalation and summary are derived here and nowhere else,
// so that every number equals the rows it leads to (invariants 2 and 5).

import { compareText } from "../compare-text.ts";
import { EVERYONE } from "../team/resolve-owner.ts";
import { type Assembled, byGroup, keepOrder, type Members } from "./keep-order.ts";
import { defaultOrder } from "./order.ts";
import { GROUPS, type Snapshot, type SnapshotHeader, type TaskRow } from "./schema.ts";
import { escalationOf, summaryOf } from "./summary.ts";

/**
 * The snapshot of everyone. `publishedAt` is ISO 8601. `before` is an earlier snapshot and changes nothing but the time it
 * takes: of 10,000 tasks of which few changed only those are put in order.
 */
export function assembleSnapshot(input: {
  readonly header: SnapshotHeader;
  readonly rows: Iterable<TaskRow>;
  readonly seq: number;
  readonly epoch: number;
  readonly publishedAt: string;
  readonly before?: Assembled | null;
}): Snapshot {
  const { header, rows, seq, epoch, publishedAt, before = null } = input;
  const tasks = inOrderOfKey([...rows]);
  return {
    ...header,
    seq,
    epoch,
    published_at: publishedAt,
    owner: { name: EVERYONE, resolved_from: null },
    ...arrange(tasks, header.doubts, before),
  };
}

/** All of a snapshot that follows from its rows, which are in order of key. */
export function arrange(
  tasks: TaskRow[],
  doubts: SnapshotHeader["doubts"],
  before: Assembled | null = null,
): Pick<Snapshot, "tasks" | "counts" | "groups" | "escalation" | "summary"> {
  const members = (before && keepOrder(tasks, before)) ?? membersOf(tasks);
  const groups = byGroup((group) => members[group].map(({ key }) => key));
  const counts = byGroup((group) => groups[group].length);
  return {
    tasks,
    counts,
    groups,
    escalation: escalationOf(members, doubts),
    summary: summaryOf(tasks, counts),
  };
}

function membersOf(tasks: readonly TaskRow[]): Members {
  const members = byGroup((): TaskRow[] => []);
  for (const task of tasks) members[task.group].push(task);
  for (const group of GROUPS) members[group].sort(defaultOrder(group));
  return members;
}

/** Rows mostly arrive in order, and looking is cheaper than sorting. */
function inOrderOfKey(rows: TaskRow[]): TaskRow[] {
  const inOrder = rows.every((row, at) => at === 0 || (rows[at - 1]?.key ?? "") < row.key);
  return inOrder ? rows : rows.sort((a, b) => compareText(a.key, b.key));
}
