// Messages that no worker has been given yet: the transcript has those that were delivered.

import type { Run } from "../../../core/contract/run.ts";
import { type Html, html } from "../html/html.ts";
import { icon } from "../html/icons.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { isAtWork } from "./run-words.ts";

/** Null without any. */
export function renderWaitingMessages(run: Run, time: PageTime): Html | null {
  if (run.followUps.length === 0) return null;
  const when = isAtWork(run)
    ? "delivered as soon as the worker can take it"
    : "delivered with the next attempt";
  return html`<ul class="waiting-messages">${run.followUps.map(
    ({ by, text, atMs }) =>
      html`<li class="person-message"><span class="by"><bdi>${by}</bdi></span> <bdi>${text}</bdi><p class="receipt">${icon("hourglass")} Sent ${momentTime(atMs, time)}, ${when}</p></li>`,
  )}</ul>`;
}
