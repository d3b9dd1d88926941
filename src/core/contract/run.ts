// A run: the work on one task, from the wish for it to its delivery. It lives in the store, never in the task's file.
//
// A task has at most one open run, and a run at most one worker at a time, in one worktree on one branch. What holds
// this together:
//   - the store has one open run per task (a unique index), so a second claim is refused in the statement that makes it;
//   - each hand-over of a run gets a new `epoch`, and whatever a dispatcher, supervisor or worker writes carries the
//     epoch it was given: once superseded, it is refused;
//   - a supervisor begins its run in the store before it starts the worker, so that two can never both have one.
//
// The states and who may change them stand in transitions.ts, which is the only place that does.

import type { AttemptProof } from "./attempt-proof.ts";
import type { CommitSha } from "./commit-sha.ts";

export const RUN_STATES = [
  /** Somebody wants it worked on; it waits for its turn. */
  "queued",
  /** A dispatcher took it and prepares worktree and worker. */
  "dispatching",
  /** A worker is at work (or a person, by hand). */
  "running",
  /** The worker ended by itself, without an error. */
  "exited",
  /** It could not be started, ended with an error, or said that it failed. */
  "failed",
  /** It was ended from outside, or its supervisor is gone. */
  "interrupted",
  /** Over: delivered, abandoned or superseded. Nothing changes it any more. */
  "closed",
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** `supervised`: a worker process of ours. `by_hand`: somebody works on it whom nobody here started. */
export type RunKind = "supervised" | "by_hand";

/** Unique over all repositories, so that a process can be told by the one in its environment. */
export type RunId = string & { readonly __brand: "RunId" };

/** A process for sure: a pid alone is used again. `id` holds host, boot, pid and start time (ports/process-witness.ts). */
export type ProcessIdentity = { readonly id: string; readonly host: string; readonly pid: number };

/** Still at work in a run's worktree after its worker had ended. `name` is the system's: `sleep`. */
export type LeftProcess = ProcessIdentity & { readonly name: string };

/** Who did something by hand, and when. */
export type Act = { readonly by: string; readonly atMs: number };

export type Outcome = {
  readonly kind: "done" | "blocked" | "failed";
  /** What the worker said, at most a few lines. */
  readonly note: string;
  readonly atMs: number;
};

export type Question = {
  /** 1, 2, ... within the run. */
  readonly number: number;
  readonly text: string;
  readonly choices: readonly string[];
  readonly askedAtMs: number;
  /** Null while it is open. `delivered`: a waiting `tasks ask` has printed it, or a worker was started with it. */
  readonly answer: (Act & { readonly text: string; readonly delivered: boolean }) | null;
};

/** What the worker is to be told next, in the same worktree: a follow-up of a person. */
export type FollowUp = Act & { readonly text: string };

/** How a worker's attempt ended. */
export type AttemptEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  /** Never began: worktree, hook or program would not do. */
  | { readonly kind: "not_started"; readonly detail: string }
  /** Its dispatcher or supervisor is gone, and it with it. */
  | { readonly kind: "lost"; readonly detail: string }
  /** A person had it stopped, or interrupted for a follow-up. */
  | { readonly kind: "stopped"; readonly by: string };

export type Attempt = {
  readonly number: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly end: AttemptEnd;
};

export type Run = {
  readonly id: RunId;
  /** The task's key; also the name of worktree and branch. */
  readonly key: string;
  readonly kind: RunKind;
  readonly state: RunState;
  /** When it entered `state`. */
  readonly sinceMs: number;
  /** Grows with each hand-over; 1 for a new run. */
  readonly epoch: number;
  /** Grows with each change; what a writer read must still be there when it writes. */
  readonly revision: number;
  /** Canonical owner of the task when it was queued, for the limit per owner. */
  readonly owner: string | null;
  readonly queued: Act & { readonly note: string | null };
  /** Not to be started before; null: at once. */
  readonly notBeforeMs: number | null;
  /** Which start of a worker this is or was; 0 before the first. */
  readonly attempt: number;
  /** Attempts that failed since the last that did not, or since a person had a say. */
  readonly failuresInRow: number;
  /** The latest, oldest first. */
  readonly attempts: readonly Attempt[];
  /** Number of its block of ports among the open runs, from 0; null once closed. */
  readonly portBlock: number | null;
  /** First of its ports on this machine, as of the newest attempt; null before one, and of earlier versions. */
  readonly firstPort: number | null;
  /** Relative to the repository (`.worktrees/<slug>`); absolute for one that somebody else made; null before there is one. */
  readonly worktree: string | null;
  readonly branch: string | null;
  /** What the branch started from. */
  readonly baseCommit: CommitSha | null;
  /** Of the task's file in the root when the worker was started: tells whether it was edited since. */
  readonly taskHash: string | null;
  /** The root's file differed from the last commit when the worker was started. */
  readonly uncommitted: boolean;
  /** What the worker is called: `claude`, or the name somebody gave for work by hand. */
  readonly workerName: string | null;
  readonly host: string | null;
  /** The dispatcher while dispatching, the supervisor while running. */
  readonly holder: ProcessIdentity | null;
  readonly worker: ProcessIdentity | null;
  /** What the worker has to show when it speaks for the run; null before its supervisor made it. */
  readonly proof: AttemptProof | null;
  /** Found in the worktree when the newest attempt ended, and not known for sure to be the worker's, or not to be ended. */
  readonly leftRunning: readonly LeftProcess[];
  /** When the newest attempt's worker was started. */
  readonly startedAtMs: number | null;
  readonly report: { readonly text: string; readonly atMs: number } | null;
  /** What the worker said it waits for. */
  readonly wait: { readonly on: string; readonly untilMs: number; readonly atMs: number } | null;
  readonly question: Question | null;
  readonly followUps: readonly FollowUp[];
  readonly outcome: Outcome | null;
  /** What a person wants of the running worker. */
  readonly wish: (Act & { readonly kind: "stop" | "interrupt"; readonly note: string | null }) | null;
  readonly closing:
    | (Act & { readonly as: "delivered" | "abandoned" | "superseded"; readonly why: string })
    | null;
};

/** A worker may be alive in these states: they count against the limits, and no second one is started. */
export function isLive({ state }: Pick<Run, "state">): boolean {
  return state === "dispatching" || state === "running";
}

/** The worker's end is known and nothing has been decided about it yet. */
export function hasEnded({ state }: Pick<Run, "state">): boolean {
  return state === "exited" || state === "failed" || state === "interrupted";
}

/** Whether a queued run may be started. Where the clock was set back since it was queued, its wait cannot be told, and is over. */
export function isDue(
  { notBeforeMs, sinceMs }: Pick<Run, "notBeforeMs" | "sinceMs">,
  nowMs: number,
): boolean {
  return notBeforeMs === null || nowMs >= notBeforeMs || nowMs < sinceMs;
}
