// What happened since a time, as people read it: five lines, each number a link to its rows.

import { costSumText } from "../../../core/costs/cost-words.ts";
import type { Cause, NightSummary } from "../../../core/night/night-summary.ts";
import { isWork, SLOT_USE_WORDS, slotHours, slotLines } from "../../../core/night/night-words.ts";
import { EVERYONE } from "../../../core/team/resolve-owner.ts";
import { costsSinceUrl } from "../../addresses/cost-query.ts";
import { statusLink, taskUrl } from "../../addresses/links.ts";
import { type NightRows, nightUrl } from "../../addresses/night-query.ts";
import { type Html, html } from "../html/html.ts";

export function renderNightFacts(night: NightSummary): Html {
  const { landed, inReview, needsYou, failed, spared, cost, sinceMs } = night;
  const rows = (count: number, list: NightRows) => number(count, nightUrl(night, list));
  const [idle] = slotLines(night).filter(({ use }) => !isWork(use));
  return html`<ul class="night">
    <li>${rows(landed.length, { show: "landed" })} landed${names(landed)}</li>
    <li>${rows(inReview.length, { show: "in_review" })} ready for review${names(inReview)}</li>
    <li>${number(needsYou.length, NEEDS_YOU)} ${needsYou.length === 1 ? "waits" : "wait"} for you${names(needsYou)}</li>
    <li>${rows(attemptsOf(failed), { show: "failed", cause: null })} ${attemptsOf(failed) === 1 ? "attempt" : "attempts"} failed${causes(failed)}; ${rows(attemptsOf(spared), { show: "not_counted", cause: null })} did not count${causes(spared)}</li>
    <li>Cost <a href="${costsSinceUrl("task", sinceMs)}">${costSumText(cost)}</a> · <a href="${nightUrl(night)}#slots">${slotHours(workedMs(night))}</a> of ${slotHours(totalMs(night))} slot hours worked${idle && html`; most idle: ${SLOT_USE_WORDS[idle.use]} (<a href="${nightUrl(night, { show: "slots", use: idle.use })}">${slotHours(idle.ms)}</a>)`}</li>
  </ul>`;
}

/** Where something can be done about them. */
const NEEDS_YOU = statusLink({ group: "needs_attention", owner: EVERYONE });

export function attemptsOf(causes: readonly Cause[]): number {
  return causes.reduce((sum, { attempts }) => sum + attempts, 0);
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

function causes(found: readonly Cause[]): Html | null {
  const [first] = found;
  if (first === undefined) return null;
  const more = found.length - 1;
  return html` (<bdi>${first.words}</bdi>${more > 0 && ` and ${more} more`})`;
}
