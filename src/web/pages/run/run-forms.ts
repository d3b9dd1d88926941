// What can be done to one run: answer what it asks, tell its worker more, stop it.

import type { RunView } from "../../../core/contract/run-view.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import { type Html, html } from "../html/html.ts";
import { type Acting, button, otherButton, renderActionForm } from "../parts/action-form.ts";
import { answerForm } from "../parts/row-actions.ts";
import { isAtWork } from "./run-words.ts";

/** What the forms need to know of a run, from a row or from the store. */
export type ActionableRun = Pick<RunView, "id" | "epoch" | "state" | "kind" | "worker_name"> & {
  readonly question:
    | (Pick<NonNullable<RunView["question"]>, "number" | "text"> & {
        readonly choices: readonly string[];
        readonly answer: unknown;
      })
    | null;
};

/** Nothing for one that is over. `beside`: a further button of the same form, with an action of its own. */
export function renderRunForms(
  run: ActionableRun,
  acting: Acting | null,
  beside: Html | null = null,
): Html | null {
  if (run.state === "closed") return null;
  const question = renderQuestion(run, acting);
  if (acting === null) return question;
  return html`${question}<div class="forms">${run.kind === "by_hand" ? BY_HAND : continueForm(run, acting, beside)}</div>`;
}

const BY_HAND = html`<p class="aside">Worked on by hand: <code>tasks release</code> gives the claim back.</p>`;

/** The whole question, and a box for the answer. */
function renderQuestion(run: ActionableRun, acting: Acting | null): Html | null {
  const question = openQuestion(run);
  if (question === null) return null;
  return html`<div class="question"><p><bdi>${run.worker_name ?? "The worker"}</bdi> asks: <q class="quoted">${question.text}</q></p>
    ${acting && answerForm(run, question, acting, `answer-${run.id}`)}</div>`;
}

function continueForm(run: ActionableRun, acting: Acting, beside: Html | null): Html {
  const interrupt = html`<label class="check"><input type="checkbox" name="interrupt" value="1"> Interrupt it now, instead of waiting until it has ended</label>`;
  return renderActionForm(acting, {
    action: "continue",
    className: "tell",
    fields: { run: run.id, epoch: run.epoch },
    content: html`<label>Tell the worker more <textarea name="prompt" rows="3" maxlength="20000" required></textarea></label>
      ${isAtWork(run) && interrupt}<div class="line">${button("Continue")}${otherButton("stop", stopWords(run))}${beside}</div>`,
  });
}

/** The question before it says the rest. */
function stopWords(run: ActionableRun): string {
  if (run.state === "queued") return "Take out of the line";
  return isAtWork(run) ? "Stop" : "Close the run";
}
