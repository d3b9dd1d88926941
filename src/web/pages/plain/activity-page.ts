// All changes, newest first, in pages, filtered by address.

import type { ActivityEvent } from "../../../core/contract/activity.ts";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { dayText } from "../html/clock-text.ts";
import { type Html, html } from "../html/html.ts";
import type { PageTime } from "../html/page-time.ts";
import { renderFeedEntry } from "../parts/change-feed.ts";
import { momentsOf } from "../parts/moments.ts";

export type ActivityPage = Frame & {
  /** Newest first. */
  readonly transitions: readonly ActivityEvent[];
  /** The filters: task, group, owner, since. */
  readonly filter: Readonly<Record<string, string | null>>;
  readonly olderUrl: string | null;
};

export function renderActivityPage(page: ActivityPage): string {
  const narrowed = Object.entries(page.filter).filter(([, value]) => value !== null);
  const note =
    narrowed.length === 0
      ? html`Group changes, signals raised and resolved, and what people did. Kept for 90 days.`
      : html`Only ${narrowed.map(([name, value], index) => html`${index > 0 && ", "}${name} <b><bdi>${value}</bdi></b>`)}. <a href="/activity">Show all</a>`;
  return renderFramed(page, {
    title: "Activity",
    current: "activity",
    main: html`<div class="page-head"><h1>Activity</h1><p class="aside">${note}</p></div>
      ${renderDays(page.transitions, timeOfFrame(page))}
      ${page.olderUrl === null ? null : html`<p class="pager"><a class="btn" rel="next" href="${page.olderUrl}">Older</a></p>`}`,
  });
}

function renderDays(transitions: readonly ActivityEvent[], time: PageTime): Html {
  if (transitions.length === 0) return html`<p class="empty nothing">No matching activity.</p>`;
  const days = Map.groupBy(momentsOf(transitions), ({ change }) => dayText(change.atMs, time.observedAtMs));
  return html`${[...days].map(
    ([day, entries]) =>
      html`<section class="group"><h2>${day}</h2><ol class="feed wide">${entries.map((entry) => renderFeedEntry(entry, time))}</ol></section>`,
  )}`;
}
