// The raw output of a worker. It is untrusted: escaped, each line in its own paragraph, so that direction marks do not
// reach the next line.

import type { LogTail } from "../../../ports/runs/run-files.ts";
import { type Html, html } from "../html/html.ts";

/** `tail`: null if there is none or it cannot be read. The script keeps a reader at the end there. */
export function renderLog(tail: LogTail | null, isLive: boolean): Html {
  const lines = tail?.lines ?? [];
  if (lines.length === 0)
    return html`<p class="aside">${isLive ? "No output yet." : "No output, or it was deleted."}</p>`;
  const note =
    tail?.cut === true
      ? html`<p class="aside">The last ${lines.length} lines; <code>tasks logs --raw</code> has more.</p>`
      : null;
  return html`${note}<ol class="log" id="log" tabindex="0" aria-label="Raw output">${lines.map((line) => html`<li>${line}</li>`)}</ol>`;
}
