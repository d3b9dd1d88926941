// Past attempts, newest first: start, duration and end.

import type { Run } from "../../../core/contract/run.ts";
import { describeEnd } from "../../../core/snapshot/view-run.ts";
import { durationText } from "../../assets/script/duration.js";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";

export function renderAttempts({ attempts }: Pick<Run, "attempts">, time: PageTime): Html | null {
  if (attempts.length === 0) return null;
  const entries = attempts
    .toReversed()
    .map(
      ({ number, startedAtMs, endedAtMs, end }) =>
        html`<li><b>Attempt ${number}</b>, started ${momentTime(startedAtMs, time)}, ${durationText(endedAtMs - startedAtMs)}: <bdi>${describeEnd(end)}</bdi></li>`,
    );
  return html`<section class="group"><h2>Past attempts</h2><ol class="entries">${entries}</ol></section>`;
}
