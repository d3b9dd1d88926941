// The foot of every page: which snapshot it shows, in which zone its times are, from when on it warns, and the same
// facts for programs.

import { type Attestation, SCHEMA_VERSION, type Snapshot } from "../../../core/contract/snapshot.ts";
import { shownSource } from "../../live/shown-source.ts";
import { zoneText } from "../html/clock-text.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { groupedDigits } from "../html/words.ts";
import { EVERYONE } from "../parts/owner-menu.ts";
import { renderSourcePrint } from "../pull-request/source-words.ts";

type SmallPrint = {
  readonly snapshot: Pick<Snapshot, "seq" | "published_at" | "owner" | "thresholds">;
  readonly attestation: Pick<Attestation, "sources">;
  readonly time: PageTime;
};

export function renderSmallPrint({ snapshot, attestation, time }: SmallPrint): Html {
  const { seq, published_at: publishedAt, owner, thresholds } = snapshot;
  const json =
    owner.name === EVERYONE ? "/status.json" : `/status.json?owner=${encodeURIComponent(owner.name)}`;
  const source = renderSourcePrint(shownSource(attestation.sources.pull_requests, time.observedAtMs), time);
  return html`<footer class="small-print" id="small-print">
    <p>When we warn: ready and not picked up for ${thresholds.pickup_overdue_hours} h, in progress and unchanged for ${thresholds.stuck_in_progress_hours} h, picked up and not started for ${thresholds.start_stalled_minutes} min, a pull request that waits for a person for ${thresholds.review_overdue_hours} h; worth watching after half of that. A worker without a sign of progress: worth watching after ${thresholds.idle_watch_minutes} min, needs you after ${thresholds.idle_person_minutes} min. What was acknowledged comes back after ${thresholds.reraise_hours} h, at most twice. Over ${thresholds.doubt_percent} % of a group at once is doubted instead.</p>
    ${source && html`<p>${source}</p>`}
    <p>Snapshot ${groupedDigits(seq)}, published ${momentTime(Date.parse(publishedAt), time)}. Times are the server's, ${zoneText(time.observedAtMs, time.timeZone)}. <a href="${json}">As JSON</a> <a href="/schemas/snapshot.v${SCHEMA_VERSION}.json">Its schema</a></p>
    </footer>`;
}
