// What all pages but the status page share, and the line that shows their age. These pages do not reload, so the line
// shows a time and never says fresh. With script it also counts the age.

import type { Attestation, Freshness, Snapshot } from "../../../core/contract/snapshot.ts";
import type { AssetUrls } from "../../assets/assets.ts";
import { serverZone } from "../html/clock-text.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { type PageName, type PageNotify, renderLayout, renderScript } from "../html/layout.ts";
import { clockTime, type PageTime } from "../html/page-time.ts";
import type { Acting } from "../parts/action-form.ts";
import { type ResultNotice, renderResult } from "../parts/result-notice.ts";
import { type AgeLimits, faviconOf, STATE_WORDS } from "./freshness-bar.ts";
import { renderSmallPrint } from "./small-print.ts";

export type Frame = {
  /** Of the whole repository. */
  readonly snapshot: Snapshot;
  readonly attestation: Attestation;
  readonly freshness: Freshness;
  readonly assets: AssetUrls;
  /** Null on a read-only page. */
  readonly acting: Acting | null;
  /** The result of the last action. */
  readonly result?: ResultNotice | null;
  readonly limits: AgeLimits;
  /** Why this viewer cannot act. */
  readonly note?: string | null;
  /** For a viewer who is notified. */
  readonly notify?: PageNotify | null;
};

export function timeOfFrame({ attestation }: Pick<Frame, "attestation">): PageTime {
  return { observedAtMs: Date.parse(attestation.observed_at) };
}

type FramedPage = {
  readonly title: string;
  readonly current: PageName | null;
  readonly main: Html;
  /** What on it updates automatically, if anything. */
  readonly updating?: Html;
};

/** Renders a page. `title` is text; `main` is everything below the bar. */
export function renderFramed(frame: Frame, page: FramedPage): string {
  const { snapshot, freshness, assets } = frame;
  return renderLayout({
    titleStart: page.title,
    titleEnd: page.current === null ? "Tasks" : "Status",
    favicon: faviconOf(freshness, (snapshot.groups.needs_attention ?? []).length),
    assets,
    notify: frame.notify,
    repository: snapshot.repository,
    current: page.current,
    rootAttributes: html` data-page="plain" data-state="${freshness.state}" data-zone="${serverZone()}"`,
    head: renderScript(assets),
    banner: renderAsOf(frame, page.updating ?? html`This page does not update automatically.`),
    main: html`${renderResult(frame.result ?? null, frame.acting)}${page.main}`,
    foot: renderSmallPrint({ snapshot, attestation: frame.attestation, time: timeOfFrame(frame) }),
  });
}

function renderAsOf(frame: Frame, updating: Html): Html {
  const { freshness, attestation, limits } = frame;
  const { shape, word } = STATE_WORDS[freshness.state];
  const state =
    freshness.state === "fresh"
      ? null
      : html`<strong class="state"><i aria-hidden="true">${shape}</i> ${word}</strong> `;
  const note = frame.note ? html` <span class="look-note">${frame.note}</span>` : null;
  const detail = freshness.state === "fresh" ? null : html` ${freshness.detail}`;
  return html`<section class="as-of" id="as-of" aria-label="Freshness"${attribute("data-age-ms", freshness.age_ms)} data-late-ms="${limits.lateMs}" data-stale-ms="${limits.staleMs}"><span id="as-of-state">${state}</span>As of <b>${clockTime(attestation.observed_at, timeOfFrame(frame))}</b><span id="as-of-age"></span>.${detail} ${updating}${note}<div class="toast" id="toast" hidden></div></section>
    <p id="announce" class="unseen" role="status" aria-atomic="true"></p>`;
}
