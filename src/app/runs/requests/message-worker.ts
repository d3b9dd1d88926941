// A person sends a worker a message, or answers its question. There is never a second worker in a worktree: the message
// reaches the current one if its kind can take it, else it waits until that one has ended, or is interrupted for it. Either
// way the same run continues in the same worktree.

import { kindNamed } from "../../../core/agent/kinds/agent-kinds.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { isLive, type Run } from "../../../core/contract/run.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import { addFollowUp, recordAnswer, requestStop } from "../../../core/run/run-transitions.ts";
import { type ChangedByPerson, changeByPerson } from "../change/change-by-person.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { nudge } from "./stop-run.ts";

export type ContinueRequest = {
  readonly prompt: string;
  /** Ends the current worker, so that the message is delivered now. */
  readonly interrupt: boolean;
  readonly by: string;
};

export type Continued =
  | (Omit<ChangedByPerson, "kind"> & {
      /**
       * When it is delivered: while the worker works; as its next turn; when it has ended; after interrupting it; or,
       * without a worker, by the next start.
       */
      readonly kind: "mid_turn" | "next_turn" | "waits" | "interrupting" | "next";
    })
  | Refusal;

export async function continueRun(
  context: Pick<RunsContext, "clock" | "store" | "workers">,
  run: Run,
  { prompt, interrupt, by }: ContinueRequest,
): Promise<Continued> {
  const { clock, store } = context;
  const act = { by, atMs: clock.wallMs() };
  const changed = await changeByPerson(store, run, {
    act,
    action: "continue",
    note: prompt,
    change: (now) => {
      const added = addFollowUp(now, { ...act, text: prompt });
      if (added.kind === "refused" || !interrupt || !isLive(now)) return added;
      return requestStop(added.run, { ...act, kind: "interrupt", note: prompt });
    },
    explain: (now, why) => refusal(`${describeOpenRun(now)}: ${why}.`, hintFor(now)),
  });
  if (changed.kind === "refused") return changed;
  if (!isLive(changed.run)) return { ...changed, kind: "next" };
  // Its agent may take messages while it works.
  nudge(context, changed.run);
  return { ...changed, kind: interrupt ? "interrupting" : whenReached(changed.run) };
}

function whenReached({ agent }: Run): "mid_turn" | "next_turn" | "waits" {
  const abilities = agent === null ? undefined : kindNamed(agent.kind)?.abilities;
  if (abilities?.steer.can) return "mid_turn";
  return abilities?.resume.can ? "next_turn" : "waits";
}

export type AnswerRequest = {
  readonly text: string;
  readonly by: string;
  /** The question's number, if known: the worker may have asked another one since a form was loaded. */
  readonly number?: number;
};

export async function answerQuestion(
  { clock, store, workers }: Pick<RunsContext, "clock" | "store" | "workers">,
  run: Run,
  { text, by, number }: AnswerRequest,
): Promise<ChangedByPerson | Refusal> {
  const act = { by, atMs: clock.wallMs() };
  const facts = { ...act, text, ...(number === undefined ? {} : { number }) };
  const changed = await changeByPerson(store, run, {
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
  if (changed.kind === "changed" && isLive(changed.run)) nudge({ workers }, changed.run);
  return changed;
}
