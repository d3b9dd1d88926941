// Before the first snapshot: the progress of the first update.

import { describeProgress } from "../../../core/contract/cycle-progress.ts";
import type { Freshness } from "../../../core/contract/snapshot.ts";
import type { AssetUrls } from "../../assets/assets.ts";
import { type Html, html, trustedHtml } from "../html/html.ts";
import { renderLayout, renderScript } from "../html/layout.ts";
import { clockTime } from "../html/page-time.ts";

/** The first update takes a second or two. */
const RETRY_S = 2;

export type StartingPage = {
  readonly freshness: Freshness;
  readonly assets: AssetUrls;
};

/** Sent with 503. Reloads until there is a snapshot, with or without script. */
export function renderStartingPage(page: StartingPage): string {
  const { freshness, assets } = page;
  const failed = freshness.stale_reason !== null && freshness.stale_reason !== "starting";
  return renderLayout({
    titleStart: failed ? "Cannot start" : "Starting",
    titleEnd: "Status",
    favicon: "unknown",
    assets,
    repository: null,
    current: "status",
    rootAttributes: html` data-page="starting" data-state="unknown"`,
    head: html`<noscript>${trustedHtml(`<meta http-equiv="refresh" content="${RETRY_S}">`)}</noscript>
      ${renderScript(assets)}`,
    main: html`<div class="message">${failed ? renderFailed(page) : renderStarting(page)}
      <p>The status will appear here automatically.</p></div>`,
  });
}

function renderStarting({ freshness }: StartingPage): Html {
  const { last_attempt_at: since, progress } = freshness;
  return html`<h1>Reading the task files for the first time</h1>
    <p>The first update of this repository is running${since === null ? null : html`, since <b>${clockTime(since, { observedAtMs: 0 })}</b>`}. ${progress === null ? "Thousands of tasks take a second or two." : html`It is <b>${describeProgress(progress)}</b>.`}</p>`;
}

function renderFailed({ freshness }: StartingPage): Html {
  const next = freshness.next_attempt_at;
  return html`<h1>There is no snapshot yet</h1>
    <p>${freshness.detail ?? "The first update of this repository failed."}
    ${next === null ? null : html` Next attempt at <b>${clockTime(next, { observedAtMs: 0 })}</b>.`}</p>`;
}
