// The tables of all groups but needs attention.

import type { Group, TaskRow } from "../../../core/contract/snapshot.ts";
import { MERGED_RULE } from "../../../core/contract/snapshot.ts";
import { fallbacksOf } from "../../../core/dispatch/fallback.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime } from "../html/page-time.ts";
import { GROUP_WORDS } from "../html/words.ts";
import { handOverForm } from "../parts/hand-over.ts";
import { kickoffCell } from "../parts/row-actions.ts";
import {
  label,
  milestoneCell,
  none,
  oneLine,
  ownerCell,
  priorityCell,
  rowId,
  taskCell,
  workstreamCell,
} from "../parts/task-cells.ts";
import { type Column, renderTaskTable } from "../parts/task-table.ts";
import { placeWords, workerWords } from "../run/run-words.ts";
import { outcomeCell } from "./outcome-cell.ts";
import { reviewCell } from "./review-cell.ts";
import type { Section } from "./section.ts";
import { awaitedCell, nextCell, progressCell, type Row, reasonCell } from "./what-cells.ts";

type TableGroup = Exclude<Group, "needs_attention">;

/** Heading and content of the main column. */
const WHAT: Readonly<Record<TableGroup, { heading: string; cell: (row: Row) => Html }>> = {
  active: { heading: "Progress", cell: progressCell },
  in_review: { heading: "Waits for", cell: reviewCell },
  ready: { heading: "Next", cell: nextCell },
  waiting: { heading: "Waits for", cell: awaitedCell },
  planned: { heading: "Why", cell: reasonCell },
  done: { heading: "Outcome", cell: outcomeCell },
};

export function renderGroupTable(section: Section): Html {
  const { view, query, columns } = section;
  const group = view.group as TableGroup;
  const shown: readonly (Column | null)[] = [
    { heading: "Task", width: "w-task", sort: "title" },
    { heading: WHAT[group].heading, width: "w-what" },
    { heading: "Pri", width: "w-pri", sort: "priority" },
    columns.milestone ? { heading: "Milestone", width: "w-ms", sort: "milestone" } : null,
    columns.workstream ? { heading: "Workstream", width: "w-ws", sort: "workstream" } : null,
    whoColumn(group),
    { heading: sinceHeading(section), width: "w-time num", sort: "age" },
    hasActions(section) ? { heading: "Actions", width: "w-act", unseen: true } : null,
  ];
  const rows = view.rows.map((row) => renderRow({ row, section }, group));
  return renderTaskTable({ caption: GROUP_WORDS[group].caption, columns: shown, rows, query });
}

function whoColumn(group: TableGroup): Column {
  if (group === "done") return { heading: "By", width: "w-who" };
  if (group === "active") return { heading: "Worker", width: "w-who" };
  return { heading: "Owner", width: "w-who", sort: "owner" };
}

/** Running tasks count from the start of their workers. */
function sinceHeading({ view }: Section): string {
  const hasWorkers = view.group === "active" && view.rows.some(({ run }) => run !== null);
  return hasWorkers ? "Running for" : GROUP_WORDS[view.group].since;
}

function renderRow(input: Row, group: TableGroup): Html {
  const { row, section } = input;
  return html`<tr id="${rowId(row)}">${taskCell(row)}${WHAT[group].cell(input)}${priorityCell(row)}
    ${milestoneCell(row, section.columns)}${workstreamCell(row, section.columns)}${whoCell(input, group)}
    ${timeCell(input, group)}${hasActions(section) && actionsCell(input)}</tr>`;
}

function whoCell({ row, section }: Row, group: TableGroup): Html {
  if (group === "done") {
    const by = row.completed_by ?? mergedBy(row);
    return html`<td class="inline who"${label("by", by)}>${by ?? none("not named")}</td>`;
  }
  if (group !== "active" || row.run === null) return ownerCell(row);
  const words = workerWords(row.run);
  const place = placeWords(row.run, section.snapshot.dispatch.host);
  const behind = html`${place !== "" && html`<bdi>${place}</bdi>`}${row.owner !== null && html`<bdi class="as">, for ${row.owner}</bdi>`}`;
  return html`<td class="inline who" title="${words}${place}">${oneLine(html`<bdi>${words}</bdi>`, behind)}</td>`;
}

/** Who merged it, if the file does not name them yet. */
function mergedBy({ rule, pull_request: pullRequest }: TaskRow): string | null {
  return rule === MERGED_RULE ? (pullRequest?.merged_by ?? null) : null;
}

function timeCell({ row, section }: Row, group: TableGroup): Html {
  const { time } = section;
  if (group === "done") return numberCell("done", durationTime(sinceOf(row), "ago", time));
  const started = group === "active" ? (row.run?.started_at ?? null) : null;
  return numberCell("for", durationTime(started === null ? sinceOf(row) : { iso: started }, "for", time));
}

function numberCell(name: string, duration: Html): Html {
  return html`<td class="inline num"${label(name)}>${duration}</td>`;
}

function sinceOf({ base_since: iso, base_since_basis: basis }: TaskRow) {
  return { iso, basis };
}

/** Kick off for what is ready; what waits for an account can go on with another worker. */
function hasActions({ view, snapshot, acting }: Section): boolean {
  if (acting === null || !snapshot.dispatch.configured) return false;
  if (view.group === "ready") return true;
  return view.group === "active" && view.rows.some((row) => fallbacksOf(row, snapshot.dispatch).length > 0);
}

function actionsCell({ row, section: { view, acting, snapshot } }: Row): Html {
  if (view.group === "ready") return kickoffCell(row, acting);
  return html`<td class="acts">${acting && handOverForm(row, snapshot.dispatch, acting)}</td>`;
}
