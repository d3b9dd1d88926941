// A set-up that fails for several tasks, or for want of disk space: the attempts that met it do not count, and their runs wait.

import type { Attempt, AttemptSpared, Run } from "../../contract/run.ts";
import type { Held, ScopedPause } from "../../records/scoped-pause.ts";
import { MINUTE_MS } from "../../values/durations.ts";
import {
  changed,
  entered,
  leftByAttempt,
  type RunTransition,
  refused,
  refusedIn,
} from "../run-transitions.ts";

type Paused = {
  readonly pause: Pick<ScopedPause, "cause" | "scope" | "why" | "untilMs" | "sinceMs">;
  readonly nowMs: number;
};

/** dispatching -> queued: its own set-up has just failed. */
export const holdStart: RunTransition<Paused & { readonly detail: string }> = (
  run,
  { detail, ...paused },
) => {
  if (run.state !== "dispatching") return refusedIn(run, "it is not being started");
  const { nowMs } = paused;
  const spared = sparedBy(paused);
  return entered(run, "queued", nowMs, {
    ...leftByAttempt(run, { end: { kind: "not_started", detail }, spared, nowMs }),
    held: heldBy(paused),
    notBeforeMs: paused.pause.untilMs,
  });
};

/** failed or queued -> queued: the attempts that met it since it began are no failures after all. */
export const spareStart: RunTransition<Paused> = (run, paused) => {
  if (run.state !== "failed" && run.state !== "queued") return refusedIn(run, "it has gone on");
  const first = run.attempts.findLastIndex((attempt) => !hasMet(attempt, paused)) + 1;
  const met = run.attempts.slice(first);
  if (met.length === 0) return refused("its last attempt did not fail in its set-up");
  const spared = sparedBy(paused);
  const next: Run = {
    ...run,
    attempts: [...run.attempts.slice(0, first), ...met.map((attempt) => ({ ...attempt, spared }))],
    failuresInRow: Math.max(0, run.failuresInRow - met.length),
    held: heldBy(paused),
    notBeforeMs: paused.pause.untilMs,
  };
  return run.state === "queued" ? changed(next) : entered(next, "queued", paused.nowMs, {});
};

/** What is needed to free some room, and to notice it. */
const FULL_DISK_RETRY_MS = MINUTE_MS;

/** dispatching -> queued: the disk was full before any measure had said that it is low. */
export const postponeStart: RunTransition<{
  readonly detail: string;
  readonly host: string;
  readonly nowMs: number;
}> = (run, { detail, host, nowMs }) => {
  if (run.state !== "dispatching") return refusedIn(run, "it is not being started");
  const spared: AttemptSpared = {
    ...{ kind: "paused", cause: "setup", why: "the disk is full" },
    scope: { kind: "host", name: host },
  };
  return entered(run, "queued", nowMs, {
    ...leftByAttempt(run, { end: { kind: "not_started", detail }, spared, nowMs }),
    notBeforeMs: nowMs + FULL_DISK_RETRY_MS,
  });
};

/** As system calls, git and package managers say it. */
export function saysDiskIsFull(detail: string): boolean {
  return /\b(?:ENOSPC|EDQUOT)\b|no space left on device|disk quota exceeded/i.test(detail);
}

function hasMet({ end, spared, endedAtMs }: Attempt, { pause }: Paused): boolean {
  return end.kind === "not_started" && spared == null && endedAtMs >= pause.sinceMs;
}

function sparedBy({ pause: { cause, scope, why } }: Paused): AttemptSpared {
  return { kind: "paused", cause, scope, why };
}

function heldBy({ pause: { cause, scope, untilMs }, nowMs }: Paused): Held {
  return { cause, scope, on: scope.name, sinceMs: nowMs, untilMs };
}
