// A question that no one answers in time: its worker continues with the answer that it named itself (`tasks ask --default`), and
// people see what it decided.

import { PERMISSION_CHOICES } from "../../agent/contract/agent-kind.ts";
import type { Act, Question, Run } from "../../contract/run.ts";
import { openQuestion } from "../open-question.ts";
import { changed, type RunTransition, recordAnswer, refused } from "../run-transitions.ts";

/** Who gave an answer that no one gave. */
export const NO_ONE = "default";

/** As many as anyone looks through. */
const DECISIONS_KEPT = 20;

/** Whether an open question's time is over. */
export function isDecisionDue(run: Pick<Run, "question" | "state">, nowMs: number): boolean {
  const fallback = openQuestion(run)?.fallback ?? null;
  return run.state !== "closed" && fallback !== null && nowMs >= fallback.atMs;
}

/** Answers the open question with what its worker named. */
export const decideAlone: RunTransition<{ readonly nowMs: number }> = (run, { nowMs }) => {
  const question = openQuestion(run);
  const fallback = question?.fallback ?? null;
  if (question === null || fallback === null || !isDecisionDue(run, nowMs))
    return refused("no question's time is over");
  const answered = recordAnswer(run, { by: NO_ONE, atMs: nowMs, text: fallback.text });
  if (answered.kind === "refused") return answered;
  const decision = { question: question.text, answer: fallback.text, atMs: nowMs };
  return changed({
    ...answered.run,
    decidedAlone: [...run.decidedAlone, decision].slice(-DECISIONS_KEPT),
  });
};

/** For the worker. */
export function answerWords(
  { text, request }: Pick<Question, "text" | "request">,
  answer: Act & { readonly text: string },
): string {
  if (request?.about === "permission") return permissionWords(text.trim(), answer);
  const asked = `You asked: ${text.trim()}`;
  if (answer.by === NO_ONE)
    return `${asked}\n\nThere was no answer in time. Go on with: ${answer.text.trim()}`;
  return `${asked}\n\n${answer.by} answers: ${answer.text.trim()}`;
}

const [ALLOW, DENY] = PERMISSION_CHOICES;

/** It may ask for it again, and is answered as before: see app/runs/turns/known-answer.ts. */
function permissionWords(asked: string, { by, text }: Act & { readonly text: string }): string {
  const question = `You asked for a permission: ${asked}`;
  switch (text) {
    case ALLOW:
      return `${question}\n\n${by} allows it. Do it now, exactly as you asked, before anything else.`;
    case DENY:
      return `${question}\n\n${by} denies it. Do not ask for it again; go on without it.`;
    default:
      return `${question}\n\n${by} answers: ${text.trim()}`;
  }
}
