// The summary of a snapshot: counts, lists of keys, and one sentence. Numbers count tasks, never signals. Each is a sum or
// a list over rows, so that both can be updated from the rows that changed.

import { GROUPS, type Snapshot, type SnapshotHeader, type TaskRow } from "../contract/snapshot.ts";
import { isOpen } from "../contract/task.ts";
import { compareText } from "../text/compare-text.ts";
import { worstTier } from "./order.ts";

type EscalatedSignal = Snapshot["escalation"]["signals"][number];
type Summary = Snapshot["summary"];

/** A row before and after; null: it was not there before, or is gone. */
export type RowChange = { readonly old: TaskRow | null; readonly row: TaskRow | null };

/** Tasks that need a person in the page's order, and all open signals, the worst and oldest first. */
export function escalationOf(
  /** At least all that have signals. */
  rowsInPageOrder: readonly TaskRow[],
  { needAttention, doubts }: { readonly needAttention: string[]; readonly doubts: SnapshotHeader["doubts"] },
): Snapshot["escalation"] {
  const signals: EscalatedSignal[] = doubts.map((signal) => ({ ...signal, task: null }));
  for (const task of rowsInPageOrder) {
    for (const signal of task.signals) signals.push({ ...signal, task: task.key });
  }
  signals.sort((a, b) => b.tier - a.tier || compareText(a.first_seen, b.first_seen));
  return { required: needAttention.length > 0, tasks: needAttention, signals };
}

const SUMS = {
  completed: ({ status }) => status === "completed",
  cancelled: ({ status }) => status === "cancelled",
  merged: ({ status, group }) => group === "done" && status !== "completed" && status !== "cancelled",
  watched: (task) => worstTier(task) === 1,
} as const satisfies Readonly<Partial<Record<keyof Summary, (task: TaskRow) => boolean>>>;

const LISTS = {
  flawed_done: ({ group, problems }) => group === "done" && problems.length > 0, // words-ok: a public key
  /** It would need a person, but its signals are acknowledged. */
  acknowledged: ({ group, signals }) => group !== "needs_attention" && signals.some(({ tier }) => tier === 2),
  without_known_owner: ({ status, owner_state: state }) =>
    (state === "none" || state === "unknown") && isOpen(status),
} as const satisfies Readonly<Partial<Record<keyof Summary, (task: TaskRow) => boolean>>>;

const SUM_NAMES = Object.keys(SUMS) as (keyof typeof SUMS)[];
const LIST_NAMES = Object.keys(LISTS) as (keyof typeof LISTS)[];

/** Summary of the rows given; `without_known_owner` has to be the whole repository's (projectOwner keeps it). */
export function summaryOf(tasks: readonly TaskRow[], counts: Snapshot["counts"]): Summary {
  const sums = { completed: 0, cancelled: 0, merged: 0, watched: 0 };
  const lists = Object.fromEntries(LIST_NAMES.map((name) => [name, [] as string[]])) as {
    [Name in keyof typeof LISTS]: string[];
  };
  for (const task of tasks) {
    for (const name of SUM_NAMES) if (SUMS[name](task)) sums[name]++;
    for (const name of LIST_NAMES) if (LISTS[name](task)) lists[name].push(task.key);
  }
  return { text: sentence(counts, sums), total: tasks.length, ...sums, ...lists };
}

/** The same from an earlier summary and the rows that changed since. */
export function updateSummary(
  before: Summary,
  changes: readonly RowChange[],
  counts: Snapshot["counts"],
): Summary {
  const after = { ...before };
  for (const { old, row } of changes) {
    after.total += Number(row !== null) - Number(old !== null);
    for (const name of SUM_NAMES)
      after[name] += Number(row !== null && SUMS[name](row)) - Number(old !== null && SUMS[name](old));
  }
  for (const name of LIST_NAMES) after[name] = updateKeys(before[name], changes, LISTS[name]);
  return { ...after, text: sentence(counts, after) };
}

/** The same list unless a key came or went. Keys are in order. */
function updateKeys(
  before: string[],
  changes: readonly RowChange[],
  belongs: (task: TaskRow) => boolean,
): string[] {
  const gone = new Set<string>();
  const come: string[] = [];
  for (const { old, row } of changes) {
    const did = old !== null && belongs(old);
    const does = row !== null && belongs(row);
    if (did && !does) gone.add(old.key);
    if (does && !did) come.push(row.key);
  }
  if (gone.size === 0 && come.length === 0) return before;
  return [...before.filter((key) => !gone.has(key)), ...come].sort(compareText);
}

type Done = { readonly completed: number; readonly merged: number; readonly cancelled: number };

/** "3 tasks need a person; 5 active, 2 in review, 7 ready, 12 waiting, 31 planned; 46 completed, 1 merged, 3 cancelled." */
function sentence(counts: Snapshot["counts"], { completed, merged, cancelled }: Done): string {
  const total = GROUPS.reduce((sum, group) => sum + counts[group], 0);
  if (total === 0) return "There are no tasks.";
  const needed = counts.needs_attention;
  const person = needed === 0 ? "No task needs" : needed === 1 ? "1 task needs" : `${needed} tasks need`;
  const open = [
    [counts.active, "active"],
    [counts.in_review, "in review"],
    [counts.ready, "ready"],
    [counts.waiting, "waiting"],
    [counts.planned, "planned"],
  ] as const;
  const parts = [
    `${person} a person`,
    listCounts(open),
    listCounts([
      [completed, "completed"],
      [merged, "merged"],
      [cancelled, "cancelled"],
    ]),
  ];
  return `${parts.filter((part) => part !== "").join("; ")}.`;
}

function listCounts(counts: readonly (readonly [number, string])[]): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");
}

export type TaskProgress = { readonly finished: number; readonly cancelled: number; readonly open: number };

/**
 * How far along a milestone or a workstream is. Each task is in exactly one of the three counts, and "finished" means what it
 * means everywhere: the group done, by its file or by a merge, without those that were cancelled.
 */
export function progressOf(rows: Iterable<Pick<TaskRow, "group" | "status">>): TaskProgress {
  const counts = { finished: 0, cancelled: 0, open: 0 };
  for (const { group, status } of rows) {
    if (group !== "done") counts.open++;
    else if (status === "cancelled") counts.cancelled++;
    else counts.finished++;
  }
  return counts;
}
