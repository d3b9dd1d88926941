// Needs you: one row per task, however many signals it has. Sentences first, then codes.

import type { Signal } from "../../../core/contract/signal.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, type PageTime } from "../html/page-time.ts";
import { groupTag } from "../html/tags.ts";
import { GROUP_WORDS } from "../html/words.ts";
import { pullRequestMark } from "../parts/pull-request-link.ts";
import { attentionCell, needsRoom } from "../parts/row-actions.ts";
import { signalSentence, signalTag } from "../parts/signal-words.ts";
import { beside, oneLine, ownerCell, rowId, taskCell } from "../parts/task-cells.ts";
import { renderTaskTable } from "../parts/task-table.ts";
import type { Section } from "./section.ts";
import { factsOf } from "./what-cells.ts";

/** Signals shown in a row; the task's page has all of them. */
const SIGNALS_SHOWN = 3;

export function renderAttentionTable(section: Section): Html {
  const { view, query, acting } = section;
  // The column is wide only if an answer has to be typed or picked.
  const isWide = view.rows.some(needsRoom);
  return renderTaskTable({
    caption: GROUP_WORDS.needs_attention.caption,
    columns: [
      { heading: "Task", width: "w-task", sort: "title" },
      { heading: "What", width: "w-what" },
      { heading: "Owner", width: "w-who", sort: "owner" },
      { heading: "Group", width: "w-base" },
      { heading: GROUP_WORDS.needs_attention.since, width: "w-time num", sort: "age" },
      acting && { heading: "Actions", width: isWide ? "w-act wide" : "w-act", unseen: true },
    ],
    rows: view.rows.map((row) => renderRow(row, section)),
    query,
  });
}

function renderRow(row: TaskRow, section: Section): Html {
  const { time, acting } = section;
  const mark = pullRequestMark(row.pull_request, "closed", { ...factsOf(section), isNamed: isNamed(row) });
  const whole = row.signals.map((signal) => signal.sentence).join("; ");
  return html`<tr id="${rowId(row)}">${taskCell(row)}
    <td class="what" title="${whole}">${beside(renderSignals(row, time), mark)}</td>
    ${ownerCell(row)}
    <td class="inline">${groupTag(row.base_group)}</td>
    <td class="inline num">${durationTime({ iso: raisedAt(row) }, "ago", time)}</td>${acting && attentionCell(row, acting)}</tr>`;
}

/** A tag where the tier changes, sentences between, codes last. Acknowledged signals come last. */
function renderSignals(row: TaskRow, time: PageTime): Html {
  const signals = sorted(row.signals);
  const shown = signals.slice(0, SIGNALS_SHOWN);
  const sentences = shown.map((signal, index) => {
    const before = shown[index - 1];
    const isTagged = before !== undefined && before.tier === signal.tier && isSeen(before) === isSeen(signal);
    return html`${before && "; "}${!isTagged && html`${signalTag(signal)} `}${signalSentence(signal, row, time)}`;
  });
  const more = signals.length - shown.length;
  return oneLine(
    html`<span>${sentences}${more > 0 && `; and ${more} more`}</span>`,
    html` <code>${codesOf(shown)}</code>`,
  );
}

function sorted(signals: readonly Signal[]): readonly Signal[] {
  return [...signals].sort((one, other) => Number(isSeen(one)) - Number(isSeen(other)));
}

/** Whether the first sentence, visible at any width, links to the pull request. */
function isNamed({ signals, pull_request: pullRequest }: TaskRow): boolean {
  const [first] = sorted(signals);
  return pullRequest !== null && first?.evidence["number"] === String(pullRequest.number);
}

function isSeen({ acknowledged }: Signal): boolean {
  return acknowledged !== null;
}

function codesOf(signals: readonly Signal[]): string {
  return [...new Set(signals.map((signal) => signal.code))].join(" ");
}

/** When the first unacknowledged signal that needs a person was raised. */
export function raisedAt(row: TaskRow): string {
  const raised = row.signals
    .filter((signal) => signal.tier === 2 && signal.acknowledged === null)
    .map((signal) => signal.first_seen);
  return raised.reduce((oldest, next) => (next < oldest ? next : oldest), raised[0] ?? row.since);
}
