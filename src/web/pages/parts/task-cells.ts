// Cells that task tables share. A row is one line: the first part of a cell is cut with an ellipsis, the second (slugs,
// codes) shows only if there is room. The full text is the cell's title, and shows when the row has keyboard focus.

import type { Snapshot, TaskRow } from "../../../core/contract/snapshot.ts";
import { documentUrl, milestoneUrl, taskUrl } from "../../addresses/links.ts";
import { attribute, type Html, html } from "../html/html.ts";

/** The optional columns this repository needs. */
export type Columns = { readonly milestone: boolean; readonly workstream: boolean };

export function columnsOf(snapshot: Pick<Snapshot, "milestones" | "workstreams">): Columns {
  return { milestone: snapshot.milestones.length > 0, workstream: snapshot.workstreams.length > 1 };
}

/** A row's id; the script uses it to keep and move rows. */
export function rowId(row: Pick<TaskRow, "key">): string {
  return `t-${row.key}`;
}

/** Title, then slug in grey. Titles are untrusted, so bidi marks are isolated. */
export function taskCell(row: Pick<TaskRow, "key" | "title">): Html {
  return html`<th scope="row" class="task" title="${row.title} · ${row.key}">
    ${oneLine(html`<a class="t" dir="auto" href="${taskUrl(row.key)}">${row.title}</a>`, html` <bdi class="slug">${row.key}</bdi>`)}</th>`;
}

/** One element: the first part has priority over the second. */
export function oneLine(first: Html, second: Html): Html {
  return html`<div class="one-line">${first}${second}</div>`;
}

/** A line, and a mark at the end of the cell that is never cut. */
export function beside(line: Html, mark: Html | null): Html {
  return mark === null ? line : html`<div class="beside-mark">${line} ${mark}</div>`;
}

export function priorityCell(row: TaskRow): Html {
  return html`<td class="inline pri"${label("pri", row.priority)}>${row.priority ?? none()}</td>`;
}

export function milestoneCell(row: TaskRow, columns: Columns): Html | null {
  if (!columns.milestone) return null;
  const { milestone } = row;
  if (milestone === null) return html`<td class="inline ms">${none()}</td>`;
  return html`<td class="inline ms" title="${milestone}"><a href="${milestoneUrl(milestone)}">${milestone}</a></td>`;
}

export function workstreamCell(row: TaskRow, columns: Columns): Html | null {
  return columns.workstream
    ? html`<td class="inline ws" title="${row.workstream}">${row.workstream}</td>`
    : null;
}

/** "dave, as architect", the role only if there is room; an unknown owner is marked in words. */
export function ownerCell(row: TaskRow): Html {
  const words = ownerWords(row);
  if (words === null) return html`<td class="inline who">${none("no owner")}</td>`;
  const role = row.owner_state === "unknown" ? null : row.owner_as;
  const shown =
    role === null
      ? html`<bdi>${words}</bdi>`
      : oneLine(html`<bdi>${row.owner}</bdi>`, html`<bdi class="as">, as ${role}</bdi>`);
  return html`<td class="inline who" title="${words}">${shown}</td>`;
}

export function ownerWords(row: Pick<TaskRow, "owner" | "owner_as" | "owner_state">): string | null {
  if (row.owner === null) return null;
  if (row.owner_state === "unknown") return `${row.owner}, unknown`;
  return row.owner_as === null ? row.owner : `${row.owner}, as ${row.owner_as}`;
}

/** A missing value: a dash to see, a word for screen readers. */
export function none(word = "none"): Html {
  return html`<span class="none"><span aria-hidden="true">–</span><span class="unseen">${word}</span></span>`;
}

/** The label of a value in stacked rows on narrow screens. */
export function label(text: string, value: unknown = true): Html | null {
  return value === null ? null : attribute("data-l", text);
}

/** `file` is relative to the repository. */

export function documentLink(file: string, label: string): Html {
  const url = documentUrl(file);
  return url === null ? html`<bdi>${label}</bdi>` : html`<a href="${url}"><bdi>${label}</bdi></a>`;
}
