// Which rows a status page shows: filter, sort and paging applied to a snapshot. Every number on the page is the length
// of one of these lists.

import { GROUPS, type Group, type Snapshot, type TaskRow } from "../../../core/contract/snapshot.ts";
import { waitingFor } from "../../../core/dispatch/waiting-tasks.ts";
import { waitsForReview } from "../../../core/hold/review-hold.ts";
import { type RowsByKey, rowsByKey } from "../../../core/publication/rows-by-key.ts";
import {
  type Flag,
  isFiltered,
  pauseParameter,
  type Sort,
  type StatusQuery,
} from "../../addresses/status-query.ts";

/** Rows of a page with a single group; keeps the page under its size limit (P8). */
export const SINGLE_GROUP_ROWS = 100;

export type GroupView = {
  readonly group: Group;
  /** Tasks of the group that pass the filter. */
  readonly total: number;
  readonly rows: readonly TaskRow[];
  /** 1-based page and number of pages; both 1 unless one group is shown alone. */
  readonly page: number;
  readonly pages: number;
};

export type StatusView = {
  readonly groups: Readonly<Record<Group, GroupView>>;
  /** Which sections are drawn. */
  readonly shown: readonly Group[];
  readonly rowByKey: RowsByKey;
  /** Tasks that pass the filter, over all groups. */
  readonly matching: number;
  /** Tasks that need you but are filtered out. */
  readonly hiddenAttention: number;
};

/** `rows`: rows per list when all groups are shown. */
export function viewStatus(snapshot: Snapshot, query: StatusQuery, rows: number): StatusView {
  const rowByKey = rowsByKey(snapshot.tasks);
  const isPlain = query.sort === null && !isFiltered(query);
  const membersOf = isPlain ? allMembers(snapshot, rowByKey) : filteredMembers(snapshot, query);
  const view = (group: Group): GroupView => {
    const { total, rowsAt } = membersOf(group);
    return { group, total, ...pageOf(total, rowsAt, query, rows) };
  };
  const groups = Object.fromEntries(GROUPS.map((group) => [group, view(group)])) as Record<Group, GroupView>;
  return {
    groups,
    shown: query.group === null ? GROUPS : [query.group],
    rowByKey,
    matching: GROUPS.reduce((sum, group) => sum + groups[group].total, 0),
    hiddenAttention: (snapshot.groups.needs_attention ?? []).length - groups.needs_attention.total,
  };
}

/** The rows of a group: how many there are, and access to some. */
type Members = {
  readonly total: number;
  readonly rowsAt: (start: number, end: number) => readonly TaskRow[];
};

/** Without filter and sort, only the shown rows are looked up. */
function allMembers(snapshot: Snapshot, rowByKey: RowsByKey): (group: Group) => Members {
  return (group) => {
    const keys = snapshot.groups[group] ?? [];
    return {
      total: keys.length,
      rowsAt: (start, end) => keys.slice(start, end).flatMap((key) => rowByKey.get(key) ?? []),
    };
  };
}

function filteredMembers(snapshot: Snapshot, query: StatusQuery): (group: Group) => Members {
  const passes = taskFilter(snapshot, query);
  const passing = new Map<string, TaskRow>();
  for (const row of snapshot.tasks) if (passes(row)) passing.set(row.key, row);
  return (group) => {
    // Most keys do not match: a loop avoids an allocation for each.
    const inOrder: TaskRow[] = [];
    for (const key of snapshot.groups[group] ?? []) {
      const row = passing.get(key);
      if (row !== undefined) inOrder.push(row);
    }
    const rows = sorted(inOrder, query.sort);
    return { total: rows.length, rowsAt: (start, end) => rows.slice(start, end) };
  };
}

function pageOf(
  total: number,
  rowsAt: Members["rowsAt"],
  query: StatusQuery,
  listRows: number,
): Pick<GroupView, "rows" | "page" | "pages"> {
  if (query.group === null) return { rows: rowsAt(0, listRows), page: 1, pages: 1 };
  const pages = Math.max(1, Math.ceil(total / SINGLE_GROUP_ROWS));
  const page = Math.min(query.page, pages);
  return { rows: rowsAt((page - 1) * SINGLE_GROUP_ROWS, page * SINGLE_GROUP_ROWS), page, pages };
}

/** Whether a row matches the filters, apart from its group. */
export function taskFilter(snapshot: Snapshot, query: StatusQuery): (row: TaskRow) => boolean {
  const flagged = query.flag === null ? null : flaggedKeys(snapshot, query.flag);
  const paused = query.pause === null ? null : pausedKeys(snapshot, query.pause);
  const words = (query.text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = FILTER_FIELDS.filter((field) => query[field] !== null);
  return (row) =>
    wanted.every((field) => row[field] === query[field]) &&
    (flagged === null || flagged.has(row.key)) &&
    (paused === null || paused.has(row.key)) &&
    (words.length === 0 || hasWords(row, words));
}

const FILTER_FIELDS = ["workstream", "milestone", "initiative", "priority"] as const;

function flaggedKeys(snapshot: Snapshot, flag: Flag): ReadonlySet<string> {
  if (flag === "flawed") return new Set(snapshot.summary.flawed_done); // words-ok: JSON key
  if (flag === "acknowledged") return new Set(snapshot.summary.acknowledged);
  if (flag === "unowned") return new Set(snapshot.summary.without_known_owner);
  const isShown = flag === "review" ? waitsForReview : isWatched;
  return new Set(snapshot.tasks.filter(isShown).map((row) => row.key));
}

/** What a pause's number counts; nothing once it has ended. */
function pausedKeys({ tasks, dispatch }: Snapshot, asked: string): ReadonlySet<string> {
  const pause = dispatch.pauses.find(({ scope }) => pauseParameter(scope) === asked);
  return new Set(pause && waitingFor(pause, tasks, dispatch).map(({ key }) => key));
}

/** Something to watch, and nothing that needs a person. */
export function isWatched(row: TaskRow): boolean {
  return row.signals.length > 0 && row.signals.every((signal) => signal.tier === 1);
}

function hasWords(row: TaskRow, words: readonly string[]): boolean {
  const text =
    `${row.title}\n${row.key}\n${row.id}\n${row.owner ?? ""}\n${row.description ?? ""}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Ties keep the group's order; missing values come last. */
function sorted(rows: readonly TaskRow[], sort: Sort | null): readonly TaskRow[] {
  if (sort === null) return rows;
  const keyOf = SORT_KEYS[sort];
  return rows
    .map((row) => ({ row, key: keyOf(row) ?? "\uffff" }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ row }) => row);
}

const SORT_KEYS: Readonly<Record<Sort, (row: TaskRow) => string | null>> = {
  priority: (row) => row.priority,
  age: (row) => row.since,
  title: (row) => row.title.toLowerCase(),
  owner: (row) => row.owner?.toLowerCase() ?? null,
  milestone: (row) => row.milestone,
  workstream: (row) => row.workstream,
};
