import type { ActivityEvent } from "../../../core/contract/activity.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { activityUrl } from "../../addresses/links.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { changeWords } from "../parts/change-feed.ts";
import { momentsOf } from "../parts/moments.ts";

export function renderHistory({ key }: TaskRow, transitions: readonly ActivityEvent[], time: PageTime): Html {
  const entries = momentsOf(transitions).map(
    (moment) => html`<li>${momentTime(moment.change.atMs, time)} ${changeWords(moment)}</li>`,
  );
  return html`<section class="group"><div class="heading"><h2>History</h2><small class="end"><a href="${activityUrl({ task: key })}">show all</a></small></div>
    ${entries.length === 0 ? html`<p class="aside">No activity yet.</p>` : html`<ol class="feed">${entries}</ol>`}</section>`;
}
