// What every page below the status page is drawn from, and the line that says how old its facts are. These pages do
// not reload by themselves: the line gives a time of day, and never calls the page fresh, which would soon be untrue.
// With script it also counts.

import type { Attestation, Freshness, Snapshot } from "../../../core/contract/snapshot.ts";
import type { AssetUrls } from "../../assets/assets.ts";
import { serverZone } from "../html/clock-text.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { type PageName, renderLayout, renderScript } from "../html/layout.ts";
import { clockTime, type PageTime } from "../html/page-time.ts";
import type { Acting } from "../parts/action-form.ts";
import { type ResultNotice, renderResult } from "../parts/result-notice.ts";
import { faviconOf } from "../status/status-page.ts";
import { type AgeLimits, STATE_WORDS, USUAL_LIMITS } from "./freshness-bar.ts";
import { renderSmallPrint } from "./small-print.ts";

export type Frame = {
  /** Of the whole repository. */
  readonly snapshot: Snapshot;
  readonly attestation: Attestation;
  readonly freshness: Freshness;
  readonly assets: AssetUrls;
  /** Null on a page that only shows. */
  readonly acting: Acting | null;
  /** What was just done here. */
  readonly result?: ResultNotice | null;
  /** The usual ones when left out. */
  readonly limits?: AgeLimits;
  /** Why a page that others can act on only shows. */
  readonly note?: string | null;
  /** The server's own when left out. */
  readonly timeZone?: string;
};

export function timeOfFrame({ attestation, timeZone }: Frame): PageTime {
  return { observedAtMs: Date.parse(attestation.observed_at), timeZone };
}

type FramedPage = {
  readonly title: string;
  readonly current: PageName | null;
  readonly main: Html;
  /** What of it updates by itself, when something does. */
  readonly updating?: string;
};

/** A document below the status page. `title` is text; `main` is everything under the bar. */
export function renderFramed(frame: Frame, page: FramedPage): string {
  const { snapshot, freshness, assets } = frame;
  return renderLayout({
    titleStart: page.title,
    titleEnd: page.current === null ? "Tasks" : "Status",
    favicon: faviconOf(freshness, (snapshot.groups.needs_attention ?? []).length),
    assets,
    repository: snapshot.repository,
    current: page.current,
    rootAttributes: html` data-page="plain" data-state="${freshness.state}" data-zone="${frame.timeZone ?? serverZone()}"`,
    head: renderScript(assets),
    banner: renderAsOf(frame, page.updating ?? "This page does not update by itself."),
    main: html`${renderResult(frame.result ?? null, frame.acting)}${page.main}`,
    foot: renderSmallPrint({ snapshot, attestation: frame.attestation, time: timeOfFrame(frame) }),
  });
}

function renderAsOf(frame: Frame, updating: string): Html {
  const { freshness, attestation, limits = USUAL_LIMITS } = frame;
  const { shape, word } = STATE_WORDS[freshness.state];
  const told =
    freshness.state === "fresh"
      ? null
      : html`<strong class="state"><i aria-hidden="true">${shape}</i> ${word}</strong> `;
  const note = frame.note ? html` <span class="look-note">${frame.note}</span>` : null;
  const detail = freshness.state === "fresh" ? null : html` ${freshness.detail}`;
  return html`<section class="as-of" id="as-of" aria-label="Freshness"${attribute("data-age-ms", freshness.age_ms)} data-late-ms="${limits.lateMs}" data-stale-ms="${limits.staleMs}"><span id="as-of-state">${told}</span>As of <b>${clockTime(attestation.observed_at, timeOfFrame(frame))}</b><span id="as-of-age"></span>.${detail} ${updating}${note}<div class="toast" id="toast" hidden></div></section>
    <p id="announce" class="unseen" role="status" aria-atomic="true"></p>`;
}
