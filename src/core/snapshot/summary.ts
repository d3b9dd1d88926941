// What a snapshot says in short: who is needed, and one sentence for people. Numbers count tasks, never signals.

import { compareText } from "../compare-text.ts";
import { isOpen } from "../task/is-open.ts";
import { worstTier } from "./order.ts";
import { GROUPS, type Group, type Snapshot, type SnapshotHeader, type TaskRow } from "./schema.ts";

type EscalatedSignal = Snapshot["escalation"]["signals"][number];

/** Tasks that need a person in the page's order, and all open signals, the worst and oldest first. */
export function escalationOf(
  members: Readonly<Record<Group, readonly TaskRow[]>>,
  doubts: SnapshotHeader["doubts"],
): Snapshot["escalation"] {
  const signals: EscalatedSignal[] = doubts.map((signal) => ({ ...signal, task: null }));
  for (const group of GROUPS) {
    for (const task of members[group]) {
      for (const signal of task.signals) signals.push({ ...signal, task: task.key });
    }
  }
  signals.sort((a, b) => b.tier - a.tier || compareText(a.first_seen, b.first_seen));
  const tasks = members.needs_attention.map(({ key }) => key);
  return { required: tasks.length > 0, tasks, signals };
}

/** Summary of the rows given; `without_known_owner` has to be the whole repository's (project.ts keeps it). */
export function summaryOf(tasks: readonly TaskRow[], counts: Snapshot["counts"]): Snapshot["summary"] {
  let completed = 0;
  let cancelled = 0;
  let merged = 0;
  let watched = 0;
  const flawedDone: string[] = [];
  const acknowledged: string[] = [];
  const withoutOwner: string[] = [];
  for (const task of tasks) {
    if (task.status === "completed") completed++;
    else if (task.status === "cancelled") cancelled++;
    else if (task.group === "done") merged++;
    if (worstTier(task) === 1) watched++;
    if (task.group === "done" && task.problems.length > 0) flawedDone.push(task.key);
    if (hasNoKnownOwner(task)) withoutOwner.push(task.key);
    if (isAcknowledged(task)) acknowledged.push(task.key);
  }
  return {
    text: sentence(counts, { completed, merged, cancelled }),
    total: tasks.length,
    completed,
    cancelled,
    merged,
    watched,
    acknowledged,
    flawed_done: flawedDone,
    without_known_owner: withoutOwner,
  };
}

/** It would need a person, and somebody has said that they know. */
function isAcknowledged({ group, signals }: TaskRow): boolean {
  return group !== "needs_attention" && signals.some(({ tier }) => tier === 2);
}

function hasNoKnownOwner({ status, owner_state: state }: TaskRow): boolean {
  return (state === "none" || state === "unknown") && isOpen(status);
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
