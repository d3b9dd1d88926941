// Groups in order, from the order they had before: sorting 10,000 tasks of which one changed would block a server for
// as long as everything else that a publication costs it.

import { defaultOrder, type RowOrder } from "./order.ts";
import { GROUPS, type Group, type Snapshot, type TaskRow } from "./schema.ts";

/** A snapshot and its rows by key. */
export type Assembled = {
  readonly snapshot: Pick<Snapshot, "groups">;
  readonly rowByKey: ReadonlyMap<string, TaskRow>;
};

/** The rows of each group, in its default order. */
export type Members = Readonly<Record<Group, TaskRow[]>>;

/** With more changes than this share of all rows, sorting everything costs less. */
const FEW = 0.1;

/** Null when that much changed, or a task is gone, that everything has to be sorted. Rows that stay are the same objects. */
export function keepOrder(tasks: readonly TaskRow[], before: Assembled): Members | null {
  const added = byGroup((): TaskRow[] => []);
  const replaced = new Set<TaskRow>();
  let known = 0;
  let changed = 0;
  for (const task of tasks) {
    const old = before.rowByKey.get(task.key);
    if (old !== undefined) known++;
    if (old === task) continue;
    changed++;
    added[task.group].push(task);
    if (old !== undefined) replaced.add(old);
  }
  if (known < before.rowByKey.size || changed > tasks.length * FEW) return null;
  return byGroup((group) => {
    const order = defaultOrder(group);
    const members = rowsOf(before, group).filter((row) => !replaced.has(row));
    for (const row of added[group]) members.splice(placeOf(row, members, order), 0, row);
    return members;
  });
}

export function byGroup<T>(make: (group: Group) => T): Record<Group, T> {
  return Object.fromEntries(GROUPS.map((group) => [group, make(group)])) as Record<Group, T>;
}

function rowsOf({ snapshot, rowByKey }: Assembled, group: Group): TaskRow[] {
  const rows: TaskRow[] = [];
  for (const key of snapshot.groups[group] ?? []) {
    const row = rowByKey.get(key);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/** Where a row belongs among others that are in order. */
function placeOf(row: TaskRow, others: readonly TaskRow[], order: RowOrder): number {
  let [low, high] = [0, others.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order(others[middle] as TaskRow, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
