// A task's group and why: the inputs with their ages, and the rules in order (invariant 9).

import { type Explanation, explain, type RuleStep } from "../../../core/classify/explain.ts";
import type { Snapshot, TaskRow } from "../../../core/contract/snapshot.ts";
import { codeInText } from "../html/command-words.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, type PageTime } from "../html/page-time.ts";
import { groupTag } from "../html/tags.ts";
import { GROUP_WORDS } from "../html/words.ts";

export function renderTaskState(row: TaskRow, snapshot: Snapshot, time: PageTime): Html {
  const { notes, inputs, steps } = explain(row, snapshot);
  const since = durationTime({ iso: row.since, basis: row.since_basis }, "for", time);
  return html`<section class="group standing"><h2>Why is it here?</h2>
    <p>${groupTag(row.group)} <b><bdi>${codeInText(row.reason)}</bdi></b>, for ${since}.</p>
    ${renderOtherwise(row, time)}${notes.map((note) => html`<p class="aside">${note}</p>`)}
    <dl class="facts inputs">${inputs.map((input) => renderInput(input, time))}</dl>
    <details id="rules"><summary class="aside">The rules, in order</summary>
    <table class="rules"><caption class="unseen">Rules, in order</caption>
    <thead><tr><th scope="col">Group</th><th scope="col">When</th><th scope="col">This task</th><th scope="col">Rule</th></tr></thead>
    <tbody>${steps.map(renderStep)}</tbody></table></details></section>`;
}

function renderOtherwise(row: TaskRow, time: PageTime): Html | null {
  if (row.base_group === row.group) return null;
  const since = durationTime({ iso: row.base_since, basis: row.base_since_basis }, "for", time);
  return html`<p class="aside">Otherwise: ${groupTag(row.base_group)}, for ${since}.</p>`;
}

function renderInput({ name, value, since, basis }: Explanation["inputs"][number], time: PageTime): Html {
  const at = since === null ? null : { iso: since, ...(basis === null ? {} : { basis }) };
  return html`<div><dt>${name}</dt><dd><bdi>${value}</bdi>${at && html`<span class="aside">, for ${durationTime(at, "for", time)}</span>`}</dd></div>`;
}

const OUTCOMES = {
  matched: ["✓", "matches"],
  missed: ["✕", "does not match"],
  not_tried: ["–", "not tried"],
} as const;

function renderStep({ group, when, outcome, why, rule }: RuleStep): Html {
  const [shape, word] = OUTCOMES[outcome];
  const reason = why === "" ? null : html`: <bdi>${codeInText(why)}</bdi>`;
  return html`<tr class="${outcome}"><th scope="row">${GROUP_WORDS[group].name}</th><td>${when}</td>
    <td><span aria-hidden="true">${shape}</span> ${word}${reason}</td><td><code>${rule}</code></td></tr>`;
}
