// Undo of what a person said to a worker, for as long as no worker was given it. An ended run that was queued because of
// it goes back to how it stood; a run that has gone on in another way keeps what it was given.

import { hasEnded, isLive, type Run } from "../contract/run.ts";
import type { RunChange, RunTransition } from "./run-transitions.ts";

/** What was said, as it stands in the run. */
export type SentMessage = { readonly by: string; readonly atMs: number; readonly text: string };

export type Retraction = {
  /** The run as it was before. */
  readonly before: Run;
  readonly said: SentMessage;
};

/** The question is open again. */
export const retractAnswer: RunTransition<Retraction> = (run, { before, said }) => {
  const answer = run.question?.answer ?? null;
  if (run.question?.number !== before.question?.number || answer === null || !isSaid(answer, said))
    return refused("the run has gone on, and the answer is no longer the last one");
  if (answer.delivered) return refused("the worker has read it");
  const why = whyTooLate(run, before);
  if (why !== null) return refused(why);
  const others = run.followUps.length > before.followUps.length;
  return changed({ ...run, ...(others ? {} : standingBefore(run, before)), question: before.question });
};

/** The message is gone, and with it what it settled. */
export const retractMessage: RunTransition<Retraction> = (run, { before, said }) => {
  const followUps = run.followUps.filter((followUp) => !isSaid(followUp, said));
  if (followUps.length === run.followUps.length) return refused("the worker has read it");
  const why = whyTooLate(run, before);
  if (why !== null) return refused(why);
  // Another message or an answer keeps the run where it is.
  const answer = run.question?.answer ?? null;
  const isSettledByIt = answer !== null && isSaid(answer, said);
  const isOnlyReason = followUps.length <= before.followUps.length && (answer === null || isSettledByIt);
  return changed({
    ...run,
    ...(isOnlyReason ? standingBefore(run, before) : {}),
    question: isSettledByIt ? before.question : run.question,
    followUps,
  });
};

/** Null while nothing was started with it. A new epoch is a start, or the loss of the worker. */
function whyTooLate(run: Run, before: Run): string | null {
  if (run.state === "closed") return "the run is closed";
  if (run.epoch !== before.epoch) return "a worker was started with it";
  const isWhereItWas = run.state === before.state || (hasEnded(run) && isLive(before));
  const isQueuedForIt = run.state === "queued" && hasEnded(before);
  return isWhereItWas || isQueuedForIt ? null : "the run has gone on since";
}

/** What a run that was queued again takes over from before. */
function standingBefore(run: Run, before: Run): Partial<Run> {
  if (run.state !== "queued" || !hasEnded(before)) return {};
  const { state, sinceMs, notBeforeMs, failuresInRow, wish } = before;
  return { state, sinceMs, notBeforeMs, failuresInRow, wish };
}

function isSaid(one: SentMessage, said: SentMessage): boolean {
  return one.by === said.by && one.atMs === said.atMs && one.text === said.text;
}

function changed(run: Run): RunChange {
  return { kind: "changed", run };
}

function refused(why: string): RunChange {
  return { kind: "refused", why };
}
