// A strip of counts. Each counts tasks and links to exactly those rows.

import { type Attestation, GROUPS, type Group, type Snapshot } from "../../../core/contract/snapshot.ts";
import { groupedDigits } from "../../../core/text/counted.ts";
import { isFiltered, type StatusQuery, statusUrl } from "../../addresses/status-query.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { GROUP_WORDS } from "../html/words.ts";
import type { StatusView } from "./status-view.ts";

export type CountStrip = {
  readonly snapshot: Snapshot;
  readonly attestation: Attestation;
  readonly view: StatusView;
  readonly query: StatusQuery;
};

/** Groups that need nothing now are drawn smaller. */
const QUIET = new Set<Group>(["waiting", "planned", "done"]);

export function renderCountStrip(strip: CountStrip): Html {
  return html`<nav class="strip" id="strip" aria-label="Counts">${GROUPS.map((group) => renderCount(group, strip))}</nav>`;
}

function renderCount(group: Group, { snapshot, attestation, view, query }: CountStrip): Html {
  const { total } = view.groups[group];
  const href = query.group === null ? `#g-${group}` : statusUrl({ ...query, group, page: 1 });
  const alert = group === "needs_attention" && total > 0;
  // A source that is off has seen nothing, which is not zero (F10).
  const unseen = group === "in_review" && total === 0 && attestation.sources.pull_requests.state !== "ok";
  const kind = alert ? "alert" : QUIET.has(group) || unseen ? "less" : null;
  const words = group === "done" ? doneWords(snapshot, query) : countedWords(group, total);
  const number = unseen ? "–" : groupedDigits(total);
  return html`<a href="${href}" data-group="${group}"${attribute("class", kind)}
    ${attribute("aria-current", query.group === group ? "true" : null)}>
    <b>${alert && html`<i aria-hidden="true">▲</i>`}${number}</b> <span>${words}</span></a>`;
}

function countedWords(group: Group, total: number): string {
  return group === "needs_attention" && total === 1 ? "needs you" : GROUP_WORDS[group].counted;
}

/** "finished, 3 of them cancelled": the number counts rows, cancelled ones included. */
function doneWords({ summary }: Snapshot, query: StatusQuery): string {
  const words = GROUP_WORDS.done.counted;
  return summary.cancelled === 0 || isFiltered(query)
    ? words
    : `${words}, ${groupedDigits(summary.cancelled)} of them cancelled`;
}
