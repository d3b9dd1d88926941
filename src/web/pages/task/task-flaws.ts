// What is wrong with a task: its signals with their evidence, and the flaws in its file with line and hint.

import type { Problem } from "../../../core/problem.ts";
import type { Signal } from "../../../core/signal/signal.ts";
import type { TaskRow } from "../../../core/snapshot/schema.ts";
import { type Html, html } from "../html.ts";
import { durationTime, momentTime, type PageTime } from "../page-time.ts";
import { tag, tierTag } from "../tags.ts";

export function renderFlaws(row: TaskRow, time: PageTime): Html | null {
  if (row.signals.length + row.problems.length === 0) return null;
  return html`${row.signals.length > 0 && html`<section class="group"><h2>Signals</h2><ul class="entries">${row.signals.map((signal) => renderSignal(signal, time))}</ul></section>`}
    ${row.problems.length > 0 && html`<section class="group"><h2>Flaws in the file</h2><ul class="entries">${row.problems.map(renderProblem)}</ul></section>`}`;
}

function renderSignal(signal: Signal, time: PageTime): Html {
  const evidence = Object.entries(signal.evidence).map(
    ([name, value]) =>
      html`<div><dt>${name.replaceAll("_", " ")}</dt><dd>${renderEvidence(value, time)}</dd></div>`,
  );
  return html`<li>${tierTag(signal.tier)} <bdi>${signal.sentence}</bdi> <code>${signal.code}</code>, raised ${durationTime({ iso: signal.first_seen }, "ago", time)}
    ${evidence.length > 0 && html`<dl class="evidence">${evidence}</dl>`}</li>`;
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Evidence is text for programs too, so times in it are ISO 8601: people get them as everywhere else. */
function renderEvidence(value: string, time: PageTime): Html {
  return ISO_TIME.test(value) ? momentTime(Date.parse(value), time) : html`<bdi>${value}</bdi>`;
}

function renderProblem({ severity, line, message, hint, code }: Problem): Html {
  return html`<li>${severity === "error" ? tag("bad", "error", "▲") : tag("warn", "warning", "●")}
    ${line !== null && html` <b>Line ${line}</b>:`} <bdi>${message}</bdi> <code>${code}</code><p class="aside">${hint}</p></li>`;
}
