// A run is held when its attempt ended through nothing of its task's: a usage limit, an outage, a wait, a kill for want of
// memory. It goes back to the queue with its session, worktree and branch, takes no slot, and its next attempt has the same
// number. One that waits for a person's answer ends instead, since the answer requeues it.
//
//   running --hold, `held` set--> queued --what it waited for has come--> taken as any other
//   running --hold, `held` null--> exited, with its open question --the answer--> queued
//   running --hold, after an outcome or a request to stop--> as `end` says
//
// `notBeforeMs` repeats `held.untilMs` for runners of the version before, which know nothing of what is held.

import type { AttemptSpared, Run } from "../../contract/run.ts";
import type { Held, PauseCause, PauseScope } from "../../records/scoped-pause.ts";
import { MINUTE_MS } from "../../values/durations.ts";
import {
  changed,
  end,
  entered,
  leftByAttempt,
  type RunTransition,
  refused,
  refusedIn,
  type WorkerEnding,
} from "../run-transitions.ts";

export type Hold = {
  /** Why its attempt does not count. */
  readonly spared: AttemptSpared;
  /** What it waits for in the queue; null: for a person. */
  readonly held: Held | null;
};

/** running -> queued or exited, by its supervisor. */
export const hold: RunTransition<WorkerEnding & Hold> = (run, { spared, held, ...ending }) => {
  if (run.outcome !== null || run.stopRequest !== null) return end(run, ending);
  if (run.state !== "running" || run.kind === "by_hand")
    return refusedIn(run, "no supervised worker is running");
  const { leftRunning = [], nowMs } = ending;
  const isOutOfMemory = spared.kind === "out_of_memory";
  return entered(run, held === null ? "exited" : "queued", nowMs, {
    ...leftByAttempt(run, { ...ending, spared }),
    leftRunning,
    held,
    notBeforeMs: held?.untilMs ?? null,
    alone: run.alone || isOutOfMemory,
  });
};

/** What a run in the queue waited for has come, or is no longer waited for. */
export const endHold: RunTransition<object> = (run) => {
  if (run.state !== "queued") return refusedIn(run, "only a queued run is held");
  if (run.held === null) return refused("it is not held");
  return changed({ ...run, held: null, notBeforeMs: null });
};

/** While its pause lasts. */
export function holdFor({ cause, scope, why, untilMs }: Paused, nowMs: number): Hold {
  return {
    spared: { kind: "paused", cause, scope, why },
    held: { cause, scope, on: scope.name, sinceMs: nowMs, untilMs },
  };
}

type Paused = {
  readonly cause: PauseCause;
  readonly scope: PauseScope;
  readonly why: string;
  readonly untilMs: number | null;
};

/** Its answer queues it. */
export const FOR_AN_ANSWER: Hold = { spared: { kind: "waiting", on: "an answer" }, held: null };

/** A wait that is over sooner is not worth a new start. */
const WAIT_MIN_MS = MINUTE_MS;

/** Whether it has declared a wait that is not over. */
export function isWaiting({ wait }: Pick<Run, "wait">, nowMs: number): boolean {
  return wait !== null && wait.untilMs - nowMs >= WAIT_MIN_MS;
}

/** Until what its worker declared to wait for; null if there is none. */
export function holdForWait({ wait }: Pick<Run, "wait">, nowMs: number): Hold | null {
  if (wait === null || !isWaiting({ wait }, nowMs)) return null;
  const { on, untilMs } = wait;
  const held: Held = { cause: "wait", scope: null, on, sinceMs: nowMs, untilMs };
  return { spared: { kind: "waiting", on }, held };
}

export type MemoryKill = Omit<Extract<AttemptSpared, { kind: "out_of_memory" }>, "kind">;

/** Until it can run alone. */
export function holdForMemory(kill: MemoryKill, nowMs: number): Hold {
  return {
    spared: { kind: "out_of_memory", ...kill },
    held: { cause: "memory", scope: null, on: "the other workers", sinceMs: nowMs, untilMs: null },
  };
}

/** More kills in a row for want of memory are failures: the task itself needs more than there is. */
const KILLS_SPARED = 2;

/** Whether one more kill for want of memory is not counted. */
export function isKillSpared({ attempts }: Pick<Run, "attempts">): boolean {
  return attempts.slice(-KILLS_SPARED).filter(wasKilled).length < KILLS_SPARED;
}

function wasKilled({ spared }: Run["attempts"][number]): boolean {
  return spared?.kind === "out_of_memory";
}
