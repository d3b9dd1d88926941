// One page of tasks for an agent: groups in the page's order, a few facts a task. The tree changes between two calls, so the
// cursor names the last tasks that were shown: the next page begins after the latest of them that is still in its group.

import * as z from "zod";
import { GROUPS, type Group, type Snapshot, type TaskRow } from "../../core/contract/snapshot.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { cutText } from "./cut-text.ts";

/** Keys in a cursor: that all of them leave their group between two calls is unlikely. */
const KEYS_KEPT = 5;

const placeSchema = z.strictObject({
  group: z.enum(GROUPS),
  /** Newest first. */
  keys: z.array(z.string()).min(1).max(KEYS_KEPT),
});
type Place = z.infer<typeof placeSchema>;

export type ListRequest = {
  /** Null: all groups. */
  readonly group: Group | null;
  readonly limit: number;
  readonly cursor: string | null;
};

type Groups = Pick<Snapshot, "tasks" | "groups">;

export function listPage(snapshot: Groups, { group, limit, cursor }: ListRequest) {
  const chosen: readonly Group[] = group === null ? GROUPS : [group];
  const place = cursor === null ? null : readCursor(cursor, placeSchema);
  const all = chosen.flatMap((name) => snapshot.groups[name].map((key, at) => ({ group: name, key, at })));
  const rows = new Map(snapshot.tasks.map((row) => [row.key, row]));
  const start = place === null ? 0 : all.findIndex(isAfter(place, startIn(snapshot, place)));
  const shown = start < 0 ? [] : all.slice(start, start + limit);
  const last = shown.at(-1);
  const hasMore = last !== undefined && all.at(-1) !== last;
  return {
    tasks: shown.flatMap(({ key }) => {
      const row = rows.get(key);
      return row === undefined ? [] : [taskLine(row)];
    }),
    total: all.length,
    ...(hasMore && { next_cursor: writeCursor(placeOf(last, shown)) }),
  };
}

type Entry = { readonly group: Group; readonly key: string; readonly at: number };

function placeOf({ group }: Entry, shown: readonly Entry[]): Place {
  const keys = shown.filter((entry) => entry.group === group).map(({ key }) => key);
  return { group, keys: keys.slice(-KEYS_KEPT).reverse() };
}

/** Index within its group at which the next page begins. If all have left it, its start: twice is better than never. */
function startIn({ groups }: Groups, { group, keys }: Place): number {
  const found = keys.map((key) => groups[group].indexOf(key)).find((index) => index >= 0);
  return found === undefined ? 0 : found + 1;
}

function isAfter({ group }: Place, start: number): (entry: Entry) => boolean {
  return (entry) => {
    const order = GROUPS.indexOf(entry.group) - GROUPS.indexOf(group);
    return order > 0 || (order === 0 && entry.at >= start);
  };
}

const TITLE_LENGTH_MAX = 160;
const REASON_LENGTH_MAX = 300;

/** What an agent chooses by; `show` has the rest. */
export function taskLine(row: TaskRow) {
  return {
    task: row.key,
    title: cutText(row.title, TITLE_LENGTH_MAX),
    group: row.group,
    reason: cutText(row.reason, REASON_LENGTH_MAX),
    ...(row.priority !== null && { priority: row.priority }),
    ...(row.owner !== null && { owner: row.owner }),
  };
}

export const NOTHING_READY = { task: null, why: "No free task is ready." };
