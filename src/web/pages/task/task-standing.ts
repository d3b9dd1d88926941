// Where a task stands and why: the group, the rule that decided, and what it would be without its signals.

import type { Snapshot, TaskRow } from "../../../core/snapshot/schema.ts";
import { type Html, html } from "../html.ts";
import { durationTime, type PageTime } from "../page-time.ts";
import { groupTag, tag } from "../tags.ts";
import { GROUP_WORDS } from "../words.ts";

export function renderStanding(row: TaskRow, snapshot: Snapshot, time: PageTime): Html {
  const urgent = row.group === "needs_attention";
  const otherwise =
    row.base_group === row.group
      ? null
      : html`<p class="aside">Without its signals it would be ${groupTag(row.base_group)}, for ${durationTime({ iso: row.base_since, basis: row.base_since_basis }, "for", time)}.</p>`;
  return html`<section class="group standing"><h2>Why it is here</h2>
    <p>${urgent ? tag("bad", GROUP_WORDS.needs_attention.name, "▲") : groupTag(row.group)}
     <b><bdi>${row.reason}</bdi></b>, for ${durationTime({ iso: row.since, basis: row.since_basis }, "for", time)}.</p>
    ${otherwise}${renderExplanation(row, snapshot)}</section>`;
}

function renderExplanation(_row: TaskRow, _snapshot: Snapshot): Html | null {
  return null;
}
