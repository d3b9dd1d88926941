// The front matter of the task's file, in the order of the format.

import type { Snapshot, TaskRow } from "../../../core/contract/snapshot.ts";
import { milestoneUrl, statusLink, workstreamUrl } from "../../addresses/links.ts";
import { type Html, html } from "../html/html.ts";
import type { PageTime } from "../html/page-time.ts";
import { durationTime } from "../html/page-time.ts";
import { STATUS_WORDS } from "../html/words.ts";
import { renderFacts } from "../parts/facts.ts";
import { ownerWords } from "../parts/task-cells.ts";

export function renderTaskFacts(row: TaskRow, snapshot: Snapshot, time: PageTime): Html {
  return renderFacts([
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
    ["Worker", row.worker],
    ["Completed by", row.completed_by],
    ["Completed", row.completed],
    ["Workstream", html`<a href="${workstreamUrl(row.workstream)}">${row.workstream}</a>`],
    ["File changed", durationTime({ iso: row.changed_at, basis: row.changed_basis }, "ago", time)],
  ]);
}

function ownerFact(row: TaskRow): Html | null {
  const words = ownerWords(row);
  if (words === null) return null;
  return row.owner_state === "unknown"
    ? html`<bdi>${words}</bdi>`
    : html`<a href="${statusLink({ owner: row.owner })}"><bdi>${words}</bdi></a>`;
}
