// What a supervisor records of its agent while a run is running: what was started, its session, and which messages have
// reached it. Further changes of a run are in run-transitions.ts.

import type { FollowUp, Run, RunAgent, RunSession } from "../contract/run.ts";
import { changed, type RunTransition, refused } from "./run-transitions.ts";

const NOT_RUNNING = "no worker is running";

/** What its supervisor has found out about the program. */
export const noteAgent: RunTransition<Partial<Pick<RunAgent, "program" | "version">>> = (run, facts) => {
  if (run.state !== "running" || run.agent === null) return refused(NOT_RUNNING);
  return changed({ ...run, agent: { ...run.agent, ...facts } });
};

/** Without it, a resume after a crash would start over. */
export const noteSession: RunTransition<RunSession> = (run, session) =>
  run.state === "running" ? changed({ ...run, session }) : refused(NOT_RUNNING);

export type Delivery = {
  readonly followUps: readonly FollowUp[];
  /** The number of the question whose answer it was; null for none. */
  readonly answered: number | null;
};

/**
 * Messages have reached the agent: none is sent again. They end a request to interrupt it, which was made for them.
 * A message that was taken back meanwhile is no longer there, which changes nothing.
 */
export const deliver: RunTransition<Delivery> = (run, { followUps, answered }) => {
  if (run.state !== "running") return refused(NOT_RUNNING);
  const { stopRequest } = run;
  const isInterrupt = stopRequest?.kind === "interrupt" && followUps.length > 0;
  return changed({
    ...run,
    followUps: run.followUps.filter((one) => !followUps.some((sent) => isSame(one, sent))),
    question: answeredIn(run, answered),
    stopRequest: isInterrupt ? null : stopRequest,
  });
};

function answeredIn({ question }: Run, number: number | null): Run["question"] {
  if (question === null || question.answer === null || question.number !== number) return question;
  return { ...question, answer: { ...question.answer, delivered: true } };
}

/** A stored message has no other name. */
export function isSame(one: FollowUp, other: FollowUp): boolean {
  return one.by === other.by && one.atMs === other.atMs && one.text === other.text;
}
