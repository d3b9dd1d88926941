// Which tasks of a snapshot a list shows: groups in the page's order, after a given task, cut at a limit.

import {
  GROUP_LABELS,
  GROUPS,
  type Group,
  type Snapshot,
  type TaskRow,
} from "../../../core/contract/snapshot.ts";
import { type ErrorCode, UserError } from "../../../core/contract/user-error.ts";
import { nearest } from "../../../core/text/nearest.ts";
import { quote } from "../../../core/text/quote.ts";
import { usage } from "../../contract/errors.ts";
import type { ListedGroup } from "../../print/task-list.ts";

export type PageRequest = {
  readonly group: string | null;
  readonly after: string | null;
  readonly limit: number;
};

export type TaskPage = {
  readonly groups: readonly ListedGroup[];
  readonly shown: number;
  /** Tasks the whole list has, without limit and `after`. */
  readonly total: number;
  /** Key of the last task shown, when more follow: the next page begins after it. */
  readonly next: string | null;
};

/** Throws UserError `usage` for a group that does not exist, `task_unknown` for an `after` that is not in the list. */
export function taskPage(snapshot: Snapshot, { group, after, limit }: PageRequest): TaskPage {
  const chosen: readonly Group[] = group === null ? GROUPS : [toGroup(group)];
  const rowByKey = new Map(snapshot.tasks.map((row) => [row.key, row]));
  const all = chosen.flatMap((name) => snapshot.groups[name].map((key) => ({ name, key })));
  const { shown: page, next } = pageAfter(all, { after, limit }, "task_unknown");
  const groups = chosen.flatMap((name) => {
    const rows = page
      .filter((entry) => entry.name === name)
      .map(({ key }) => rowByKey.get(key))
      .filter((row): row is TaskRow => row !== undefined);
    return rows.length === 0 ? [] : [{ group: name, count: snapshot.counts[name], rows }];
  });
  return { groups, shown: page.length, total: all.length, next };
}

/** Throws UserError with that code for an `after` that is not in the list. */
export function pageAfter<Entry extends { readonly key: string }>(
  all: readonly Entry[],
  { after, limit }: Pick<PageRequest, "after" | "limit">,
  code: ErrorCode,
): { readonly shown: readonly Entry[]; readonly next: string | null } {
  const start = after === null ? 0 : 1 + all.findIndex(({ key }) => key === after);
  if (after !== null && start === 0)
    throw new UserError({
      code,
      message: `The list has no task ${quote(after)}.`,
      hint: "Start again without --after.",
    });
  const shown = all.slice(start, start + limit);
  const hasMore = start + shown.length < all.length;
  return { shown, next: hasMore ? (shown.at(-1)?.key ?? null) : null };
}

function toGroup(asked: string): Group {
  const spelled = asked.toLowerCase().replaceAll(/[- ]/g, "_");
  const group = GROUPS.find((name) =>
    [name, GROUP_LABELS[name].toLowerCase().replace(" ", "_")].includes(spelled),
  );
  if (group !== undefined) return group;
  const meant = nearest(asked, GROUPS);
  throw usage(
    `There is no group ${quote(asked)}.`,
    `${meant === null ? "" : `Did you mean ${meant}? `}Groups: ${GROUPS.join(", ")}.`,
  );
}
