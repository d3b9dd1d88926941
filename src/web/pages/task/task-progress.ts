// A task's progress: ticked boxes per section, and the two gates.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { GATE_TEXTS } from "../../../core/task/gates.ts";
import { TOP_OF_BODY } from "../../../core/task/scan-body.ts";
import { counted } from "../../../core/text/counted.ts";
import { HEADING_ID_PREFIX, headingName } from "../../markdown/heading-ids.ts";
import { type Html, html } from "../html/html.ts";

export function renderProgress({ sections, progress, gates }: TaskRow): Html | null {
  if (sections.length === 0) return null;
  return html`<section class="group"><h2>Progress</h2>
    <p class="aside">${progress.total === 0 ? "No checkboxes." : `${progress.ticked} of ${counted(progress.total, "box", "boxes")} ticked${droppedText(progress)}.`}</p>
    <ul class="tally">${sections.map(renderSection)}</ul>
    <h3>Gates</h3>
    <ul class="tally">${renderGate(GATE_TEXTS.qa_exploration, gates.qa_exploration)}${renderGate(GATE_TEXTS.review_cleared, gates.review_cleared)}</ul></section>`;
}

function renderSection(section: TaskRow["sections"][number]): Html {
  const { heading, ticked, total } = section;
  // Boxes above the first heading have none to link to.
  const name =
    heading === TOP_OF_BODY
      ? heading
      : html`<a href="#${HEADING_ID_PREFIX}${headingName(heading)}"><bdi>${heading}</bdi></a>`;
  return html`<li>${name}${total > 0 && html` <span>${ticked} of ${total}${droppedText(section)}</span>`}</li>`;
}

/** ", 1 dropped" after "2 of 4": neither done nor to do. */
function droppedText({ dropped }: { readonly dropped: number }): string {
  return dropped === 0 ? "" : `, ${dropped} dropped`;
}

const GATE_WORDS = {
  ticked: ["☑", "ticked"],
  open: ["☐", "open"],
  absent: ["–", "not in the file"],
} as const;

function renderGate(name: string, state: keyof typeof GATE_WORDS): Html {
  const [shape, word] = GATE_WORDS[state];
  return html`<li>${name} <span><span aria-hidden="true">${shape}</span> ${word}</span></li>`;
}
