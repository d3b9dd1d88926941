// Retraction of an answer or a message that no worker was given yet. A run that was queued because of it returns to its
// former state; a run that has changed in another way since keeps it.

import { hasEnded, isLive, type Run } from "../contract/run.ts";
import { changed, type RunTransition, refused } from "./run-transitions.ts";

/** As it is stored in the run. */
export type SentMessage = { readonly by: string; readonly atMs: number; readonly text: string };

export type Retraction = {
  /** The run as it was before. */
  readonly before: Run;
  readonly sent: SentMessage;
};

/** The question is open again. */
export const retractAnswer: RunTransition<Retraction> = (run, { before, sent }) => {
  const answer = run.question?.answer ?? null;
  if (run.question?.number !== before.question?.number || answer === null || !isSameMessage(answer, sent))
    return refused("the run has changed, and the answer is no longer the last one");
  if (answer.delivered) return refused("the worker has read it");
  const why = whyTooLate(run, before);
  if (why !== null) return refused(why);
  const others = run.followUps.length > before.followUps.length;
  return changed({ ...run, ...(others ? {} : stateBefore(run, before)), question: before.question });
};

/** Removes the message, and the answer that it counted as. */
export const retractMessage: RunTransition<Retraction> = (run, { before, sent }) => {
  const followUps = run.followUps.filter((followUp) => !isSameMessage(followUp, sent));
  if (followUps.length === run.followUps.length) return refused("the worker has read it");
  const why = whyTooLate(run, before);
  if (why !== null) return refused(why);
  // Another message or an answer keeps the run in its state.
  const answer = run.question?.answer ?? null;
  const isAnswer = answer !== null && isSameMessage(answer, sent);
  const isOnlyCause = followUps.length <= before.followUps.length && (answer === null || isAnswer);
  return changed({
    ...run,
    ...(isOnlyCause ? stateBefore(run, before) : {}),
    question: isAnswer ? before.question : run.question,
    followUps,
  });
};

/** Null while no worker was started with it. A new epoch is a start, or the loss of the worker. */
function whyTooLate(run: Run, before: Run): string | null {
  if (run.state === "closed") return "the run is closed";
  if (run.epoch !== before.epoch) return "a worker was started with it";
  const isInSameState = run.state === before.state || (hasEnded(run) && isLive(before));
  const isQueuedForIt = run.state === "queued" && hasEnded(before);
  return isInSameState || isQueuedForIt ? null : "the run has changed since";
}

function stateBefore(run: Run, before: Run): Partial<Run> {
  if (run.state !== "queued" || !hasEnded(before)) return {};
  const { state, sinceMs, notBeforeMs, failuresInRow, stopRequest } = before;
  return { state, sinceMs, notBeforeMs, failuresInRow, stopRequest };
}

function isSameMessage(a: SentMessage, b: SentMessage): boolean {
  return a.by === b.by && a.atMs === b.atMs && a.text === b.text;
}
