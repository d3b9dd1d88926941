// The night on one screen: what happened, why attempts failed, and where the slot hours went.

import { costSumText, tokenSumText } from "../../../core/costs/cost-words.ts";
import type { NightSummary } from "../../../core/night/night-summary.ts";
import { isWork, SLOT_USE_WORDS, slotHours, slotLines } from "../../../core/night/night-words.ts";
import { costsSinceUrl } from "../../addresses/cost-query.ts";
import { taskUrl } from "../../addresses/links.ts";
import { nightJsonUrl, nightUrl } from "../../addresses/night-query.ts";
import { durationText } from "../../assets/script/duration.js";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { momentTime } from "../html/page-time.ts";
import { label } from "../parts/task-cells.ts";
import { renderNightFacts, totalMs } from "./night-facts.ts";

export const NIGHT_HOURS = [4, 8, 12, 24, 72] as const;

/** `hours`: null for a time from one moment to another. */
export type NightPage = Frame & { readonly night: NightSummary; readonly hours: number | null };

export function renderNightPage(page: NightPage): string {
  const { night, hours } = page;
  const { sinceMs, nowMs, spared, cost, asleepMs } = night;
  const time = timeOfFrame(page);
  const until = hours === null && html` to ${momentTime(nowMs, time)}`;
  const choices = NIGHT_HOURS.map(
    (count) =>
      html` <a href="/night?hours=${count}"${attribute("aria-current", count === hours ? "true" : null)}>${count} h</a>`,
  );
  return renderFramed(page, {
    title: "Night",
    current: null,
    main: html`<div class="page-head"><h1>Since ${momentTime(sinceMs, time)}${until}</h1>
      <p class="aside choices" role="group" aria-label="Time">Time:${choices} · <a href="${nightJsonUrl(night)}">JSON</a></p></div>
      <div class="night-sections">${renderNightFacts(night)}
      ${renderSlots(night, asleepMs)}
      ${renderCauses("failed", night)}
      ${spared.length > 0 && renderCauses("not_counted", night)}
      <h2>Cost</h2><p>${costSumText(cost)}, ${tokenSumText(cost)} tokens, ${cost.tools} tool calls, ${durationText(cost.workMs)} at work in ${cost.runs} runs. <a href="${costsSinceUrl("task", sinceMs)}">By task</a></p></div>`,
  });
}

/** One bar, and the same as a table. Widths are in hundredths. */
function renderSlots(night: NightSummary, asleepMs: number): Html {
  const lines = slotLines(night);
  const total = totalMs(night);
  if (total === 0)
    return html`<h2 id="slots">Slot hours</h2><p class="empty nothing">No runner has counted slots in that time.</p>`;
  const share = (ms: number) => Math.round((ms / total) * 1000) / 10;
  let left = 0;
  const parts = lines.map(({ use, ms }) => {
    const x = left;
    left += (ms / total) * 1000;
    return html`<rect class="use-${toneOf(use)}" x="${x.toFixed(1)}" width="${((ms / total) * 1000).toFixed(1)}" height="16"><title>${SLOT_USE_WORDS[use]}: ${slotHours(ms)}</title></rect>`;
  });
  return html`<h2 id="slots">Slot hours</h2>
    <svg class="slot-bar" viewBox="0 0 1000 16" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>
    <div class="list"><table><caption>What the slots were used for</caption>
    <thead><tr><th scope="col">Use</th><th scope="col" class="num">Hours</th><th scope="col" class="num">Share</th></tr></thead>
    <tbody>${lines.map(({ use, ms }) => html`<tr><th scope="row"><i class="swatch use-${toneOf(use)}" aria-hidden="true"></i> ${SLOT_USE_WORDS[use]}</th><td class="inline num"${label("hours")}><a href="${nightUrl(night, { show: "slots", use })}">${slotHours(ms)}</a></td><td class="inline num"${label("share")}>${share(ms)} %</td></tr>`)}</tbody>
    <tfoot><tr><th scope="row">Total</th><td class="inline num"${label("hours")}>${slotHours(total)}</td><td></td></tr></tfoot></table></div>
    ${asleepMs > 0 && html`<p class="aside">The machine slept for ${durationText(asleepMs)}.</p>`}`;
}

type Use = ReturnType<typeof slotLines>[number]["use"];

/** Few colours that mean something: at work, nothing to do, held back, not there. */
function toneOf(use: Use): "work" | "rest" | "held" | "off" {
  if (isWork(use)) return "work";
  if (use === "asleep" || use === "not_running") return "off";
  return use === "nothing_ready" || use === "not_automatic" || use === "schedule" ? "rest" : "held";
}

const CAUSE_TITLES = {
  failed: ["Failed attempts", "No attempt failed."],
  not_counted: ["Attempts that did not count", "None."],
} as const;

function renderCauses(show: keyof typeof CAUSE_TITLES, night: NightSummary): Html {
  const causes = show === "failed" ? night.failed : night.spared;
  const [title, none] = CAUSE_TITLES[show];
  if (causes.length === 0) return html`<h2>${title}</h2><p>${none}</p>`;
  return html`<h2>${title}</h2><div class="list"><table><caption>${title}</caption>
    <thead><tr><th scope="col">Cause</th><th scope="col" class="num">Attempts</th><th scope="col">Tasks</th></tr></thead>
    <tbody>${causes.map(({ words, keys, attempts }) => html`<tr><th scope="row"><bdi>${words}</bdi></th><td class="inline num"${label("attempts")}><a href="${nightUrl(night, { show, cause: words })}">${attempts}</a></td><td>${renderKeys(keys)}</td></tr>`)}</tbody></table></div>`;
}

/** The list of the attempts has all of them. */
const KEYS_SHOWN = 10;

function renderKeys(keys: readonly string[]): Html {
  const more = keys.length - KEYS_SHOWN;
  return html`${keys.slice(0, KEYS_SHOWN).map((key, at) => html`${at > 0 && ", "}<a href="${taskUrl(key)}"><bdi>${key}</bdi></a>`)}${more > 0 && ` and ${more} more`}`;
}
