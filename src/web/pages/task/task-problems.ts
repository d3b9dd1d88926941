// A task's signals with their evidence, and the problems in its file with line and hint.

import type { Problem } from "../../../core/contract/problem.ts";
import type { Signal } from "../../../core/contract/signal.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, momentTime, type PageTime } from "../html/page-time.ts";
import { tag, tierTag } from "../html/tags.ts";
import { type Acting, button, renderActionForm } from "../parts/action-form.ts";
import { hostLink } from "../parts/pull-request-link.ts";
import { askingCodes, isProposal, proposalForm, snoozeButtons } from "../parts/row-actions.ts";
import { acknowledgedMark, signalSentence } from "../parts/signal-words.ts";

export function renderTaskProblems(row: TaskRow, acting: Acting | null, time: PageTime): Html | null {
  if (row.signals.length + row.problems.length === 0) return null;
  return html`${row.signals.length > 0 && html`<section class="group"><h2>Signals</h2><ul class="entries">${row.signals.map((signal) => renderSignal(signal, row, time))}</ul>${acting && renderForms(row, acting)}</section>`}
    ${row.problems.length > 0 && html`<section class="group"><h2>Problems</h2><ul class="entries">${row.problems.map(renderProblem)}</ul></section>`}`;
}

function renderSignal(signal: Signal, row: TaskRow, time: PageTime): Html {
  const evidence = Object.entries(signal.evidence).map(
    ([name, value]) =>
      html`<div><dt>${name.replaceAll("_", " ")}</dt><dd>${isAddresses(name) ? renderAddresses(value) : renderEvidence(value, time)}</dd></div>`,
  );
  const { acknowledged } = signal;
  const mark = acknowledged === null ? null : html`; ${acknowledgedMark(acknowledged, time)}`;
  return html`<li>${tierTag(signal.tier)} ${signalSentence(signal, row, time)} <code>${signal.code}</code>, raised ${durationTime({ iso: signal.first_seen }, "ago", time)}${mark}
    ${evidence.length > 0 && html`<dl class="evidence">${evidence}</dl>`}</li>`;
}

/** Acknowledges or snoozes what needs a person, with a note, or undoes that. */
function renderForms(row: TaskRow, acting: Acting): Html {
  const codes = askingCodes(row);
  const isMarked = row.signals.some(({ acknowledged }) => acknowledged !== null);
  const acknowledge =
    codes !== "" &&
    renderActionForm(acting, {
      action: "acknowledge",
      className: "tell",
      fields: { task: row.key, codes },
      content: html`<label>Note <input type="text" name="note" maxlength="500" autocomplete="off"></label>
        <div class="line">${button("Acknowledge")}${snoozeButtons()}</div>`,
    });
  const withdraw =
    isMarked &&
    renderActionForm(acting, {
      action: "withdraw",
      fields: { task: row.key },
      content: button("Undo acknowledgement"),
    });
  const decide = isProposal(row) && proposalForm(row, acting);
  return html`<div class="forms">${decide}${acknowledge}${withdraw}</div>`;
}

/** Addresses of pull requests, separated by spaces. */
function isAddresses(name: string): boolean {
  return name === "url" || name === "rivals";
}

function renderAddresses(value: string): readonly Html[] {
  return value.split(" ").map((url) => html`${hostLink(url, html`<bdi>${url}</bdi>`)} `);
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Evidence is also for programs, so its times are ISO 8601; pages format them as usual. */
function renderEvidence(value: string, time: PageTime): Html {
  return ISO_TIME.test(value) ? momentTime(Date.parse(value), time) : html`<bdi>${value}</bdi>`;
}

function renderProblem({ severity, line, message, hint, code }: Problem): Html {
  return html`<li>${severity === "error" ? tag("bad", "error", "▲") : tag("warn", "warning", "●")}
    ${line !== null && html` <b>Line ${line}</b>:`} <bdi>${message}</bdi> <code>${code}</code><p class="aside">${hint}</p></li>`;
}
