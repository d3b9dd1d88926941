// The order of rows: the default of each group, and the columns a list can be sorted by. Every order ends with the key,
// so that it is total (U6).

import type { Group, TaskRow } from "../contract/snapshot.ts";
import { compareText } from "../text/compare-text.ts";

export type RowOrder = (a: TaskRow, b: TaskRow) => number;

/** The default order of a group's rows. */
export function defaultOrder(group: Group): RowOrder {
  return DEFAULT_ORDERS[group];
}

/** The columns that a list can be sorted by, with the text each compares. */
const SORT_VALUES = {
  task: (row) => row.title.toLowerCase(),
  priority: (row) => row.priority,
  milestone: (row) => row.milestone,
  workstream: (row) => row.workstream,
  owner: (row) => row.owner,
  status: (row) => row.status,
  since: (row) => row.since,
  changed: (row) => row.changed_at,
} as const satisfies Readonly<Record<string, (row: TaskRow) => string | null>>;

export type SortKey = keyof typeof SORT_VALUES;
export const SORT_KEYS = Object.keys(SORT_VALUES) as SortKey[];

/** Sorts a copy by a column; rows without a value come last in both directions. */
export function sortRows(
  rows: readonly TaskRow[],
  key: SortKey,
  direction: "ascending" | "descending",
): TaskRow[] {
  const textOf: (row: TaskRow) => string | null = SORT_VALUES[key];
  const sign = direction === "ascending" ? 1 : -1;
  return [...rows].sort((a, b) => {
    const left = textOf(a);
    const right = textOf(b);
    if (left === null || right === null) return Number(left === null) - Number(right === null) || byKey(a, b);
    return sign * compareText(left, right) || byKey(a, b);
  });
}

const byPriorityThenOldest: RowOrder = (a, b) => byPriority(a, b) || byOldest(a, b) || byKey(a, b);

const DEFAULT_ORDERS: Readonly<Record<Group, RowOrder>> = {
  needs_attention: (a, b) => byQuestion(a, b) || byTier(a, b) || byPriorityThenOldest(a, b),
  active: (a, b) => byTier(a, b) || byRun(a, b) || byOldest(a, b) || byKey(a, b),
  in_review: (a, b) => byPersonAwaited(a, b) || byPriorityThenOldest(a, b),
  // The order in which tasks are started.
  ready: byPriorityThenOldest,
  waiting: byPriorityThenOldest,
  planned: byPriorityThenOldest,
  // Newest first. A bulk import gives many tasks one time; the date in the file then tells more.
  done: (a, b) =>
    compareText(b.since, a.since) || compareText(b.completed ?? "", a.completed ?? "") || byKey(a, b),
};

/** Rows for which it is true come first. */
function first(isFirst: (row: TaskRow) => boolean): RowOrder {
  return (a, b) => Number(isFirst(b)) - Number(isFirst(a));
}

/** The worker waits for the answer. */
const byQuestion = first(({ signals }) =>
  signals.some(({ code, acknowledged }) => code === "needs_answer" && acknowledged === null),
);

/** Work without a pull request waits for a person as well. */
const byPersonAwaited = first(({ pull_request: known }) => known?.waits == null || known.waits.for === "you");

/** Tasks with a run come before those whose file says in progress. */
const byRun = first(({ run }) => run !== null);

/** The worst open signal first; rows without any last. */
function byTier(a: TaskRow, b: TaskRow): number {
  return worstTier(b) - worstTier(a);
}

/** The tier of a row's worst open signal; 0 without signals. */
export function worstTier({ signals }: TaskRow): 0 | 1 | 2 {
  return signals.length === 0 ? 0 : signals.some(({ tier }) => tier === 2) ? 2 : 1;
}

const LOWEST_PRIORITY = "p9";

function byPriority(a: TaskRow, b: TaskRow): number {
  return a.priority === b.priority
    ? 0
    : compareText(a.priority ?? LOWEST_PRIORITY, b.priority ?? LOWEST_PRIORITY);
}

function byOldest(a: TaskRow, b: TaskRow): number {
  return compareText(a.since, b.since);
}

function byKey(a: TaskRow, b: TaskRow): number {
  return compareText(a.key, b.key);
}
