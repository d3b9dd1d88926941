// What becomes of a run whose worker has ended: tried again, gone on with, or left for a person. Decided here for all of
// the program; carried out by the recovery (app/runs/recovery/recover-runs.ts).

import { hasEnded, type Run } from "../contract/run.ts";
import { openQuestion } from "./open-question.ts";

export type RetryPolicy = {
  /** Attempts before a person is asked. */
  readonly attempts: number;
  /** Wait before the second attempt; doubles with each further one, up to `maxMs`. */
  readonly firstMs: number;
  readonly maxMs: number;
};

export type NextStep =
  /** Nothing to do by itself. `why` completes "it stays as it is: ". */
  | { readonly kind: "stay"; readonly why: string }
  | {
      readonly kind: "requeue";
      readonly because: "retry" | "person";
      readonly notBeforeMs: number | null;
      readonly why: string;
    };

/** Null while the run has not ended. */
export function nextStep(run: Run, policy: RetryPolicy): NextStep | null {
  if (!hasEnded(run) || run.kind === "by_hand") return hasEnded(run) ? stay("it is worked on by hand") : null;
  if (waitsForAnswer(run)) return stay("it waits for an answer");
  const wanted = whyWanted(run);
  if (wanted !== null) return { kind: "requeue", because: "person", notBeforeMs: null, why: wanted };
  const stopper = stoppedBy(run);
  if (stopper !== null) return stay(`it was stopped by ${stopper}`);
  if (!isRetried(run, policy)) return stay(whyNotRetried(run, policy));
  const delayMs = Math.min(policy.firstMs * 2 ** (run.failuresInRow - 1), policy.maxMs);
  return {
    kind: "requeue",
    because: "retry",
    notBeforeMs: run.sinceMs + delayMs,
    why: `attempt ${run.failuresInRow} of ${policy.attempts} failed`,
  };
}

/** Somebody who says more after it asked has answered in their way. */
function waitsForAnswer(run: Run): boolean {
  const question = openQuestion(run);
  return question !== null && !run.followUps.some(({ atMs }) => atMs >= question.askedAtMs);
}

/** Who stopped the newest attempt; also when its worker failed by itself in that moment. Null: nobody. */
export function stoppedBy({
  attempts,
  wish,
  state,
}: Pick<Run, "attempts" | "wish" | "state">): string | null {
  const last = attempts.at(-1)?.end;
  if (last?.kind === "stopped") return last.by;
  return wish?.kind === "stop" && state !== "exited" ? wish.by : null;
}

/** What a person said that no worker was told yet. Whoever stops a worker takes back what was said before. */
function whyWanted({ question, followUps, wish }: Run): string | null {
  const stoppedAtMs = wish?.kind === "stop" ? wish.atMs : Number.NEGATIVE_INFINITY;
  const answer = question?.answer ?? null;
  if (answer !== null && !answer.delivered && answer.atMs > stoppedAtMs) return "its question was answered";
  return followUps.some(({ atMs }) => atMs > stoppedAtMs) ? "it has a follow-up" : null;
}

function isRetried(run: Run, { attempts }: RetryPolicy): boolean {
  return run.state !== "exited" && run.failuresInRow > 0 && run.failuresInRow < attempts;
}

function whyNotRetried({ state, outcome, failuresInRow }: Run, { attempts }: RetryPolicy): string {
  if (state === "exited")
    return outcome === null
      ? "its worker ended without saying how it went"
      : `its worker says ${outcome.kind}`;
  return failuresInRow >= attempts ? `all ${attempts} attempts failed` : "it was interrupted";
}

function stay(why: string): NextStep {
  return { kind: "stay", why };
}
