// The end of a worker's output. What a worker prints is other people's text: escaped, and each line a paragraph of its
// own, so that no direction mark reaches the next one.

import type { LogTail } from "../../../ports/runs/run-files.ts";
import { type Html, html } from "../html/html.ts";

export type RunLog = {
  /** Null: there is none yet, or it cannot be read. */
  readonly tail: LogTail | null;
  /** The worker may still write. */
  readonly isLive: boolean;
  /** Where the script asks for what came after. */
  readonly url: string;
  /** This page again. */
  readonly pageUrl: string;
};

/** The script appends to it; without script a link loads the page again. */
export function renderLog({ tail, isLive, url, pageUrl }: RunLog): Html {
  const lines = tail?.lines ?? [];
  const empty = isLive ? "Nothing was printed yet." : "Nothing was printed, or the output is gone.";
  return html`<section class="group" id="output"><div class="heading"><h2 id="h-output">Output</h2>
    <small id="log-note">${noteOf(tail, isLive)}</small>
    ${isLive && html`<small class="end"><a href="${pageUrl}">Load again</a></small>`}</div>
    <ol class="log" id="log" tabindex="0" aria-labelledby="h-output" data-url="${url}" data-end="${tail?.endByte ?? 0}"${isLive && html` data-live`}>${lines.map((line) => html`<li>${line}</li>`)}</ol>
    ${lines.length === 0 && html`<p class="aside" id="log-empty">${empty}</p>`}</section>`;
}

function noteOf(tail: LogTail | null, isLive: boolean): string {
  const cut = tail?.cut ? `the last ${tail.lines.length} lines; ` : "";
  return `${cut}${isLive ? "the worker is at work" : "the worker has ended"}`;
}
