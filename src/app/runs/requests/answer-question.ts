// A person answers what a worker asked.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import { describeOpenRun } from "../../../core/run/judge-claim.ts";
import { answer as recordAnswer } from "../../../core/run/run-transitions.ts";
import { actionOf, labelOf } from "../change/action-of.ts";
import { changeRun } from "../change/change-run.ts";
import type { RunsContext } from "../change/runs-context.ts";

export type AnswerRequest = {
  readonly text: string;
  readonly by: string;
  /** Of the question that is meant, where that is known: by the time a form is sent, the worker may ask something else. */
  readonly number?: number;
};

export async function answerQuestion(
  { clock, store }: Pick<RunsContext, "clock" | "store">,
  run: Run,
  { text, by, number }: AnswerRequest,
): Promise<{ readonly kind: "changed"; readonly run: Run; readonly before: Run } | Refusal> {
  const act = { by, atMs: clock.wallMs() };
  const facts = { ...act, text, ...(number === undefined ? {} : { number }) };
  let before = run;
  const outcome = await changeRun(store, {
    id: run.id,
    epoch: null,
    change: (now) => {
      before = now;
      return recordAnswer(now, facts);
    },
    action: actionOf("answer", await labelOf(store, run), { ...act, note: text }),
  });
  if (outcome.kind === "changed") return { ...outcome, before };
  if (outcome.kind !== "refused")
    return refusal(`The run of ${run.key} is gone.`, "`tasks runs` lists them.");
  const { question } = outcome.run;
  const isOpen = question !== null && question.answer === null;
  return refusal(
    `${describeOpenRun(outcome.run)}, and the answer was refused: ${outcome.why}.`,
    isOpen ? `It asks: ${question.text}` : "`tasks list --group needs_attention` shows who asks something.",
  );
}
