// A person answers a worker's question.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import { describeOpenRun } from "../../../core/run/judge-claim.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import { recordAnswer } from "../../../core/run/run-transitions.ts";
import { type ChangedByPerson, changeByPerson } from "../change/change-by-person.ts";
import type { RunsContext } from "../change/runs-context.ts";

export type AnswerRequest = {
  readonly text: string;
  readonly by: string;
  /** The question's number, if known: the worker may have asked another one since a form was loaded. */
  readonly number?: number;
};

export async function answerQuestion(
  { clock, store }: Pick<RunsContext, "clock" | "store">,
  run: Run,
  { text, by, number }: AnswerRequest,
): Promise<ChangedByPerson | Refusal> {
  const act = { by, atMs: clock.wallMs() };
  const facts = { ...act, text, ...(number === undefined ? {} : { number }) };
  return await changeByPerson(store, run, {
    act,
    action: "answer",
    note: text,
    change: (now) => recordAnswer(now, facts),
    explain: (now, why) => {
      const question = openQuestion(now);
      return refusal(
        `${describeOpenRun(now)}, and the answer was refused: ${why}.`,
        question === null
          ? "`tasks list --group needs_attention` lists open questions."
          : `It asks: ${question.text}`,
      );
    },
  });
}
