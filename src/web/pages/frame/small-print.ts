// The foot of every page: its snapshot, time zone and thresholds, and links for programs.

import { type Attestation, SCHEMA_VERSION, type Snapshot } from "../../../core/contract/snapshot.ts";
import { roomWords } from "../../../core/hold/room.ts";
import { groupedDigits } from "../../../core/text/counted.ts";
import { shownSource } from "../../live/shown-source.ts";
import { zoneText } from "../html/clock-text.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { EVERYONE } from "../parts/owner-menu.ts";
import { renderSourcePrint } from "../pull-request/source-words.ts";

type SmallPrint = {
  readonly snapshot: Pick<Snapshot, "seq" | "published_at" | "owner" | "thresholds" | "dispatch">;
  readonly attestation: Pick<Attestation, "sources">;
  readonly time: PageTime;
};

export function renderSmallPrint({ snapshot, attestation, time }: SmallPrint): Html {
  const { seq, published_at: publishedAt, owner, thresholds, dispatch } = snapshot;
  const json =
    owner.name === EVERYONE ? "/status.json" : `/status.json?owner=${encodeURIComponent(owner.name)}`;
  const source = renderSourcePrint(shownSource(attestation.sources.pull_requests, time.observedAtMs), time);
  const room = dispatch.room && roomWords(dispatch.room);
  return html`<footer class="small-print" id="small-print">
    <p>A task needs you when it is ready but not started for ${thresholds.pickup_overdue_hours} h, in progress but unchanged for ${thresholds.stuck_in_progress_hours} h, claimed but not started for ${thresholds.start_stalled_minutes} min, or its pull request waits for a person for ${thresholds.review_overdue_hours} h. We show “watch” after half that time. A worker without progress: watch after ${thresholds.idle_watch_minutes} min, needs you after ${thresholds.idle_person_minutes} min. An acknowledged signal comes back after ${thresholds.reraise_hours} h, at most twice. If over ${thresholds.doubt_percent} % of a group trips at once, we suspect the clock, not the tasks.</p>
    ${source && html`<p>${source}</p>`}
    ${room && html`<p><bdi>${dispatch.host}</bdi>: ${room}.</p>`}
    <p>Snapshot ${groupedDigits(seq)}, published ${momentTime(Date.parse(publishedAt), time)}. Times are in the server's zone, ${zoneText(time.observedAtMs)}. <a href="/workers">Workers</a> <a href="/costs">Costs</a> <a href="${json}">JSON</a> <a href="/schemas/snapshot.v${SCHEMA_VERSION}.json">Schema</a></p>
    </footer>`;
}
