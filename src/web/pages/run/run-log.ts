// The end of a worker's output. It is untrusted: escaped, each line in its own paragraph, so that direction marks do
// not reach the next line.

import type { LogTail } from "../../../ports/runs/run-files.ts";
import { type Html, html } from "../html/html.ts";

export type RunLog = {
  /** Null if there is none or it cannot be read. */
  readonly tail: LogTail | null;
  /** The worker may still write. */
  readonly isLive: boolean;
  /** Where the script fetches new lines. */
  readonly url: string;
  readonly pageUrl: string;
};

/** The script appends to it; without script a link reloads the page. */
export function renderLog({ tail, isLive, url, pageUrl }: RunLog): Html {
  const lines = tail?.lines ?? [];
  const empty = isLive ? "No output yet." : "No output, or it was deleted.";
  return html`<section class="group" id="output"><div class="heading"><h2 id="h-output">Output</h2>
    <small id="log-note">${noteOf(tail, isLive)}</small>
    ${isLive && html`<small class="end"><a href="${pageUrl}">Reload</a></small>`}</div>
    <ol class="log" id="log" tabindex="0" aria-labelledby="h-output" data-url="${url}" data-end="${tail?.endByte ?? 0}"${isLive && html` data-live`}>${lines.map((line) => html`<li>${line}</li>`)}</ol>
    ${lines.length === 0 && html`<p class="aside" id="log-empty">${empty}</p>`}</section>`;
}

function noteOf(tail: LogTail | null, isLive: boolean): string {
  const cut = tail?.cut ? `last ${tail.lines.length} lines; ` : "";
  return `${cut}${isLive ? "worker running" : "worker ended"}`;
}
