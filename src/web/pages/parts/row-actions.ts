// A row's actions: one button, an answer to its worker's question, a small menu.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { unreadableProblem } from "../../../core/problems/unreadable-file.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import { type Html, html } from "../html/html.ts";
import { type Acting, button, otherButton, renderActionForm } from "./action-form.ts";

type Asker = { readonly id: string; readonly worker_name: string | null };
type Question = { readonly number: number; readonly text: string; readonly choices: readonly string[] };

/** None for queued tasks. */
export function kickoffCell(row: TaskRow, acting: Acting | null): Html {
  if (acting === null || row.run !== null || unreadableProblem(row.problems) !== null)
    return html`<td class="acts"></td>`;
  const form = renderActionForm(acting, {
    action: "kickoff",
    fields: { task: row.key },
    content: button("Kick off", { "aria-label": `Kick off: ${row.title}` }),
  });
  return html`<td class="acts">${form}</td>`;
}

/** An answer form for a question, Accept and Drop for a proposal, a raise for a budget, else Acknowledge and Snooze. */
export function attentionCell(row: TaskRow, acting: Acting): Html {
  const question = row.run === null ? null : openQuestion(row.run);
  const form =
    row.run === null || question === null
      ? isProposal(row)
        ? proposalForm(row, acting)
        : (raiseForm(row, acting) ?? acknowledgeForm(row, acting))
      : answerForm(row.run, question, acting, `answer-${row.key}`);
  return html`<td class="acts">${form}</td>`;
}

/** Answers this short fit side by side in a row. */
const CHOICES_IN_ROW = { count: 3, characters: 14 };

/** Whether the answer needs a text field or a list, which is wider than buttons. */
export function needsRoom({ run }: TaskRow): boolean {
  const question = run === null ? null : openQuestion(run);
  return question !== null && !fitsInRow(question);
}

function fitsInRow({ choices }: Pick<Question, "choices">): boolean {
  const { count, characters } = CHOICES_IN_ROW;
  return choices.length > 0 && choices.length <= count && choices.join("").length <= characters;
}

export function answerForm(run: Asker, question: Question, acting: Acting, id: string): Html {
  return renderActionForm(acting, {
    action: "answer",
    fields: { run: run.id, question: question.number },
    content: answerFields(run, question, id),
  });
}

function answerFields(run: Asker, { choices, text }: Question, id: string): Html {
  const label = `Answer to ${run.worker_name ?? "the worker"}: ${text}`;
  if (choices.length === 0)
    return html`<input type="text" id="${id}" name="answer" required maxlength="10000" autocomplete="off" placeholder="Your answer" aria-label="${label}">${button("Answer")}`;
  if (fitsInRow({ choices }))
    return html`${choices.map((choice) => button(choice, { name: "answer", value: choice, "aria-label": `Answer ${choice}` }))}`;
  const options = choices.map((choice) => html`<option value="${choice}">${choice}</option>`);
  return html`<select id="${id}" name="answer" required aria-label="${label}"><option value="">choose</option>${options}</select>${button("Answer")}`;
}

/** Whether a person has yet to decide about the task. */
export function isProposal({ signals }: Pick<TaskRow, "signals">): boolean {
  return signals.some(({ code, acknowledged }) => code === "task_proposed" && acknowledged === null);
}

/** Null unless its budget is used up. */
export function raiseForm({ run, signals, title }: TaskRow, acting: Acting): Html | null {
  const isUsedUp = signals.some(
    ({ code, acknowledged }) => code === "budget_reached" && acknowledged === null,
  );
  if (run === null || !isUsedUp) return null;
  return renderActionForm(acting, {
    action: "raise",
    fields: { run: run.id, epoch: run.epoch },
    content: button("Raise budget", { "aria-label": `Raise budget: ${title}` }),
  });
}

export function proposalForm({ key, title }: TaskRow, acting: Acting): Html {
  return renderActionForm(acting, {
    action: "accept",
    fields: { task: key },
    content: html`${button("Accept", { "aria-label": `Accept: ${title}` })}${otherButton("drop", "Drop", { "aria-label": `Drop: ${title}` })}`,
  });
}

/** Only the signals shown here: one raised meanwhile is new. */
function acknowledgeForm(row: TaskRow, acting: Acting): Html {
  return renderActionForm(acting, {
    action: "acknowledge",
    fields: { task: row.key, codes: askingCodes(row) },
    content: html`${button("Acknowledge", { "aria-label": `Acknowledge: ${row.title}` })}<details class="menu" id="snooze-${row.key}"><summary class="btn" aria-label="Snooze: ${row.title}"></summary>
      <div class="panel">${snoozeButtons()}</div></details>`,
  });
}

export function snoozeButtons(): Html {
  const snooze = (words: string, until: string) =>
    otherButton("snooze", words, { name: "until", value: until });
  return html`${snooze("Snooze for 1 h", "1h")}${snooze("Snooze until tomorrow 9:00", "tomorrow")}`;
}

/** Codes of the unacknowledged signals that need a person. */
export function askingCodes({ signals }: TaskRow): string {
  return signals
    .filter(({ tier, acknowledged }) => tier === 2 && acknowledged === null)
    .map(({ code }) => code)
    .join(" ");
}
