// What happened since a time, as people read it: five lines, each number a link to its rows.

import { costSumText } from "../../../core/costs/cost-words.ts";
import type { NightSummary } from "../../../core/night/night-summary.ts";
import { isWork, SLOT_USE_WORDS, slotHours, slotLines } from "../../../core/night/night-words.ts";
import { costsUrl } from "../../addresses/cost-query.ts";
import { taskUrl } from "../../addresses/links.ts";
import { type Html, html } from "../html/html.ts";

export function renderNightFacts(night: NightSummary): Html {
  const { landed, inReview, needsYou, failed, spared, cost } = night;
  const attempts = (causes: NightSummary["failed"]) => causes.reduce((sum, one) => sum + one.attempts, 0);
  const [idle] = slotLines(night).filter(({ use }) => !isWork(use));
  return html`<ul class="night">
    <li>${number(landed.length, "/activity")} landed${names(landed)}</li>
    <li>${number(inReview.length, "/status#in_review")} ready for review${names(inReview)}</li>
    <li>${number(needsYou.length, "/status#needs_attention")} ${needsYou.length === 1 ? "waits" : "wait"} for you${names(needsYou)}</li>
    <li>${number(attempts(failed), "/runs")} ${attempts(failed) === 1 ? "attempt" : "attempts"} failed${causes(failed)}; ${number(attempts(spared), "/runs")} did not count${causes(spared)}</li>
    <li>Cost <a href="${costsUrl("task", 1)}">${costSumText(cost)}</a> · <a href="/night#slots">${slotHours(workedMs(night))}</a> of ${slotHours(totalMs(night))} slot hours worked${idle && html`; most idle: ${SLOT_USE_WORDS[idle.use]} (${slotHours(idle.ms)})`}</li>
  </ul>`;
}

export function totalMs(night: NightSummary): number {
  return slotLines(night).reduce((sum, { ms }) => sum + ms, 0);
}

function workedMs(night: NightSummary): number {
  return slotLines(night).reduce((sum, { use, ms }) => sum + (isWork(use) ? ms : 0), 0);
}

function number(count: number, url: string): Html {
  return count === 0 ? html`<b>0</b>` : html`<a href="${url}"><b>${count}</b></a>`;
}

/** Tasks named in a line before "and 3 more". */
const NAMED_MAX = 3;

function names(keys: readonly string[]): Html | null {
  if (keys.length === 0) return null;
  const more = keys.length - NAMED_MAX;
  const shown = keys
    .slice(0, NAMED_MAX)
    .map((key, at) => html`${at > 0 && ", "}<a href="${taskUrl(key)}"><bdi>${key}</bdi></a>`);
  return html`: ${shown}${more > 0 && ` and ${more} more`}`;
}

function causes(found: NightSummary["failed"]): Html | null {
  const [first] = found;
  if (first === undefined) return null;
  const more = found.length - 1;
  return html` (<bdi>${first.words}</bdi>${more > 0 && ` and ${more} more`})`;
}
