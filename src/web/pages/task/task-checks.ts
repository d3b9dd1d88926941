// The checks of a pull request's newest commit, each with where to read more; failing ones first.

import { CHECK_STATES } from "../../../core/contract/pull-request.ts";
import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import { type Html, html } from "../html/html.ts";
import { counted, groupedDigits } from "../html/words.ts";
import { hostLink } from "../parts/pull-request-link.ts";
import { checkTag, checkWord } from "../pull-request/pull-request-words.ts";

type Checks = PullRequestView["checks"];

/** Nothing where the host checks nothing. */
export function renderChecks(checks: Checks): Html | null {
  const { listed } = checks;
  const told = CHECK_STATES.filter((state) => checks[state] > 0);
  if (told.length === 0 && checks.missing.length === 0) return null;
  const more = told.reduce((sum, state) => sum + checks[state], 0) - listed.length;
  const counts = told.map((state) => `${groupedDigits(checks[state])} ${checkWord(state)}`);
  return html`<h3>Checks: ${counts.join(", ")}</h3>
    ${listed.length > 0 && renderTable(listed)}
    ${checks.missing.length > 0 && html`<p class="aside">Required and not reported: <bdi>${checks.missing.join(", ")}</bdi>.</p>`}
    ${more > 0 && html`<p class="aside">${counted(more, "more check")} not listed.</p>`}`;
}

function renderTable(listed: Checks["listed"]): Html {
  return html`<table class="checks"><caption class="unseen">Checks of the newest commit</caption>
    <thead><tr><th scope="col">State</th><th scope="col">Check</th></tr></thead>
    <tbody>${listed.map(renderCheck)}</tbody></table>`;
}

function renderCheck({ name, state, url, required }: Checks["listed"][number]): Html {
  const rule = required === true ? " required" : null;
  return html`<tr><td>${checkTag(state)}</td><th scope="row">${hostLink(url, html`<bdi>${name}</bdi>`)}${rule && html`<small>${rule}</small>`}</th></tr>`;
}
