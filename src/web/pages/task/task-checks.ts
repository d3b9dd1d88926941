// The checks of a pull request's newest commit with links, failing ones first.

import { CHECK_STATES } from "../../../core/contract/pull-request.ts";
import type { PullRequestView } from "../../../core/contract/pull-request-view.ts";
import { counted, groupedDigits } from "../../../core/text/counted.ts";
import { type Html, html } from "../html/html.ts";
import { hostLink } from "../parts/pull-request-link.ts";
import { checkTag, checkWord } from "../pull-request/pull-request-words.ts";

type Checks = PullRequestView["checks"];

export function renderChecks(checks: Checks): Html | null {
  const { listed } = checks;
  const present = CHECK_STATES.filter((state) => checks[state] > 0);
  if (present.length === 0 && checks.missing.length === 0) return null;
  const more = present.reduce((sum, state) => sum + checks[state], 0) - listed.length;
  const counts = present.map((state) => `${groupedDigits(checks[state])} ${checkWord(state)}`);
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
