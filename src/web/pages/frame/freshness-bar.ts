// The bar that shows how current the page is. While fresh it is a quiet line; when late or stale, the same line becomes
// the banner, also without script (F4, F5).

import type { Dispatch } from "../../../core/contract/run-view.ts";
import type { Attestation, Freshness, Source } from "../../../core/contract/snapshot.ts";
import {
  lookUrl,
  REFRESH_CHOICES,
  type RefreshChoice,
  type StatusQuery,
  statusUrl,
} from "../../addresses/status-query.ts";
import type { FaviconState } from "../../assets/assets.ts";
import { shownSource, sourcesShown } from "../../live/shown-source.ts";
import { ageSlot } from "../html/age-slot.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { clockTime, type PageTime } from "../html/page-time.ts";
import { type Acting, button, renderActionForm } from "../parts/action-form.ts";
import { renderSourceItem } from "../pull-request/source-words.ts";
import { renderPaused, renderPauses } from "./pause-rows.ts";
import { renderStartChips } from "./start-chips.ts";

export type FreshnessBar = {
  readonly seq: number;
  readonly epoch: number;
  readonly attestation: Attestation;
  readonly freshness: Freshness;
  readonly dispatch: Dispatch;
  /** Null on a read-only page. */
  readonly acting: Acting | null;
  readonly query: StatusQuery;
  readonly time: PageTime;
  readonly settings: FreshnessSettings;
  /** The icon the script shows when it loses the server. */
  readonly staleIcon: string;
};

/** Ages at which the script marks the page late and stale. */
export type AgeLimits = { readonly lateMs: number; readonly staleMs: number };

/** `refreshS`: seconds between reloads without script; 0 for never. */
export type FreshnessSettings = AgeLimits & { readonly refreshS: number };

/** Shape and word of a state, so that colour is not the only difference (U9). */
export const STATE_WORDS: Readonly<
  Record<Freshness["state"], { readonly shape: string; readonly word: string }>
> = {
  fresh: { shape: "●", word: "Fresh" },
  late: { shape: "◔", word: "Late" },
  stale: { shape: "◆", word: "Stale" },
  unknown: { shape: "?", word: "Unknown" },
};

/** The bar, with the data the script needs to keep it current. */
export function renderFreshnessBar(bar: FreshnessBar): Html {
  const { attestation, settings, query } = bar;
  const refreshS = refreshSeconds(query.refresh, settings.refreshS);
  return html`<section class="fresh" id="fresh" aria-label="Freshness" data-seq="${bar.seq}" data-epoch="${bar.epoch}" data-shown="${sourcesShown(attestation)}" data-age-ms="${ageSlot("age_ms")}"
     data-observed-at="${ageSlot("observed_at")}" data-late-ms="${settings.lateMs}" data-stale-ms="${settings.staleMs}"
     data-refresh-s="${refreshS}" data-events="/status/events" data-stale-icon="${bar.staleIcon}">
    <p class="fresh-words" id="fresh-words">${renderWords(bar)}</p>
    <ul class="sources" id="sources">${renderSources(bar)}${renderStartChips(bar)}</ul>
    <div class="controls">${renderPauseStarts(bar)}${renderControls(bar, refreshS)}</div>
    <div class="toast" id="toast" hidden></div>
    </section>
    ${renderPaused(bar)}
    ${renderPauses(bar)}
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
  return html`<strong class="state"><i aria-hidden="true">${shape}</i> ${word}: this page is ${age} old.</strong> <span class="said">${freshness.detail ?? "It may no longer be true."} This was true at <b>${observed}</b>.
    ${next === null ? null : html` Next attempt at ${clockTime(next, time)}.`}</span>`;
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

/** Pauses starts, unlike the reader's Pause, which only holds updates. */
function renderPauseStarts({ acting, dispatch }: FreshnessBar): Html | null {
  if (acting === null || !dispatch.configured || dispatch.pause !== null) return null;
  return renderActionForm(acting, { action: "pause", content: button("Pause starts") });
}

/** Each source has its own state and age (F9); one that is off has no number. */
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

/** The script updates it, by name and time of observation. */
function ageOf(name: keyof Sources): Html {
  return html`<b id="age-${name}" data-observed-at="${ageSlot(`${name}_observed_at`)}">${ageSlot(`${name}_age`)}</b>`;
}

/** Plain links: they work without script (U1, U2). */
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

/** Seconds between reloads without script; 0 for never. */
export function refreshSeconds(asked: RefreshChoice | null, configuredS: number): number {
  if (asked === null) return configuredS;
  return asked === "off" ? 0 : Number(asked);
}

/** The worst state, so that a background tab shows it too (U14). */
export function faviconOf(freshness: Pick<Freshness, "state">, attention: number): FaviconState {
  if (freshness.state === "unknown") return "unknown";
  if (freshness.state !== "fresh") return "stale";
  return attention > 0 ? "attention" : "calm";
}
