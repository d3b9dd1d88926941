// The front matter of the task's file, in the order of the format.

import type { Snapshot, TaskRow } from "../../../core/contract/snapshot.ts";
import { milestoneUrl, statusLink, workstreamUrl } from "../../addresses/links.ts";
import { type Html, html } from "../html/html.ts";
import type { PageTime } from "../html/page-time.ts";
import { durationTime } from "../html/page-time.ts";
import { STATUS_WORDS } from "../html/words.ts";
import { none, ownerWords } from "../parts/task-cells.ts";

type Fact = readonly [name: string, value: Html | string | null];

export function renderFacts(row: TaskRow, snapshot: Snapshot, time: PageTime): Html {
  const facts: readonly (Fact | null)[] = [
    ["ID", html`<bdi class="slug">${row.id}</bdi>`],
    ["Status", row.status === null ? "unreadable" : STATUS_WORDS[row.status]],
    ["Priority", row.priority],
    ["Milestone", row.milestone && html`<a href="${milestoneUrl(row.milestone)}">${row.milestone}</a>`],
    ["Owner", ownerFact(row)],
    snapshot.initiatives.length > 0 || row.initiative !== null
      ? [
          "Initiative",
          row.initiative &&
            html`<a href="${statusLink({ initiative: row.initiative })}">${row.initiative}</a>`,
        ]
      : null,
    ["Completed by", row.completed_by],
    ["Completed", row.completed],
    ["Workstream", html`<a href="${workstreamUrl(row.workstream)}">${row.workstream}</a>`],
    ["File changed", durationTime({ iso: row.changed_at, basis: row.changed_basis }, "ago", time)],
  ];
  const shown = facts.filter((fact) => fact !== null);
  return html`<section class="group"><h2>Facts</h2><dl class="facts">
    ${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value ?? none()}</dd></div>`)}</dl></section>`;
}

function ownerFact(row: TaskRow): Html | null {
  const words = ownerWords(row);
  if (words === null) return null;
  return row.owner_state === "unknown"
    ? html`<bdi>${words}</bdi>`
    : html`<a href="${statusLink({ owner: row.owner })}"><bdi>${words}</bdi></a>`;
}
