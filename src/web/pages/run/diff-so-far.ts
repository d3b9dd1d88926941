// What a worker changed so far: lines by file, as git last counted them.

import type { RunView } from "../../../core/contract/run-view.ts";
import { counted } from "../../../core/text/counted.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, type PageTime } from "../html/page-time.ts";

/** Null where nothing was counted, or nothing changed. */
export function renderDiffSoFar(diff: RunView["diff"], time: PageTime): Html | null {
  if (diff === null || diff.files === 0) return null;
  const left = diff.files - diff.newest.length;
  return html`<section class="group"><div class="heading"><h2>Changed so far</h2><small>${counted(diff.files, "file")} ${lines(diff)}</small></div>
    <ul class="changed">${diff.newest.map((file) => html`<li><code><bdi>${file.path}</bdi></code><span>${lines(file)}</span></li>`)}</ul>
    <p class="aside">${left > 0 && `${counted(left, "more file")} not listed. `}Counted ${durationTime({ iso: diff.at }, "ago", time)}.</p></section>`;
}

/** Null: a binary file, or one too large to count. */
type Lines = { readonly added: number | null; readonly removed: number | null };

function lines({ added, removed }: Lines): Html {
  if (added === null || removed === null) return html`<span class="quiet">not counted</span>`;
  return html`<span class="ok">+${added}</span> <span class="bad">−${removed}</span>`;
}
