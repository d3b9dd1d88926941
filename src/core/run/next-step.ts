// The next step for a run whose worker has ended: retry it, resume it, or leave it for a person. The recovery carries it
// out (app/runs/recovery).

import { hasEnded, type Run } from "../contract/run.ts";
import { DAY_MS } from "../values/durations.ts";
import { openQuestion, stoppedByAnswer } from "./open-question.ts";

export type RetryPolicy = {
  /** Attempts before a person is asked. */
  readonly attempts: number;
  /** Wait before the second attempt; doubles with each further one, up to `maxMs`. */
  readonly firstMs: number;
  readonly maxMs: number;
};

export type NextStep =
  /** No automatic step. `why` completes "it stays as it is: ". */
  | { readonly kind: "stay"; readonly why: string }
  | {
      readonly kind: "requeue";
      readonly because: "retry" | "person";
      readonly notBeforeMs: number | null;
      readonly why: string;
    };

/** Null while the run has not ended. */
export function nextStep(run: Run, policy: RetryPolicy): NextStep | null {
  if (!hasEnded(run) || run.kind === "by_hand") return hasEnded(run) ? stay("it is claimed by hand") : null;
  if (run.takenOver !== null) return stay(`${run.takenOver.by} has taken it over`);
  if (waitsForAnswer(run)) return stay("it waits for an answer");
  const wanted = whyWanted(run);
  if (wanted !== null) return { kind: "requeue", because: "person", notBeforeMs: null, why: wanted };
  const stopper = stoppedBy(run) ?? stoppedByAnswer(run.question);
  if (stopper !== null) return stay(`it was stopped by ${stopper}`);
  if (wasRestarted(run))
    return { kind: "requeue", because: "retry", notBeforeMs: null, why: "its host was restarted" };
  if (!isRetried(run, policy)) return stay(whyNotRetried(run, policy));
  const delayMs = Math.min(policy.firstMs * 2 ** (run.failuresInRow - 1), policy.maxMs);
  return {
    kind: "requeue",
    because: "retry",
    notBeforeMs: Math.max(run.sinceMs + delayMs, limitedUntil(run)),
    why: `attempt ${run.failuresInRow} of ${policy.attempts} failed`,
  };
}

/** Lost with its host, which is no failure of its own. */
export function wasRestarted({ attempts, outcome }: Run): boolean {
  return outcome === null && attempts.at(-1)?.spared?.kind === "restarted";
}

/** The longest usage windows are a week; a wrong time does not hold a run for longer. */
const LIMIT_WAIT_MAX_MS = 7 * DAY_MS;

function limitedUntil({ attempts, sinceMs }: Run): number {
  const until = attempts.at(-1)?.limitedUntilMs ?? sinceMs;
  return Math.min(until, sinceMs + LIMIT_WAIT_MAX_MS);
}

/** A follow-up after the question counts as its answer. */
function waitsForAnswer(run: Run): boolean {
  const question = openQuestion(run);
  return question !== null && !run.followUps.some(({ atMs }) => atMs >= question.askedAtMs);
}

/** Who stopped the newest attempt, also if its worker failed at that moment; null if no one did. */
export function stoppedBy({
  attempts,
  stopRequest,
  state,
}: Pick<Run, "attempts" | "stopRequest" | "state">): string | null {
  const last = attempts.at(-1)?.end;
  if (last?.kind === "stopped") return last.by;
  return stopRequest?.kind === "stop" && state !== "exited" ? stopRequest.by : null;
}

/** Why a person wants it resumed: an undelivered message from after the last stop. */
function whyWanted({ question, followUps, stopRequest }: Run): string | null {
  const stoppedAtMs = stopRequest?.kind === "stop" ? stopRequest.atMs : Number.NEGATIVE_INFINITY;
  const answer = stoppedByAnswer(question) === null ? (question?.answer ?? null) : null;
  if (answer !== null && !answer.delivered && answer.atMs > stoppedAtMs) return "its question was answered";
  return followUps.some(({ atMs }) => atMs > stoppedAtMs) ? "it has a follow-up" : null;
}

function isRetried(run: Run, { attempts }: RetryPolicy): boolean {
  return run.state !== "exited" && run.failuresInRow > 0 && run.failuresInRow < attempts;
}

function whyNotRetried({ state, outcome, failuresInRow }: Run, { attempts }: RetryPolicy): string {
  if (state === "exited")
    return outcome === null
      ? "its worker ended without reporting an outcome"
      : `its worker reported ${outcome.kind}`;
  return failuresInRow >= attempts ? `all ${attempts} attempts failed` : "it was interrupted";
}

function stay(why: string): NextStep {
  return { kind: "stay", why };
}
