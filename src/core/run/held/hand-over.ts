// A run goes from one worker to another: with the same worktree and branch, in a new session of the other one, whose prompt
// has a note of what the first one left (core/worker/hand-over-note.ts). Its attempts go on counting.

import { type Act, hasEnded, type Run } from "../../contract/run.ts";
import { inSentence } from "../../text/listed.ts";
import { openQuestion } from "../open-question.ts";
import { changed, type RunTransition, refused, refusedIn, requeue } from "../run-transitions.ts";

/** `from`: the worker that it had, or would have had. */
export type HandOver = Act & { readonly from: string; readonly to: string };

/** queued or ended -> queued. */
export const handOver: RunTransition<HandOver> = (run, { from, to, by, atMs }) => {
  if (run.kind === "by_hand") return refused("it was claimed by hand");
  if (run.takenOver !== null) return refused(`${inSentence(run.takenOver.by)} has taken it over`);
  if (openQuestion(run) !== null) return refused("it waits for an answer, which only its own worker can use");
  if (from === to) return refused(`${inSentence(to)} works on it already`);
  const queued = hasEnded(run)
    ? requeue(run, { notBeforeMs: null, because: "person", nowMs: atMs })
    : run.state === "queued"
      ? changed({ ...run, held: null, notBeforeMs: null })
      : refusedIn(run, "its worker has to end first");
  if (queued.kind === "refused") return queued;
  const handedOver = { from, to, by, atMs };
  return changed({ ...queued.run, requestedWorker: to, session: null, handedOver });
};

/** A fallback that takes the place of a worker; `insteadOf` null: it is that one. */
export type WorkerChoice = { readonly worker: string; readonly insteadOf: string | null };

/** The run as it is started: with a fallback of its worker, if it was never started before. */
export function withFallback(run: Run, choice: WorkerChoice | null, nowMs: number): Run {
  if (choice === null || choice.insteadOf === null || run.attempt > 0) return run;
  const handedOver = { from: choice.insteadOf, to: choice.worker, by: FALLBACK, atMs: nowMs };
  return { ...run, requestedWorker: choice.worker, handedOver };
}

/** Who hands over where the settings decide. */
export const FALLBACK = "fallback";

/** Who was at work at a moment, for a run on which several have worked; null where it was one all the time. */
export function workersOver({
  attempts,
  startedAtMs,
  agent,
}: Pick<Run, "attempts" | "startedAtMs" | "agent">): ((atMs: number) => string) | null {
  const turns = [...attempts, { startedAtMs: startedAtMs ?? Number.POSITIVE_INFINITY, agent }].flatMap(
    (turn) => (turn.agent ? [{ fromMs: turn.startedAtMs, name: turn.agent.name }] : []),
  );
  const [first] = turns;
  if (first === undefined || turns.every(({ name }) => name === first.name)) return null;
  return (atMs) => (turns.findLast(({ fromMs }) => fromMs <= atMs) ?? first).name;
}
