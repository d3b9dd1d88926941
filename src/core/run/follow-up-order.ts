// The order of messages to a worker: follow-ups and answers, each delivered once. The prompt of a start contains those from
// before the run left the queue; later ones wait for the next start. The clock is not trusted to keep the two apart.

import type { Act, Question, Run } from "../contract/run.ts";

type Said = Pick<Run, "followUps" | "question">;

/** Earlier messages stay before this start, even if the clock was set back since. */
export function clampToStart({ followUps, question }: Said, nowMs: number): Said {
  const before = <What extends Act>(act: What): What => ({ ...act, atMs: Math.min(act.atMs, nowMs) });
  const answer = question?.answer ?? null;
  return {
    followUps: followUps.map(before),
    question: question === null || answer === null ? question : { ...question, answer: before(answer) },
  };
}

/** While a run is starting, a message is dated after those in its prompt. */
export function datedAfterStart({ state, startedAtMs }: Run, atMs: number): number {
  return state === "dispatching" && startedAtMs !== null ? Math.max(atMs, startedAtMs + 1) : atMs;
}

/** A follow-up to an open question counts as its answer; the next worker gets it as a follow-up. */
export function answeredByFollowUp({ question, followUps }: Said): Question | null {
  const said = followUps.at(-1);
  if (question === null || question.answer !== null || said === undefined) return question;
  return { ...question, answer: { ...said, delivered: true } };
}
