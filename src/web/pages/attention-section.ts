// Needs attention: one row per task, however many signals it has. Sentences first, codes small behind them.

import type { Signal } from "../../core/signal/signal.ts";
import type { TaskRow } from "../../core/snapshot/schema.ts";
import { type Html, html } from "./html.ts";
import { durationTime, type PageTime } from "./page-time.ts";
import type { Section } from "./section.ts";
import { groupTag, tierTag } from "./tags.ts";
import { label, oneLine, ownerCell, rowId, taskCell } from "./task-cells.ts";
import { renderTaskTable } from "./task-table.ts";
import { GROUP_WORDS } from "./words.ts";

/** Signals written out in a row; the task's page has all of them. */
const SIGNALS_SHOWN = 3;

/** The table of tasks that need a person. */
export function renderAttentionTable({ view, query, time }: Section): Html {
  return renderTaskTable({
    caption: GROUP_WORDS.needs_attention.caption,
    columns: [
      { heading: "Task", width: "w-task", sort: "title" },
      { heading: "What", width: "w-what" },
      { heading: "Owner", width: "w-who", sort: "owner" },
      { heading: "Meanwhile", width: "w-base" },
      { heading: GROUP_WORDS.needs_attention.since, width: "w-time num", sort: "age" },
    ],
    rows: view.rows.map((row) => renderRow(row, time)),
    query,
  });
}

function renderRow(row: TaskRow, time: PageTime): Html {
  const whole = row.signals.map((signal) => signal.sentence).join("; ");
  return html`<tr id="${rowId(row)}">${taskCell(row)}
    <td class="what" title="${whole}">${renderSignals(row.signals)}</td>
    ${ownerCell(row)}
    <td class="inline">${groupTag(row.base_group)}</td>
    <td class="inline num"${label("raised")}>${durationTime({ iso: raisedAt(row) }, "ago", time)}</td></tr>`;
}

/** A tag where the tier changes, sentences between, codes last. */
export function renderSignals(signals: readonly Signal[]): Html {
  const shown = signals.slice(0, SIGNALS_SHOWN);
  const sentences = shown.map((signal, index) => {
    const before = shown[index - 1];
    const tagged = before?.tier === signal.tier ? null : html`${tierTag(signal.tier)} `;
    return html`${before && "; "}${tagged}<bdi>${signal.sentence}</bdi>`;
  });
  const more = signals.length - shown.length;
  return oneLine(
    html`<span>${sentences}${more > 0 && `; and ${more} more`}</span>`,
    html` <code>${codesOf(shown)}</code>`,
  );
}

function codesOf(signals: readonly Signal[]): string {
  return [...new Set(signals.map((signal) => signal.code))].join(" ");
}

/** When the first of the signals that need a person was raised. */
export function raisedAt(row: TaskRow): string {
  const raised = row.signals.filter((signal) => signal.tier === 2).map((signal) => signal.first_seen);
  return raised.reduce((oldest, next) => (next < oldest ? next : oldest), raised[0] ?? row.since);
}
