// One strip of counts. Each number counts tasks and leads to exactly those rows.

import { GROUPS, type Group, type Snapshot } from "../../core/snapshot/schema.ts";
import { isFiltered, type StatusQuery, statusUrl } from "../status-query.ts";
import { attribute, type Html, html } from "./html.ts";
import type { StatusView } from "./status-view.ts";
import { counted, GROUP_WORDS, groupedDigits } from "./words.ts";

export type CountStrip = {
  readonly snapshot: Snapshot;
  readonly view: StatusView;
  readonly query: StatusQuery;
};

/** Groups that ask for nothing now are drawn smaller. */
const QUIET = new Set<Group>(["waiting", "planned", "done"]);

export function renderCountStrip(strip: CountStrip): Html {
  return html`<nav class="strip" id="strip" aria-label="Counts">${GROUPS.map((group) => renderCount(group, strip))}</nav>`;
}

function renderCount(group: Group, { snapshot, view, query }: CountStrip): Html {
  const { total } = view.groups[group];
  const href = query.group === null ? `#g-${group}` : statusUrl({ ...query, group, page: 1 });
  const alert = group === "needs_attention" && total > 0;
  const kind = alert ? "alert" : QUIET.has(group) ? "less" : null;
  const words = group === "done" ? doneWords(snapshot, query) : countedWords(group, total);
  return html`<a href="${href}" data-group="${group}"${attribute("class", kind)}
    ${attribute("aria-current", query.group === group ? "true" : null)}>
    <b>${alert && html`<i aria-hidden="true">▲</i>`}${groupedDigits(total)}</b> <span>${words}</span></a>`;
}

function countedWords(group: Group, total: number): string {
  return group === "needs_attention" && total === 1 ? "needs attention" : GROUP_WORDS[group].counted;
}

/** "finished, 3 cancelled": the number is that of the rows, so it includes the cancelled ones. */
function doneWords({ summary }: Snapshot, query: StatusQuery): string {
  const words = GROUP_WORDS.done.counted;
  return summary.cancelled === 0 || isFiltered(query)
    ? words
    : `${words}, ${counted(summary.cancelled, "cancelled", "cancelled")}`;
}
