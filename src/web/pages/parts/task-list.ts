// A list of tasks for workstreams, milestones and search results.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { counted } from "../../../core/text/counted.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, type PageTime } from "../html/page-time.ts";
import { groupTag, tierTag } from "../html/tags.ts";
import { label, ownerCell, priorityCell, taskCell } from "./task-cells.ts";
import { renderTaskTable } from "./task-table.ts";

/** Rows of a list; search finds the rest. */
export const PLAIN_LIST_ROWS = 200;

export type TaskList = {
  readonly caption: string;
  readonly rows: readonly TaskRow[];
  readonly time: PageTime;
  /** Shown if there are no rows. */
  readonly empty: string;
};

export function renderTaskList({ caption, rows, time, empty }: TaskList): Html {
  if (rows.length === 0) return html`<p class="empty nothing">${empty}</p>`;
  const shown = rows.slice(0, PLAIN_LIST_ROWS);
  const table = renderTaskTable({
    caption,
    columns: [
      { heading: "Task", width: "w-task" },
      { heading: "State", width: "w-what" },
      { heading: "Pri", width: "w-pri" },
      { heading: "Owner", width: "w-who" },
      { heading: "In this group for", width: "w-time num" },
    ],
    rows: shown.map((row) => renderRow(row, time)),
    query: null,
  });
  const more = rows.length - shown.length;
  return html`${table}${more > 0 && html`<p class="aside">${counted(more, "more task")} not shown. Search by title to find one.</p>`}`;
}

function renderRow(row: TaskRow, time: PageTime): Html {
  const [first] = row.signals;
  const why = first === undefined ? row.reason : first.sentence;
  return html`<tr>${taskCell(row)}<td class="what" title="${why}">${groupTag(row.group)} ${first?.tier === 1 && html`${tierTag(1)} `}<bdi>${why}</bdi></td>
    ${priorityCell(row)}${ownerCell(row)}
    <td class="inline num"${label("for")}>${durationTime({ iso: row.since, basis: row.since_basis }, "for", time)}</td></tr>`;
}

/** In the order of the groups on the status page, then as in each group. */
export function inGroupOrder(
  rows: readonly TaskRow[],
  groups: Readonly<Record<string, readonly string[] | undefined>>,
): readonly TaskRow[] {
  const rowByKey = new Map(rows.map((row) => [row.key, row]));
  return Object.values(groups).flatMap((keys) => (keys ?? []).flatMap((key) => rowByKey.get(key) ?? []));
}
