// The bar that says how true the page is. While fresh it is a quiet line; late and stale turn the same line, at the
// same height, into the banner, in server HTML already (F4, F5).

import type { Dispatch } from "../../../core/contract/run-view.ts";
import type { Attestation, Freshness, Source } from "../../../core/contract/snapshot.ts";
import {
  lookUrl,
  REFRESH_CHOICES,
  type RefreshChoice,
  type StatusQuery,
  statusUrl,
} from "../../addresses/status-query.ts";
import { shownSource } from "../../live/shown-source.ts";
import { sourcesShown } from "../../live/sources-shown.ts";
import { ageSlot } from "../html/age-slot.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { clockTime, momentTime, type PageTime } from "../html/page-time.ts";
import { tag } from "../html/tags.ts";
import { type Acting, button, renderActionForm } from "../parts/action-form.ts";
import { renderSourceItem } from "../pull-request/source-words.ts";

export type FreshnessBar = {
  readonly seq: number;
  readonly epoch: number;
  readonly attestation: Attestation;
  readonly freshness: Freshness;
  readonly dispatch: Dispatch;
  /** Null on a page that only shows. */
  readonly acting: Acting | null;
  readonly query: StatusQuery;
  readonly time: PageTime;
  readonly settings: FreshnessSettings;
  /** Where the icon is that the script shows when it loses the server. */
  readonly staleIcon: string;
};

/** Ages from which a page's script itself calls it late and stale. */
export type AgeLimits = { readonly lateMs: number; readonly staleMs: number };

export const USUAL_LIMITS: AgeLimits = { lateMs: 45_000, staleMs: 90_000 };

export type FreshnessSettings = AgeLimits & { readonly refreshS: number };

/** Shape and word of a state: never told apart by colour alone (U9). */
export const STATE_WORDS: Readonly<
  Record<Freshness["state"], { readonly shape: string; readonly word: string }>
> = {
  fresh: { shape: "●", word: "Fresh" },
  late: { shape: "◔", word: "Late" },
  stale: { shape: "◆", word: "Stale" },
  unknown: { shape: "?", word: "Unknown" },
};

/** The bar under the bar, with everything the script needs to keep it true. */
export function renderFreshnessBar(bar: FreshnessBar): Html {
  const { attestation, settings, query } = bar;
  const refreshS = refreshSeconds(query.refresh, settings.refreshS);
  return html`<section class="fresh" id="fresh" aria-label="Freshness" data-seq="${bar.seq}" data-epoch="${bar.epoch}" data-shown="${sourcesShown(attestation)}" data-age-ms="${ageSlot("age_ms")}"
     data-observed-at="${ageSlot("observed_at")}" data-late-ms="${settings.lateMs}" data-stale-ms="${settings.staleMs}"
     data-refresh-s="${refreshS}" data-events="/status/events" data-stale-icon="${bar.staleIcon}">
    <p class="fresh-words" id="fresh-words">${renderWords(bar)}</p>
    <ul class="sources" id="sources">${renderSources(bar)}${renderStarts(bar)}</ul>
    <div class="controls">${renderPauseStarts(bar)}${renderControls(bar, refreshS)}</div>
    <div class="toast" id="toast" hidden></div>
    </section>
    ${renderPaused(bar)}
    <p id="announce" class="unseen" role="status" aria-atomic="true"></p>`;
}

function renderWords({ freshness, time }: FreshnessBar): Html {
  const { shape, word } = STATE_WORDS[freshness.state];
  const observed = html`<time id="observed" datetime="${ageSlot("observed_at")}">${ageSlot("observed_clock")}</time>`;
  const age = html`<span id="age">${ageSlot("age")}</span>`;
  if (freshness.state === "fresh") {
    return html`<strong class="state"><i aria-hidden="true">${shape}</i> ${word}</strong> <span class="said">as of <b>${observed}</b>, ${age} ago · updated in ${ageSlot("duration")}</span>`;
  }
  const next = freshness.next_attempt_at;
  return html`<strong class="state"><i aria-hidden="true">${shape}</i> ${word}: this page is ${age} old.</strong> <span class="said">${freshness.detail ?? "It may no longer be true."} What you see was true at <b>${observed}</b>.
    ${next === null ? null : html` Next try at ${clockTime(next, time)}.`}</span>`;
}

type Sources = Attestation["sources"];

