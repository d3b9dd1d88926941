// Before the first snapshot: what is being done, since when, and that the page will show it by itself.

import { describeProgress } from "../../../core/contract/cycle-progress.ts";
import type { Freshness } from "../../../core/contract/snapshot.ts";
import type { AssetUrls } from "../../assets/assets.ts";
import { type Html, html, trustedHtml } from "../html/html.ts";
import { renderLayout, renderScript } from "../html/layout.ts";
import { clockTime } from "../html/page-time.ts";

/** A first update takes a second or two: soon enough to feel at once, seldom enough not to matter. */
const RETRY_S = 2;

export type StartingPage = {
  readonly freshness: Freshness;
  readonly assets: AssetUrls;
  readonly timeZone?: string;
};

/** Answered with 503. The page shows the first snapshot by itself, with script and without. */
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
      <p>This page shows the status by itself as soon as there is one.</p></div>`,
  });
}

function renderStarting({ freshness, timeZone }: StartingPage): Html {
  const { last_attempt_at: since, progress } = freshness;
  return html`<h1>Reading the task files for the first time</h1>
    <p>The first update of this repository is under way${since === null ? null : html`, since <b>${clockTime(since, { observedAtMs: 0, timeZone })}</b>`}. ${progress === null ? "It takes a second or two for thousands of tasks." : html`It is <b>${describeProgress(progress)}</b>.`}</p>`;
}

function renderFailed({ freshness, timeZone }: StartingPage): Html {
  const next = freshness.next_attempt_at;
  return html`<h1>There is no snapshot yet</h1>
    <p>${freshness.detail ?? "The first update of this repository did not succeed."}
    ${next === null ? null : html` Next try at <b>${clockTime(next, { observedAtMs: 0, timeZone })}</b>.`}</p>`;
}
