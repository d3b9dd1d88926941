// The attempts at a cycle that this server knows of, and their counts for /metrics.

import type { CycleFailure, CycleOutcome } from "../../core/contract/cycle.ts";
import type { CycleProgress } from "../../core/contract/cycle-progress.ts";
import type { CycleAttempt } from "../../core/cycle/freshness.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import type { CycleRecord } from "../../ports/store/store.ts";

export type Attempts = {
  readonly newest: CycleAttempt | null;
  /** The newest attempt that no longer runs. */
  readonly lastEnded: CycleAttempt | null;
  readonly lastSuccessAtMs: number | null;
  readonly succeeded: number;
  readonly failedByReason: Readonly<Record<string, number>>;
};

type Times = { readonly startedAtMs: number; readonly endedAtMs: number };

export const NO_ATTEMPTS: Attempts = {
  newest: null,
  lastEnded: null,
  lastSuccessAtMs: null,
  succeeded: 0,
  failedByReason: {},
};

export function attemptStarted(
  attempts: Attempts,
  startedAtMs: number,
  progress: CycleProgress | null = null,
): Attempts {
  const running = { startedAtMs, endedAtMs: null, outcome: "running", reason: null, detail: null } as const;
  return { ...attempts, newest: progress === null ? running : { ...running, progress } };
}

export function attemptProgressed(attempts: Attempts, progress: CycleProgress): Attempts {
  const { newest } = attempts;
  return newest?.outcome === "running" ? { ...attempts, newest: { ...newest, progress } } : attempts;
}

export function attemptEnded(
  attempts: Attempts,
  { startedAtMs, endedAtMs }: Times,
  outcome: CycleOutcome,
): Attempts {
  switch (outcome.kind) {
    case "refused":
      // Another runner leads now, and its cycles count.
      return { ...attempts, newest: attempts.lastEnded };
    case "failed":
      return attemptFailed(attempts, { startedAtMs, endedAtMs }, outcome);
    case "published":
    case "attested":
      return succeed(attempts, {
        startedAtMs,
        endedAtMs,
        outcome: outcome.kind,
        reason: null,
        detail: null,
      });
    default:
      return assertNever(outcome);
  }
}

export function attemptFailed(
  attempts: Attempts,
  { startedAtMs, endedAtMs }: Times,
  { reason, detail }: CycleFailure,
): Attempts {
  const failed = { startedAtMs, endedAtMs, outcome: "failed", reason, detail } as const;
  const failedByReason = {
    ...attempts.failedByReason,
    [reason]: (attempts.failedByReason[reason] ?? 0) + 1,
  };
  return { ...attempts, newest: failed, lastEnded: failed, failedByReason };
}

/** The runner ended: the attempt that was running, or the next one that now cannot come, has failed. */
export function attemptLost(attempts: Attempts, failure: CycleFailure, nowMs: number): Attempts {
  const running = attempts.newest?.outcome === "running" ? attempts.newest : null;
  return attemptFailed(attempts, { startedAtMs: running?.startedAtMs ?? nowMs, endedAtMs: nowMs }, failure);
}

/** What the store's history says about another process's runner. */
export function attemptRecorded(attempts: Attempts, record: CycleRecord): Attempts {
  const { startedAtMs, endedAtMs, outcome, reason, detail, progress = null } = record;
  const known = attempts.newest;
  // What is known of this attempt or a later one counts more: the record of a dead runner stays "running".
  const isNews = known === null || startedAtMs > known.startedAtMs;
  const isRunning = known?.startedAtMs === startedAtMs && known.outcome === "running";
  if (endedAtMs === null || outcome === "running") {
    if (isNews) return attemptStarted(attempts, startedAtMs, progress);
    return isRunning && progress !== null ? attemptProgressed(attempts, progress) : attempts;
  }
  if (!isNews && !isRunning) return attempts;
  if (outcome !== "failed") return succeed(attempts, { startedAtMs, endedAtMs, outcome, reason, detail });
  return attemptFailed(
    attempts,
    { startedAtMs, endedAtMs },
    { reason: reason ?? "exit", detail: detail ?? "The update failed." },
  );
}

function succeed(attempts: Attempts, attempt: CycleAttempt): Attempts {
  const { succeeded } = attempts;
  return {
    ...attempts,
    newest: attempt,
    lastEnded: attempt,
    lastSuccessAtMs: attempt.endedAtMs,
    succeeded: succeeded + 1,
  };
}