function renderSources({ attestation, dispatch, acting, time }: FreshnessBar): Html[] {
  const { tasks, runs, pull_requests: pullRequests } = attestation.sources;
  const { live, per_host: most } = dispatch;
  return [
    renderSource("tasks", "files", tasks),
    renderSource("runs", "workers", runs, html`<b class="busy">${live} of ${most}</b>, `),
    renderSourceItem({
      source: shownSource(pullRequests, time.observedAtMs),
      age: ageOf("pull_requests"),
      canAsk: acting !== null,
      time,
    }),
  ];
}

/** Whether ready tasks are started by themselves; a pause has a bar of its own. */
function renderStarts({ dispatch: { automatic, pause } }: FreshnessBar): Html | null {
  return pause === null ? html`<li>Automatic start: ${automatic ? "on" : "off"}</li>` : null;
}

/** Beside the reader's own Pause, which holds updates and nothing else. */
function renderPauseStarts({ acting, dispatch }: FreshnessBar): Html | null {
  if (acting === null || !dispatch.configured || dispatch.pause !== null) return null;
  return renderActionForm(acting, { action: "pause", content: button("Pause starts") });
}

/** Nothing is started until somebody resumes: whose doing that is, since when and why, and the button that ends it. */
function renderPaused({ acting, dispatch: { pause }, time }: FreshnessBar): Html | null {
  if (pause === null) return null;
  const note = pause.note === null ? null : html`: <bdi>${pause.note}</bdi>`;
  return html`<section class="paused" id="paused" aria-label="Starts"><p>${tag("warn", "starts paused", "■")} by <bdi>${pause.by}</bdi> since ${momentTime(Date.parse(pause.at), time)}${note}</p>
    ${acting && renderActionForm(acting, { action: "resume", content: button("Resume starts") })}</section>`;
}

/** Each source has its own state and age (F9); one that is off has no number at all. */
function renderSource(name: keyof Sources, label: string, source: Source, number: Html | null = null): Html {
  if (source.state === "off") return html`<li class="off">${label} <b>–</b> off</li>`;
  const age = ageOf(name);
  if (source.state === "failing") {
    const error = source.error ?? "cannot be read";
    return html`<li class="failing" title="${error}"><i aria-hidden="true">▲</i> ${label} failing, ${age}: ${error}</li>`;
  }
  return html`<li>${label} ${number}${age}
    ${source.mode === "polling" ? html` <span class="tag plain">polling</span>` : null}</li>`;
}

/** It ticks: the script goes by the name and the time of observation. */
function ageOf(name: keyof Sources): Html {
  return html`<b id="age-${name}" data-observed-at="${ageSlot(`${name}_observed_at`)}">${ageSlot(`${name}_age`)}</b>`;
}

/** Links first: without script they reload, pause and change the interval by address (U1, U2). */
function renderControls({ query, acting }: FreshnessBar, refreshS: number): Html {
  const paused = refreshS === 0;
  const choice = (value: RefreshChoice) => html`<li>
    <a href="${statusUrl({ ...query, refresh: value })}" data-refresh="${value}"
    ${attribute("aria-current", isChoice(value, refreshS) ? "true" : null)}>${value === "off" ? "never" : `every ${value} s`}</a></li>`;
  return html`<button class="btn notice" id="pending" type="button" hidden></button>
    <span class="live" id="live">${paused ? "Paused" : `every ${refreshS} s`}</span>
    <a class="btn" id="refresh" href="${acting === null ? statusUrl(query) : lookUrl(query)}">Refresh</a>
    <a class="btn" id="pause" href="${statusUrl({ ...query, refresh: paused ? "30" : "off" })}">${paused ? "Resume" : "Pause"}</a>
    <details class="menu interval" id="interval-menu"><summary class="btn" aria-label="How often the page updates">⋯</summary>
    <div class="panel"><p>Update at least</p><ul>${REFRESH_CHOICES.map(choice)}</ul></div></details>`;
}

function isChoice(value: RefreshChoice, refreshS: number): boolean {
  return value === "off" ? refreshS === 0 : Number(value) === refreshS;
}

/** Seconds between reloads of a browser without script; 0 for never. */
export function refreshSeconds(asked: RefreshChoice | null, configuredS: number): number {
  if (asked === null) return configuredS;
  return asked === "off" ? 0 : Number(asked);
}
