// The bar that shows how current the page is. While fresh it is a quiet line; when late or stale, the same line becomes
// the banner, also without script (F4, F5).

import type { Dispatch, PauseView } from "../../../core/contract/run-view.ts";
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
    <ul class="sources" id="sources">${renderSources(bar)}${renderStarts(bar)}</ul>
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

/** Whether ready tasks start automatically; a pause has its own bar. Then what waits, which leads to its rows. */
function renderStarts({ dispatch: { automatic, pause, pauses } }: FreshnessBar): Html {
  const [first] = pauses;
  const words = pauses.length === 1 ? first?.sentence : `${pauses.length} limits and outages`;
  return html`${pause === null && html`<li>Automatic start: ${automatic ? "on" : "off"}</li>`}
    ${first && html`<li class="chip"><a href="#pauses">◔ <bdi>${words}</bdi></a></li>`}`;
}

/** Pauses starts, unlike the reader's Pause, which only holds updates. */
function renderPauseStarts({ acting, dispatch }: FreshnessBar): Html | null {
  if (acting === null || !dispatch.configured || dispatch.pause !== null) return null;
  return renderActionForm(acting, { action: "pause", content: button("Pause starts") });
}

/** Who paused starts, when and why, and the button to resume. */
function renderPaused({ acting, dispatch: { pause }, time }: FreshnessBar): Html | null {
  if (pause === null) return null;
  const note = pause.note === null ? null : html`: <bdi>${pause.note}</bdi>`;
  return html`<section class="paused" id="paused" aria-label="Starts"><p>${tag("warn", "starts paused", "■")} by <bdi>${pause.by}</bdi> since ${momentTime(Date.parse(pause.at), time)}${note}</p>
    ${acting && renderActionForm(acting, { action: "resume", content: button("Resume starts") })}</section>`;
}

/** One row for each account, host or set-up that waits: why, until when, what is tried next, and how to end it. */
function renderPauses({ acting, dispatch: { pauses, holds }, time }: FreshnessBar): Html | null {
  if (pauses.length === 0 && holds.length === 0) return null;
  return html`<section class="pauses" id="pauses" aria-label="What keeps starts waiting">${pauses.map((pause) => renderPause(pause, acting, time))}${holds.map(renderHold)}</section>`;
}

function renderPause(pause: PauseView, acting: Acting | null, time: PageTime): Html {
  const { cause, sentence, why, since, phase, scope } = pause;
  const [tone, word, shape] = cause === "limit" ? LIMITED : OUTAGE;
  const fields = { scope: scope.kind, name: scope.name };
  const buttons =
    acting &&
    html`${renderActionForm(acting, { action: "limit-resume", fields, content: button("Resume now", { title: `${scope.name}: start again, two at a time` }) })}
    ${pause.next_probe !== null && renderActionForm(acting, { action: "limit-hold", fields, content: button("Wait for me", { title: `${scope.name}: wait until a person ends it` }) })}`;
  return html`<div class="paused"><p>${tag(tone, word, shape)} <b><bdi>${sentence}</bdi></b> <span class="said">since ${momentTime(Date.parse(since), time)}: <bdi>${why}</bdi>; ${phase === "waiting" ? waitingWords(pause, time) : PHASE_WORDS[phase]}</span></p><div class="controls">${buttons}</div></div>`;
}

/** Room, hours, reviews, what is kept for people: what keeps starts waiting although no one paused them. */
function renderHold({ sentence, worker, applies }: Dispatch["holds"][number]): Html {
  const whose = worker === null ? (applies === "new" ? "new tasks" : "all starts") : `tasks of ${worker}`;
  return html`<div class="paused"><p>${tag("info", "starts wait", "■")} <bdi>${sentence}</bdi> <span class="said">(${whose})</span></p></div>`;
}

const LIMITED = ["info", "limited", "◔"] as const;
const OUTAGE = ["warn", "waits", "■"] as const;
const PHASE_WORDS = { probing: "one run tries it now", easing: "two at a time start again" } as const;

function waitingWords({ until, next_probe: nextProbe, cause }: PauseView, time: PageTime): Html {
  if (nextProbe === null)
    return cause === "signed_out"
      ? html`tried when the credentials change`
      : html`waits until a person ends it`;
  const atMs = Date.parse(nextProbe);
  const next =
    atMs > time.observedAtMs ? html`tried again at ${momentTime(atMs, time)}` : html`tried again now`;
  if (until === null) return html`no end is known, ${next}`;
  return html`until ${momentTime(Date.parse(until), time)}, then ${next}`;
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
