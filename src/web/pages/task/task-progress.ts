// How far a task is: ticked boxes per section, and the two gates by name.

import type { TaskRow } from "../../../core/snapshot/schema.ts";
import { GATE_TEXTS } from "../../../core/task/gates.ts";
import { HEADING_ID_PREFIX, headingName } from "../../markdown/heading-ids.ts";
import { type Html, html } from "../html.ts";
import { counted } from "../words.ts";

export function renderProgress({ sections, progress, gates }: TaskRow): Html | null {
  if (sections.length === 0) return null;
  return html`<section class="group"><h2>Progress</h2>
    <p class="aside">${progress.total === 0 ? "No boxes to tick." : `${progress.ticked} of ${counted(progress.total, "box", "boxes")} ticked.`}</p>
    <ul class="entries small">${sections.map(renderSection)}</ul>
    <ul class="entries small">${renderGate(GATE_TEXTS.qa_exploration, gates.qa_exploration)}${renderGate(GATE_TEXTS.review_cleared, gates.review_cleared)}</ul></section>`;
}

function renderSection({ heading, ticked, total }: TaskRow["sections"][number]): Html {
  return html`<li><a href="#${HEADING_ID_PREFIX}${headingName(heading)}"><bdi>${heading}</bdi></a>${total > 0 && html` <b class="count">${ticked} of ${total}</b>`}</li>`;
}

const GATE_WORDS = {
  ticked: ["☑", "ticked"],
  open: ["☐", "open"],
  absent: ["–", "not in the file"],
} as const;

function renderGate(name: string, state: keyof typeof GATE_WORDS): Html {
  const [shape, word] = GATE_WORDS[state];
  return html`<li><span aria-hidden="true">${shape}</span> ${name}: <b>${word}</b></li>`;
}
