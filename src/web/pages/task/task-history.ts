// A task's last moves.

import type { TaskRow } from "../../../core/snapshot/schema.ts";
import type { ActivityEvent } from "../../../core/snapshot/transition.ts";
import { changeWords } from "../change-feed.ts";
import { type Html, html } from "../html.ts";
import { activityUrl } from "../links.ts";
import { momentsOf } from "../moments.ts";
import { momentTime, type PageTime } from "../page-time.ts";

export function renderHistory({ key }: TaskRow, transitions: readonly ActivityEvent[], time: PageTime): Html {
  const entries = momentsOf(transitions).map(
    (moment) => html`<li>${momentTime(moment.change.atMs, time)} ${changeWords(moment)}</li>`,
  );
  return html`<section class="group"><div class="heading"><h2>History</h2><small class="end"><a href="${activityUrl({ task: key })}">all of it</a></small></div>
    ${entries.length === 0 ? html`<p class="aside">Nothing has changed since the history began.</p>` : html`<ol class="feed">${entries}</ol>`}</section>`;
}
