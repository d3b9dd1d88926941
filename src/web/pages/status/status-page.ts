// Renders the status page from a snapshot. Pure: all times come from the snapshot, the attestation and the slots filled
// per request.

import type { ActivityEvent } from "../../../core/contract/activity.ts";
import type { Group, Snapshot } from "../../../core/contract/snapshot.ts";
import type { NightSummary } from "../../../core/night/night-summary.ts";
import { counted } from "../../../core/text/counted.ts";
import { type Flag, type StatusQuery, statusUrl, withoutFilter } from "../../addresses/status-query.ts";
import type { AssetUrls } from "../../assets/assets.ts";
import { type Frame, timeOfFrame } from "../frame/frame.ts";
import {
  type FreshnessSettings,
  faviconOf,
  refreshSeconds,
  renderFreshnessBar,
  STATE_WORDS,
} from "../frame/freshness-bar.ts";
import { renderSmallPrint } from "../frame/small-print.ts";
import { serverZone } from "../html/clock-text.ts";
import { type Html, html, trustedHtml } from "../html/html.ts";
import { renderLayout, renderScript } from "../html/layout.ts";
import { momentTime } from "../html/page-time.ts";
import { renderNightFacts } from "../night/night-facts.ts";
import { renderChangeFeed, renderNewest } from "../parts/change-feed.ts";
import { renderOwnerMenu } from "../parts/owner-menu.ts";
import { renderResult } from "../parts/result-notice.ts";
import { columnsOf } from "../parts/task-cells.ts";
import { renderAttentionTable } from "./attention-section.ts";
import { renderCountStrip } from "./count-strip.ts";
import { renderFilterForm, renderFilterNote } from "./filter-form.ts";
import { renderGroupTable } from "./group-tables.ts";
import { renderNotices } from "./notices.ts";
import { renderSection, type Section } from "./section.ts";
import type { StartPlan } from "./start-plan.ts";
import { type StatusView, viewStatus } from "./status-view.ts";

export type PageSettings = FreshnessSettings & {
  /** Rows a list shows before it is cut. */
  readonly rows: number;
};

/** `snapshot`: already filtered to the owner. */
export type StatusPage = Omit<Frame, "limits" | "note"> & {
  /** Newest first, of the whole repository. */
  readonly transitions: readonly ActivityEvent[] | null;
  readonly query: StatusQuery;
  readonly notices: readonly string[];
  /** What happened while the viewer was away; null: they were not. */
  readonly away?: NightSummary | null;
  readonly pageSettings: PageSettings;
  /** Of the whole repository. */
  readonly plan: StartPlan;
};

/** The document with its slots unfilled (age-slot.ts). */
export function renderStatusPage(page: StatusPage): string {
  const { snapshot, freshness, query, assets, pageSettings } = page;
  const refreshS = refreshSeconds(query.refresh, pageSettings.refreshS);
  const attention = (snapshot.groups.needs_attention ?? []).length;
  const startOfTitle = [
    freshness.state === "fresh" ? null : STATE_WORDS[freshness.state].word,
    attention > 0 ? `${attention} ${attention === 1 ? "needs" : "need"} you` : null,
  ].filter(Boolean);
  return renderLayout({
    titleStart: startOfTitle.join(" · "),
    titleEnd: "Status",
    favicon: faviconOf(freshness, attention),
    assets,
    notify: page.notify,
    repository: snapshot.repository,
    current: "status",
    scope: html`${renderFilterForm({ snapshot, query })}${renderOwnerMenu({ snapshot, query })}`,
    head: renderHead(assets, refreshS),
    rootAttributes: html` data-page="status" data-state="${freshness.state}" data-zone="${serverZone()}"`,
    banner: renderFreshnessBar({
      seq: snapshot.seq,
      epoch: snapshot.epoch,
      attestation: page.attestation,
      freshness,
      dispatch: snapshot.dispatch,
      acting: page.acting,
      query,
      time: timeOfFrame(page),
      staleIcon: assets.favicon.stale,
      settings: pageSettings,
    }),
    main: renderMain(page),
    foot: renderSmallPrint({ snapshot, attestation: page.attestation, time: timeOfFrame(page) }),
  });
}

