// From header and rows to a whole snapshot: groups, counts, escalation and summary are derived here and nowhere else,
// so that every number equals the rows it leads to (invariants 2 and 5).

import {
  GROUPS,
  type Group,
  type Snapshot,
  type SnapshotHeader,
  type TaskRow,
} from "../contract/snapshot.ts";
import { spelling } from "../team/owner-names.ts";
import { EVERYONE } from "../team/resolve-owner.ts";
import { compareText } from "../text/compare-text.ts";
import { defaultOrder } from "./order.ts";
import { escalationOf, summaryOf } from "./summary.ts";

/** What a snapshot says beside its rows. `publishedAt` is ISO 8601. */
export type PublicationFacts = {
  readonly header: SnapshotHeader;
  readonly seq: number;
  readonly epoch: number;
  readonly publishedAt: string;
};

/** What follows from the rows. */
export type Arrangement = Pick<Snapshot, "tasks" | "counts" | "groups" | "escalation" | "summary">;

/** The snapshot of everyone, from all rows in any order. `updateSnapshot` makes the same of an earlier one. */
export function assembleSnapshot({
  rows,
  ...facts
}: PublicationFacts & { readonly rows: Iterable<TaskRow> }): Snapshot {
  return snapshotOf(facts, arrange(inOrderOfKey([...rows]), facts.header.doubts));
}

export function snapshotOf(
  { header, seq, epoch, publishedAt }: PublicationFacts,
  arrangement: Arrangement,
): Snapshot {
  const owner = { name: EVERYONE, resolved_from: null };
  return { ...header, seq, epoch, published_at: publishedAt, owner, ...arrangement };
}

function arrange(tasks: TaskRow[], doubts: SnapshotHeader["doubts"]): Arrangement {
  const members = byGroup((): TaskRow[] => []);
  for (const task of tasks) members[task.group].push(task);
  for (const group of GROUPS) members[group].sort(defaultOrder(group));
  const groups = byGroup((group) => members[group].map(({ key }) => key));
  const counts = byGroup((group) => groups[group].length);
  const inPageOrder = GROUPS.flatMap((group) => members[group]);
  return {
    tasks,
    counts,
    groups,
    escalation: escalationOf(inPageOrder, { needAttention: groups.needs_attention, doubts }),
    summary: summaryOf(tasks, counts),
  };
}

export function byGroup<T>(make: (group: Group) => T): Record<Group, T> {
  return Object.fromEntries(GROUPS.map((group) => [group, make(group)])) as Record<Group, T>;
}

/** Rows mostly arrive in order, and looking is cheaper than sorting. */
function inOrderOfKey(rows: TaskRow[]): TaskRow[] {
  const inOrder = rows.every((row, at) => at === 0 || (rows[at - 1]?.key ?? "") < row.key);
  return inOrder ? rows : rows.sort((a, b) => compareText(a.key, b.key));
}

/** Whether a row is that person's; `name`: canonical. */
export function ownsRow(name: string): (task: TaskRow) => boolean {
  const spelled = spelling(name);
  return (task) =>
    task.owner_state === "unchecked" ? spelling(task.owner ?? "") === spelled : task.owner === name;
}

/**
 * An owner's snapshot: a pure projection of everyone's, in its order. Lists of the repository (people, milestones,
 * doubts, tasks without a known owner) stay whole. Dependencies may name tasks of others.
 */
export function projectOwner(
  snapshot: Snapshot,
  owner: { readonly name: string; readonly resolvedFrom: string | null },
): Snapshot {
  const tasks = snapshot.tasks.filter(ownsRow(owner.name));
  const owned = new Set(tasks.map(({ key }) => key));
  const groups = byGroup((group) => (snapshot.groups[group] ?? []).filter((key) => owned.has(key)));
  const counts = byGroup((group) => groups[group].length);
  return {
    ...snapshot,
    tasks,
    counts,
    groups,
    escalation: {
      required: groups.needs_attention.length > 0,
      tasks: groups.needs_attention,
      signals: snapshot.escalation.signals.filter(({ task }) => task === null || owned.has(task)),
    },
    summary: {
      ...summaryOf(tasks, counts),
      without_known_owner: snapshot.summary.without_known_owner,
    },
    owner: { name: owner.name, resolved_from: owner.resolvedFrom },
  };
}
