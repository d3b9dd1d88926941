// The next snapshot from the one before and the rows that changed: what one edit costs follows the edit, not the
// repository. Lists are copied as they are and changed at the places of those rows; nothing is sorted or counted again.

import {
  GROUPS,
  type Group,
  type Snapshot,
  type SnapshotHeader,
  type TaskRow,
} from "../contract/snapshot.ts";
import { compareText } from "../text/compare-text.ts";
import { sameValue } from "../values/same-value.ts";
import { assembleSnapshot, byGroup, type PublicationFacts, snapshotOf } from "./assemble.ts";
import { defaultOrder } from "./order.ts";
import { placeIn, placeOfKey, type RowsByKey, rowsByKey } from "./rows-by-key.ts";
import { escalationOf, type RowChange, updateSummary } from "./summary.ts";

/** With more changes than this share of all rows, starting from all of them costs less. */
const FEW = 0.1;

export type SnapshotUpdate = PublicationFacts & {
  readonly changedRows: readonly TaskRow[];
  readonly goneKeys: readonly string[];
};

/** Equal to `assembleSnapshot` of all rows there are then. `before` is a snapshot of everyone. */
export function updateSnapshot(
  before: Snapshot,
  { changedRows, goneKeys, ...facts }: SnapshotUpdate,
): Snapshot {
  const changes = changesOf(before, changedRows, goneKeys);
  const tasks = updateTasks(before.tasks, changes);
  const isFew = changes.length <= before.tasks.length * FEW;
  const groups = isFew ? updateGroups(before, tasks, changes) : null;
  if (groups === null) return assembleSnapshot({ ...facts, rows: tasks });
  const counts = byGroup((group) => groups[group].length);
  return snapshotOf(facts, {
    tasks,
    counts,
    groups,
    escalation: updateEscalation(before, { tasks, groups, changes, doubts: facts.header.doubts }),
    summary: updateSummary(before.summary, changes, counts),
  });
}

/** Rows by key before and after, each key once; a row that is both gone and changed is there. */
function changesOf(
  { tasks }: Snapshot,
  changedRows: readonly TaskRow[],
  goneKeys: readonly string[],
): RowChange[] {
  const known = rowsByKey(tasks);
  const byKey = new Map<string, RowChange>();
  for (const key of goneKeys) {
    const old = known.get(key);
    if (old !== undefined) byKey.set(key, { old, row: null });
  }
  for (const row of changedRows) byKey.set(row.key, { old: known.get(row.key) ?? null, row });
  return [...byKey.values()];
}

function updateTasks(before: readonly TaskRow[], changes: readonly RowChange[]): TaskRow[] {
  const tasks = [...before];
  const come: TaskRow[] = [];
  const gone = new Set<TaskRow>();
  for (const { old, row } of changes) {
    if (old === null) come.push(row as TaskRow);
    else if (row === null) gone.add(old);
    else tasks[placeOfKey(before, row.key)] = row;
  }
  if (come.length === 0 && gone.size === 0) return tasks;
  const stay = gone.size === 0 ? tasks : tasks.filter((task) => !gone.has(task));
  // What is in order but for a few at its end is soon sorted.
  return come.length === 0 ? stay : [...stay, ...come].sort((a, b) => compareText(a.key, b.key));
}

type Groups = Record<Group, string[]>;

/** Null when `before` is in another order than this version's, as a file of an earlier one may be. */
function updateGroups(
  before: Snapshot,
  tasks: readonly TaskRow[],
  changes: readonly RowChange[],
): Groups | null {
  const groups: Groups = byGroup((group) => before.groups[group] ?? []);
  const [then, now] = [rowsByKey(before.tasks), rowsByKey(tasks)];
  for (const group of GROUPS) {
    const leaving = changes.flatMap(({ old }) => (old?.group === group ? [old] : []));
    const coming = changes.flatMap(({ row }) => (row?.group === group ? [row] : []));
    if (leaving.length === 0 && coming.length === 0) continue;
    const keys = [...groups[group]];
    for (const row of leaving) {
      const place = placeOf(row, keys, then);
      if (keys[place] !== row.key) return null;
      keys.splice(place, 1);
    }
    for (const row of coming) keys.splice(placeOf(row, keys, now), 0, row.key);
    groups[group] = keys;
  }
  return groups;
}

/** Where a row is, or belongs, among the members of its group. */
function placeOf(row: TaskRow, keys: readonly string[], rows: RowsByKey): number {
  const order = defaultOrder(row.group);
  return placeIn(keys.length, (at) => {
    const other = rows.get(keys[at] ?? "");
    return other !== undefined && order(other, row) < 0;
  });
}

/** Signals are listed again only when a row with signals changed, and then from the rows that have any. */
function updateEscalation(
  before: Snapshot,
  next: Pick<Snapshot, "tasks"> & {
    readonly groups: Groups;
    readonly changes: readonly RowChange[];
    readonly doubts: SnapshotHeader["doubts"];
  },
): Snapshot["escalation"] {
  const { tasks, groups, changes, doubts } = next;
  const needAttention = groups.needs_attention;
  const isQuiet = changes.every(({ old, row }) => !old?.signals.length && !row?.signals.length);
  if (isQuiet && sameValue(before.doubts, doubts))
    return { ...before.escalation, required: needAttention.length > 0, tasks: needAttention };
  const keys = new Set(before.escalation.signals.flatMap(({ task }) => task ?? []));
  for (const { row } of changes) if (row !== null && row.signals.length > 0) keys.add(row.key);
  const now = rowsByKey(tasks);
  const withSignals = [...keys].flatMap((key) => now.get(key) ?? []);
  return escalationOf(withSignals.sort(byPageOrder), { needAttention, doubts });
}

function byPageOrder(a: TaskRow, b: TaskRow): number {
  return a.group === b.group
    ? defaultOrder(a.group)(a, b)
    : GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group);
}