/** Never fires with script: browsers read `noscript` in the head only without (U1). */
function renderHead(assets: AssetUrls, refreshS: number): Html {
  const meta = trustedHtml(`<meta http-equiv="refresh" content="${refreshS}">`);
  return html`${refreshS > 0 && html`<noscript>${meta}</noscript>`}${renderScript(assets)}`;
}

function renderMain(page: StatusPage): Html {
  const { snapshot, query } = page;
  const time = timeOfFrame(page);
  const view = viewStatus(snapshot, query, page.pageSettings.rows);
  const feed = { transitions: page.transitions, snapshot, time };
  const sections = view.shown.map((group) => renderGroup(page, view, group));
  return html`<h1 class="unseen">Status of ${snapshot.repository.name}</h1>
    ${renderResult(page.result ?? null, page.acting)}
    ${renderAway(page)}
    ${renderCountStrip({ snapshot, attestation: page.attestation, view, query })}
    ${renderNewest(feed)}
    ${renderNotices(snapshot, { notices: page.notices, time })}
    ${renderFilterNote({ query, view, total: snapshot.summary.total })}
    <div class="groups" id="groups">${sections}</div>
    ${renderChangeFeed(feed)}`;
}

/** On top of everything, until it is dismissed. */
function renderAway({ away, ...page }: StatusPage): Html | null {
  if (away == null) return null;
  return html`<section class="away" aria-label="Since you left"><h2>Since you left at ${momentTime(away.sinceMs, timeOfFrame(page))}</h2>
    ${renderNightFacts(away)}<p class="aside"><a href="/night?since=${away.sinceMs}">The whole night</a> · <a href="/night/seen">Dismiss</a></p></section>`;
}

function renderGroup(page: StatusPage, status: StatusView, group: Group): Html {
  const { snapshot, attestation, query } = page;
  const view = status.groups[group];
  const section: Section = {
    view,
    status,
    snapshot,
    attestation,
    query,
    columns: columnsOf(snapshot),
    time: timeOfFrame(page),
    frozen: page.freshness.state !== "fresh",
    plan: page.plan,
    acting: page.acting,
  };
  const table = group === "needs_attention" ? renderAttentionTable(section) : renderGroupTable(section);
  return renderSection(section, noteOf(section), table);
}

/** Thresholds and left-out numbers are shown where they apply. */
function noteOf({ view, snapshot, query }: Section): Html | null {
  const { thresholds, summary } = snapshot;
  switch (view.group) {
    case "ready":
      return html`overdue after ${thresholds.pickup_overdue_hours} h`;
    case "needs_attention":
      return attentionNote(summary, query);
    case "done":
      return problemsNote(summary.flawed_done.length, query); // words-ok: JSON key
    case "active":
      return html`stuck after ${thresholds.idle_person_minutes} min without progress, or ${thresholds.stuck_in_progress_hours} h without a change to the file`;
    default:
      return null;
  }
}

/** "1 more to watch · 2 acknowledged", each linking to its rows. */
function attentionNote({ watched, acknowledged }: Snapshot["summary"], query: StatusQuery): Html | null {
  const link = (flag: Flag, words: string) =>
    html`<a href="${statusUrl({ ...withoutFilter(query), flag })}">${words}</a>`;
  const links = [
    watched > 0 ? link("watched", `${watched} more to watch`) : null,
    acknowledged.length > 0 ? link("acknowledged", `${acknowledged.length} acknowledged`) : null,
  ].filter((one) => one !== null);
  return links.length === 0 ? null : html`${links.map((one, index) => html`${index > 0 && " · "}${one}`)}`;
}

function problemsNote(count: number, query: StatusQuery): Html | null {
  if (count === 0) return null;
  const words =
    count === 1
      ? "1 done task has problems in its file"
      : `${counted(count, "done task")} have problems in their files`;
  const flag = "flawed"; // words-ok: address
  return html`<a href="${statusUrl({ ...withoutFilter(query), flag, group: "done" })}">${words}</a>`;
}
