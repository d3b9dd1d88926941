// A table of tasks with caption and column headings; headings sort by address.

import { type Sort, type StatusQuery, statusUrl } from "../../addresses/status-query.ts";
import { attribute, type Html, html } from "../html/html.ts";

export type Column = {
  readonly heading: string;
  /** Class that sets the width. */
  readonly width: string;
  readonly sort?: Sort;
  /** Only for screen readers. */
  readonly unseen?: true;
};

export type TaskTable = {
  readonly caption: string;
  readonly columns: readonly (Column | null)[];
  readonly rows: readonly Html[];
  /** Null on pages that do not sort. */
  readonly query: StatusQuery | null;
};

/** A real table with caption and scoped headings (U12). */
export function renderTaskTable({ caption, columns, rows, query }: TaskTable): Html {
  return html`<div class="list"><table><caption>${caption}</caption>
    <thead><tr>${columns.map((column) => column && renderHeading(column, query))}</tr></thead>
    <tbody>${rows}</tbody></table></div>`;
}

/** A sorting heading is a link; clicking the active one restores the list's own order. */
function renderHeading({ heading, width, sort, unseen }: Column, query: StatusQuery | null): Html {
  if (unseen) return html`<th scope="col" class="${width}"><span class="unseen">${heading}</span></th>`;
  if (sort === undefined || query === null) return html`<th scope="col" class="${width}">${heading}</th>`;
  const sorting = query.sort === sort;
  const href = statusUrl({ ...query, sort: sorting ? null : sort, page: 1 });
  return html`<th scope="col" class="${width}"${attribute("aria-sort", sorting ? "ascending" : null)}>
    <a href="${href}">${heading}${sorting && html` <span aria-hidden="true">▴</span>`}</a></th>`;
}
