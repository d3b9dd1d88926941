// What every page below the status page is drawn from, and the line that says how old its facts are. These pages do
// not reload by themselves, so the line gives a time of day rather than an age.

import type { Attestation, Freshness, Snapshot } from "../../core/snapshot/schema.ts";
import type { AssetUrls } from "../assets/assets.ts";
import { STATE_WORDS } from "./freshness-bar.ts";
import { type Html, html } from "./html.ts";
import { type PageName, renderLayout } from "./layout.ts";
import { clockTime, type PageTime } from "./page-time.ts";
import { faviconOf } from "./status-page.ts";

export type Frame = {
  /** Of the whole repository. */
  readonly snapshot: Snapshot;
  readonly attestation: Attestation;
  readonly freshness: Freshness;
  readonly assets: AssetUrls;
  /** The server's own when left out. */
  readonly timeZone?: string;
};

export function timeOfFrame({ attestation, timeZone }: Frame): PageTime {
  return { observedAtMs: Date.parse(attestation.observed_at), timeZone };
}

/** A document below the status page. `title` is text; `main` is everything under the bar. */
export function renderFramed(
  frame: Frame,
  page: { readonly title: string; readonly current: PageName | null; readonly main: Html },
): string {
  const { snapshot, freshness, assets } = frame;
  return renderLayout({
    titleStart: page.title,
    titleEnd: page.current === null ? "Tasks" : "Status",
    favicon: faviconOf(freshness, (snapshot.groups.needs_attention ?? []).length),
    assets,
    repository: snapshot.repository,
    current: page.current,
    rootAttributes: html` data-page="plain" data-state="${freshness.state}"`,
    banner: renderAsOf(frame),
    main: page.main,
  });
}

function renderAsOf(frame: Frame): Html {
  const { freshness, attestation } = frame;
  const { shape, word } = STATE_WORDS[freshness.state];
  const detail = freshness.state === "fresh" ? null : html` ${freshness.detail}`;
  return html`<section class="as-of" aria-label="Freshness"><strong class="state"><i aria-hidden="true">${shape}</i> ${word}</strong> <span>as of <b>${clockTime(attestation.observed_at, timeOfFrame(frame))}</b>.${detail} This page does not update by itself.</span></section>`;
}
