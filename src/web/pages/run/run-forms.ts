// The actions of a run: answer, message the worker, stop.

import { kindNamed } from "../../../core/agent/kinds/agent-kinds.ts";
import type { RunView } from "../../../core/contract/run-view.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import { type Html, html } from "../html/html.ts";
import { type Acting, button, otherButton, renderActionForm } from "../parts/action-form.ts";
import { answerForm } from "../parts/row-actions.ts";
import { isAtWork } from "./run-words.ts";

/** What the forms need of a run, from a row or from the store. */
export type ActionableRun = Pick<RunView, "id" | "epoch" | "state" | "kind" | "worker_name"> & {
  readonly agent: { readonly kind: string } | null;
  readonly question:
    | (Pick<NonNullable<RunView["question"]>, "number" | "text"> & {
        readonly choices: readonly string[];
        readonly answer: unknown;
      })
    | null;
};

/** Null for a closed run. `beside`: another button of the same form, with its own action. */
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

const BY_HAND = html`<p class="aside">Claimed by hand. <code>tasks release</code> releases the claim.</p>`;

/** The full question, and a field for the answer. */
function renderQuestion(run: ActionableRun, acting: Acting | null): Html | null {
  const question = openQuestion(run);
  if (question === null) return null;
  return html`<div class="question"><p><bdi>${run.worker_name ?? "The worker"}</bdi> asks: <q class="quoted">${question.text}</q></p>
    ${acting && answerForm(run, question, acting, `answer-${run.id}`)}</div>`;
}

function continueForm(run: ActionableRun, acting: Acting, beside: Html | null): Html {
  const isSteered = kindNamed(run.agent?.kind ?? "command")?.abilities.steer.can === true;
  const usual = isSteered ? "while it works" : "when this turn ends";
  const interrupt = html`<label class="check"><input type="checkbox" name="interrupt" value="1"> Interrupt now (otherwise delivered ${usual})</label>`;
  return renderActionForm(acting, {
    action: "continue",
    className: "tell",
    fields: { run: run.id, epoch: run.epoch },
    content: html`<label>Message the worker <textarea name="prompt" rows="3" maxlength="20000" required></textarea></label>
      ${isAtWork(run) && interrupt}<div class="line">${button("Send")}${otherButton("stop", stopWords(run))}${beside}</div>`,
  });
}

/** The confirmation page says the rest. */
function stopWords(run: ActionableRun): string {
  if (run.state === "queued") return "Remove from queue";
  return isAtWork(run) ? "Stop" : "Dismiss run";
}
