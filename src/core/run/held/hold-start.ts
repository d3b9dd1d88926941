// A set-up that fails for several tasks, or for want of disk space: the attempts that met it do not count, and their runs wait.

import type { Attempt, AttemptSpared, Run } from "../../contract/run.ts";
import { isOfSetUp } from "../../pause/meet-setup.ts";
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

/**
 * failed or queued: the attempts that met it since it began are no failures after all. Where the newest one did, the run waits for it
 * in the queue.
 */
export const spareStart: RunTransition<Paused> = (run, paused) => {
  if (run.state !== "failed" && run.state !== "queued") return refusedIn(run, "it has gone on");
  const met = run.attempts.filter((attempt) => hasMet(run, attempt, paused));
  if (met.length === 0) return refused("none of its attempts failed so");
  const spared = sparedBy(paused);
  const next: Run = {
    ...run,
    attempts: run.attempts.map((attempt) => (met.includes(attempt) ? { ...attempt, spared } : attempt)),
    failuresInRow: Math.max(0, run.failuresInRow - met.length),
  };
  if (met.at(-1) !== run.attempts.at(-1)) return changed(next);
  const waits = { held: heldBy(paused), notBeforeMs: paused.pause.untilMs };
  return run.state === "queued"
    ? changed({ ...next, ...waits })
    : entered(next, "queued", paused.nowMs, waits);
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

function hasMet(run: Run, { end, spared, endedAtMs }: Attempt, { pause }: Paused): boolean {
  if (end.kind !== "not_started" || spared != null || endedAtMs < pause.sinceMs) return false;
  return isOfSetUp(pause.scope, end.detail, run);
}

function sparedBy({ pause: { cause, scope, why } }: Paused): AttemptSpared {
  return { kind: "paused", cause, scope, why };
}

function heldBy({ pause: { cause, scope, untilMs }, nowMs }: Paused): Held {
  return { cause, scope, on: scope.name, sinceMs: nowMs, untilMs };
}
