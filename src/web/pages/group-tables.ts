// The tables of the groups beside needs attention: what each row says about its task.

import type { Group, TaskRow } from "../../core/snapshot/schema.ts";
import { type Html, html } from "./html.ts";
import { taskUrl } from "./links.ts";
import { durationTime } from "./page-time.ts";
import type { Section } from "./section.ts";
import { tag, tierTag } from "./tags.ts";
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
} from "./task-cells.ts";
import { type Column, renderTaskTable } from "./task-table.ts";
import { counted, GROUP_WORDS } from "./words.ts";

type Row = { readonly row: TaskRow; readonly section: Section };

/** Heading of the column that says where the task stands, and its content. */
const WHAT: Readonly<
  Record<Exclude<Group, "needs_attention">, { heading: string; cell: (row: Row) => Html }>
> = {
  active: { heading: "Progress", cell: renderProgress },
  in_review: { heading: "Waits for", cell: renderReason },
  ready: { heading: "Why", cell: renderReason },
  waiting: { heading: "Waits for", cell: renderAwaited },
  planned: { heading: "Why", cell: renderReason },
  done: { heading: "Outcome", cell: renderOutcome },
};

/** The table of any group but needs attention. */
export function renderGroupTable(section: Section): Html {
  const { view, query, columns } = section;
  const group = view.group as Exclude<Group, "needs_attention">;
  const what = WHAT[group];
  const done = group === "done";
  const shown: readonly (Column | null)[] = [
    { heading: "Task", width: "w-task", sort: "title" },
    { heading: what.heading, width: "w-what" },
    { heading: "Pri", width: "w-pri", sort: "priority" },
    columns.milestone ? { heading: "Milestone", width: "w-ms", sort: "milestone" } : null,
    columns.workstream ? { heading: "Workstream", width: "w-ws", sort: "workstream" } : null,
    done ? { heading: "By", width: "w-who" } : { heading: "Owner", width: "w-who", sort: "owner" },
    { heading: GROUP_WORDS[group].since, width: "w-time num", sort: "age" },
  ];
  const rows = view.rows.map((row) => renderRow({ row, section }, what.cell, done));
  return renderTaskTable({ caption: GROUP_WORDS[group].caption, columns: shown, rows, query });
}

function renderRow(input: Row, what: (row: Row) => Html, done: boolean): Html {
  const { row, section } = input;
  const since = { iso: row.base_since, basis: row.base_since_basis };
  const who = done
    ? html`<td class="inline who"${label("by", row.completed_by)}>${row.completed_by ?? none("nobody named")}</td>`
    : ownerCell(row);
  return html`<tr id="${rowId(row)}">${taskCell(row)}${what(input)}${priorityCell(row)}
    ${milestoneCell(row, section.columns)}${workstreamCell(row, section.columns)}${who}
    <td class="inline num"${label(done ? "finished" : "for")}>${durationTime(since, done ? "ago" : "for", section.time)}</td></tr>`;
}

/** Ticked boxes and the last change: what a file tells of progress. What is worth watching comes first. */
function renderProgress({ row, section }: Row): Html {
  const { ticked, total } = row.progress;
  const steps = total === 0 ? "no steps listed" : `${ticked} of ${counted(total, "step")} done`;
  const watched = row.signals[0];
  const changed = durationTime({ iso: row.changed_at, basis: row.changed_basis }, "ago", section.time);
  return html`<td class="what"${title(watched?.sentence ?? row.reason)}>${watched ? renderWatched(row) : html`${meter(ticked, total)}${steps}, file changed ${changed}`}</td>`;
}

/** Beside the words, not instead of them. */
function meter(ticked: number, total: number): Html | null {
  if (total === 0) return null;
  const tenths = Math.round((ticked / total) * 10);
  return html`<svg class="meter" viewBox="0 0 40 6" aria-hidden="true"><rect width="40" height="6" rx="3"></rect>
    ${tenths > 0 && html`<rect class="done" width="${tenths * 4}" height="6" rx="3"></rect>`}</svg> `;
}

function renderReason({ row }: Row): Html {
  return html`<td class="what"${title(row.signals[0]?.sentence ?? row.reason)}>${row.signals.length > 0 ? renderWatched(row) : row.reason}</td>`;
}

function renderWatched(row: TaskRow): Html {
  const [first] = row.signals;
  if (first === undefined) return html`${row.reason}`;
  return oneLine(
    html`<span>${tierTag(first.tier)} <bdi>${first.sentence}</bdi></span>`,
    html` <code>${first.code}</code>`,
  );
}

/** Tasks named in a row before "and 3 more". */
const AWAITED_SHOWN = 2;

function renderAwaited({ row, section }: Row): Html {
  if (row.signals.length > 0) return renderReason({ row, section });
  const open = row.dependencies.filter(({ state }) => state !== "finished");
  if (open.length === 0) return html`<td class="what"${title(row.reason)}>${row.reason}</td>`;
  const links = open.slice(0, AWAITED_SHOWN).map((dependency, index) => {
    const name = section.status.rowByKey.get(dependency.key ?? "")?.title ?? dependency.reference;
    const comma = index > 0 && ", ";
    return dependency.key === null
      ? html`${comma}<bdi>${name}</bdi> (${dependency.state})`
      : html`${comma}<a dir="auto" href="${taskUrl(dependency.key)}">${name}</a>`;
  });
  const more = open.length - AWAITED_SHOWN;
  return html`<td class="what"${title(row.reason)}>${links}${more > 0 && ` and ${more} more`}</td>`;
}

function renderOutcome({ row }: Row): Html {
  const outcome = row.status === "cancelled" ? tag("plain", "cancelled", "✕") : tag("ok", "completed", "✓");
  const [flaw] = row.problems;
  const more = row.problems.length - 1;
  return html`<td class="what"${title(flaw?.message ?? row.reason)}>${outcome}
    ${flaw && html` ${tag("warn", "flaw", "●")} <bdi>${flaw.message}</bdi>${more > 0 && ` and ${more} more`}`}</td>`;
}

function title(text: string): Html {
  return html` title="${text}"`;
}
