// What becomes of a run whose worker has ended: tried again, gone on with, or left for a person. Decided here for all of
// the program; carried out by the recovery (app/runs/tend-runs.ts).

import { hasEnded, openQuestion, type Run } from "./run.ts";

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
  if (openQuestion(run) !== null) return stay("it waits for an answer");
  if (run.question?.answer && !run.question.answer.delivered)
    return { kind: "requeue", because: "person", notBeforeMs: null, why: "its question was answered" };
  if (run.followUps.length > 0)
    return { kind: "requeue", because: "person", notBeforeMs: null, why: "it has a follow-up" };
  const last = run.attempts.at(-1)?.end;
  if (last?.kind === "stopped") return stay(`it was stopped by ${last.by}`);
  if (!isRetried(run, policy)) return stay(whyNotRetried(run, policy));
  const delayMs = Math.min(policy.firstMs * 2 ** (run.failuresInRow - 1), policy.maxMs);
  return {
    kind: "requeue",
    because: "retry",
    notBeforeMs: run.sinceMs + delayMs,
    why: `attempt ${run.attempt} failed, and ${policy.attempts} are made`,
  };
}

function isRetried(run: Run, { attempts }: RetryPolicy): boolean {
  return run.state !== "exited" && run.failuresInRow > 0 && run.failuresInRow < attempts;
}

function whyNotRetried({ state, outcome, failuresInRow }: Run, { attempts }: RetryPolicy): string {
  if (state === "exited") return outcome === null ? "its worker ended without saying how it went" : `its worker says ${outcome.kind}`;
  return failuresInRow >= attempts ? `all ${attempts} attempts failed` : "it was interrupted";
}

function stay(why: string): NextStep {
  return { kind: "stay", why };
}
