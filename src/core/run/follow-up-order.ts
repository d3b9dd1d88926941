// What people said to a worker: follow-ups and answers, each told once. The prompt of a start tells what was said before
// the run was taken for it; what is said later waits for the next one. No clock is trusted to keep the two apart.

import type { Act, Question, Run } from "../contract/run.ts";

type Said = Pick<Run, "followUps" | "question">;

/** A clock that was set back since makes nothing that was said before it later than this start. */
export function clampToStart({ followUps, question }: Said, nowMs: number): Said {
  const before = <What extends Act>(act: What): What => ({ ...act, atMs: Math.min(act.atMs, nowMs) });
  const answer = question?.answer ?? null;
  return {
    followUps: followUps.map(before),
    question: question === null || answer === null ? question : { ...question, answer: before(answer) },
  };
}

/** While a run is being started, what is said comes after what its prompt tells. */
export function datedAfterStart({ state, startedAtMs }: Run, atMs: number): number {
  return state === "dispatching" && startedAtMs !== null ? Math.max(atMs, startedAtMs + 1) : atMs;
}

/** What was said instead of an answer is the answer; the next worker is told it as the follow-up that it is. */
export function answeredByFollowUp({ question, followUps }: Said): Question | null {
  const said = followUps.at(-1);
  if (question === null || question.answer !== null || said === undefined) return question;
  return { ...question, answer: { ...said, delivered: true } };
}
