// A run: the work on one task, from the request to its delivery. It is kept in the store, never in the task's file.
//
// A task has at most one open run, and a run at most one worker at a time, in one worktree on one branch. This is ensured
// in three ways:
//   - a unique index in the store allows one open run per task, so a second claim fails in its own insert;
//   - each hand-over of a run increments `epoch`; dispatchers, supervisors and workers send the epoch that they were
//     given, and a superseded one is refused;
//   - a supervisor records the start in the store before it starts the worker, so two supervisors cannot both have one.
//
// run-transitions.ts is the only place that changes states.

import type { RunId } from "../records/run-id.ts";
import type { Held, PauseCause, PauseScope } from "../records/scoped-pause.ts";
import type { CommitSha } from "./commit-sha.ts";

export const RUN_STATES = [
  /** Requested; waits for its turn. */
  "queued",
  /** A dispatcher is preparing worktree and worker. */
  "dispatching",
  /** A worker, or a person by hand, is working on it. */
  "running",
  /** The worker ended without an error. */
  "exited",
  /** It could not be started, ended with an error, or said that it failed. */
  "failed",
  /** It was stopped from outside, or its supervisor is gone. */
  "interrupted",
  /** Final: delivered, abandoned or superseded. */
  "closed",
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** `supervised`: a worker that this program started. `by_hand`: a person or tool started outside this program. */
export type RunKind = "supervised" | "by_hand";

export type { RunId };

/** Identifies a process despite pid reuse: `id` holds host, boot, pid and start time. */
export type ProcessIdentity = { readonly id: string; readonly host: string; readonly pid: number };

/** A process still running in the worktree after the worker ended. `name` is the system's: `sleep`. */
export type LeftProcess = ProcessIdentity & { readonly name: string };

/** Who did something, and when. */
export type Act = { readonly by: string; readonly atMs: number };

export type Outcome = {
  readonly kind: "done" | "blocked" | "failed";
  /** The worker's note, at most a few lines. */
  readonly note: string;
  readonly atMs: number;
};

export type Question = {
  /** 1, 2, ... within the run. */
  readonly number: number;
  readonly text: string;
  readonly choices: readonly string[];
  /** What the worker continues with if there is no answer until then (`tasks ask --default`). */
  readonly fallback?: { readonly text: string; readonly atMs: number } | null;
  /** The agent's own request that waits for the answer (`asked`); null or absent: asked with `tasks ask`. */
  readonly request?: {
    readonly id: string;
    readonly about: "permission" | "question";
    /** What a permission is asked for, word for word; absent: not known, too long to keep, or it holds a secret. */
    readonly exact?: string;
  } | null;
  readonly askedAtMs: number;
  /** Null while open. `delivered`: a waiting `tasks ask` printed it, or a worker was started with it. */
  readonly answer: (Act & { readonly text: string; readonly delivered: boolean }) | null;
};

/** A person's message to the worker, delivered with its next start. */
export type FollowUp = Act & { readonly text: string };

/** How a worker's attempt ended. */
export type AttemptEnd =
  | {
      readonly kind: "exited";
      readonly code: number;
      /** Its turn was not over, whatever the code: why, completing "did not finish: ". */
      readonly unfinished?: string;
    }
  | { readonly kind: "signalled"; readonly signal: string }
  /** Never started: worktree, hook or program failed. */
  | { readonly kind: "not_started"; readonly detail: string }
  /** Gone together with its dispatcher or supervisor. */
  | { readonly kind: "lost"; readonly detail: string }
  /** A person stopped it, or interrupted it for a follow-up. */
  | { readonly kind: "stopped"; readonly by: string };

export type Attempt = {
  readonly number: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly end: AttemptEnd;
  /** Absent in attempts of earlier versions. */
  readonly agent?: RunAgent | null;
  readonly use?: AttemptUse | null;
  /** When the usage limit that ended it is over, as far as the agent says: a retry before that fails too. */
  readonly limitedUntilMs?: number;
  /** It ended through nothing of its task's: it failed nothing, and the next one has the same number. */
  readonly spared?: AttemptSpared | null;
};

/** Why an attempt does not count. */
export type AttemptSpared =
  | {
      readonly kind: "paused";
      readonly cause: PauseCause;
      readonly scope: PauseScope;
      readonly why: string;
    }
  /** Its host was restarted. */
  | { readonly kind: "restarted" }
  /** Its turn was interrupted, so that it waits without a slot: for an answer, or for `on`. */
  | { readonly kind: "waiting"; readonly on: string }
  /** The kernel killed it: megabytes that it had, and what ran. */
  | {
      readonly kind: "out_of_memory";
      readonly mb: number | null;
      readonly during: string | null;
    };

/** A question that its worker decided alone, since there was no answer in time. */
export type DecidedAlone = { readonly question: string; readonly answer: string; readonly atMs: number };

/** How often a person has raised the run's budget, and what reached it; null while nothing has. */
export type RunBudget = {
  readonly raises: number;
  readonly reached: {
    readonly what: "usd" | "tokens" | "minutes" | "tools" | "day_usd";
    readonly atMs: number;
    /** How much was used then. */
    readonly used?: number;
  } | null;
};

/** The worker of an attempt, as the settings named it. */
export type RunAgent = {
  /** Its key in `workers:`. */
  readonly name: string;
  /** KindName; a later version may have more. */
  readonly kind: string;
  /** Absolute: the file that was started; null before its supervisor looked. */
  readonly program: string | null;
  readonly version: string | null;
  /** `ask`, `edits` or `full`; a later version may have more. */
  readonly permissions?: string;
  /** Started through a sandbox of the user's. */
  readonly wrapped?: boolean;
};

export type RunSession = {
  /** The kind that it belongs to: another kind cannot resume it. */
  readonly kind: string;
  readonly id: string;
  /** The agent has confirmed it: it can be resumed. */
  readonly isStarted: boolean;
};

/** What an attempt used, as far as its agent says. */
export type AttemptUse = {
  readonly tokens: { readonly input: number; readonly output: number; readonly cached: number } | null;
  readonly cost: { readonly usd: number; readonly isEstimate: boolean } | null;
  readonly events: number;
  readonly unparsed: number;
  /** Tool calls; absent in attempts of earlier versions, as is `workMs`. */
  readonly tools?: number;
  /** At work: neither asleep nor waiting. */
  readonly workMs?: number;
};

export type Run = {
  readonly id: RunId;
  /** The task's key; worktree and branch are named after it. */
  readonly key: string;
  readonly kind: RunKind;
  readonly state: RunState;
  /** When it entered `state`. */
  readonly sinceMs: number;
  /** Incremented with each hand-over; 1 for a new run. */
  readonly epoch: number;
  /** Incremented with each change, for optimistic locking. */
  readonly revision: number;
  /** The task's canonical owner when it was queued, for the limit per owner. */
  readonly owner: string | null;
  readonly queued: Act & { readonly note: string | null };
  /** Earliest start; null: at once. */
  readonly notBeforeMs: number | null;
  /** Number of the current or latest attempt; 0 before the first. */
  readonly attempt: number;
  /** Failed attempts since the last that did not fail, or since a person intervened. */
  readonly failuresInRow: number;
  /** The latest attempts, oldest first. */
  readonly attempts: readonly Attempt[];
  /** What attempts used that are no longer among `attempts`; absent before there are any. */
  readonly usedBefore?: AttemptUse | null;
  /** Index of its block of ports among the open runs, from 0; null once closed. */
  readonly portBlock: number | null;
  /** First port of the newest attempt; null before one, and in runs of earlier versions. */
  readonly firstPort: number | null;
  /** Relative to the repository (`.worktrees/<slug>`); absolute for one made outside this program; null before there is one. */
  readonly worktree: string | null;
  readonly branch: string | null;
  /** The commit that the branch started from. */
  readonly baseCommit: CommitSha | null;
  /** Hash of the task's file in the root when the worker was started, to see later edits. */
  readonly taskHash: string | null;
  /** The task's file in the root had uncommitted changes when the worker was started. */
  readonly uncommitted: boolean;
  /** `claude`, or the name given for work by hand. */
  readonly workerName: string | null;
  /** The entry of `workers:` that a person asked for (`kickoff --worker`); null: the task's or the default one. */
  readonly requestedWorker: string | null;
  /** What the newest attempt was started with; null before one, and in runs of earlier versions. */
  readonly agent: RunAgent | null;
  /** The agent's session; null before there is one, and where its kind has none. */
  readonly session: RunSession | null;
  readonly host: string | null;
  /** The dispatcher while dispatching, the supervisor while running. */
  readonly holder: ProcessIdentity | null;
  readonly worker: ProcessIdentity | null;
  /** What a worker must show to report for the run; null before its supervisor made it. */
  readonly proof: AttemptProof | null;
  /** Found in the worktree when the newest attempt ended, and not certainly the worker's, or unkillable. */
  readonly leftRunning: readonly LeftProcess[];
  /** When the newest attempt's worker was started. */
  readonly startedAtMs: number | null;
  readonly report: { readonly text: string; readonly atMs: number } | null;
  /** What the worker declared it waits for. */
  readonly wait: { readonly on: string; readonly untilMs: number; readonly atMs: number } | null;
  readonly question: Question | null;
  /** At most the newest 20. */
  readonly decidedAlone: readonly DecidedAlone[];
  /** While queued: what else than its turn it waits for. */
  readonly held: Held | null;
  /** The kernel killed its worker for want of memory: the next one runs while no other worker does. */
  readonly alone: boolean;
  readonly budget: RunBudget;
  /** The worker that it was handed over from, with its session's last words in a note; null if it was not. */
  readonly handedOver: (Act & { readonly from: string; readonly to: string }) | null;
  readonly followUps: readonly FollowUp[];
  readonly outcome: Outcome | null;
  /** How many tasks its workers have proposed. */
  readonly proposals: number;
  /** Who has taken over its session, and works on it now; `holder`: the process that has it open, null for none. */
  readonly takenOver: (Act & { readonly holder: ProcessIdentity | null }) | null;
  /** A person's request to stop or interrupt the running worker. */
  readonly stopRequest: (Act & { readonly kind: "stop" | "interrupt"; readonly note: string | null }) | null;
  readonly closing:
    | (Act & { readonly as: "delivered" | "abandoned" | "superseded"; readonly why: string })
    | null;
};

/** A worker may be alive: the run counts against the limits, and no second worker is started. */
export function isLive({ state }: Pick<Run, "state">): boolean {
  return state === "dispatching" || state === "running";
}

/** The worker has ended, and what happens next is undecided. */
export function hasEnded({ state }: Pick<Run, "state">): boolean {
  return state === "exited" || state === "failed" || state === "interrupted";
}

/**
 * Whether a queued run may be started as far as its own times say. If the clock was set back since it was queued, its delay is
 * over. For one that waits for a pause the pause decides, which may end earlier or later (core/pause).
 */
export function isDue(
  {
    notBeforeMs,
    sinceMs,
    held,
  }: Pick<Run, "notBeforeMs" | "sinceMs"> & { readonly held: { scope: unknown } | null },
  nowMs: number,
): boolean {
  if (held !== null && held.scope !== null) return true;
  return notBeforeMs === null || nowMs >= notBeforeMs || nowMs < sinceMs;
}

/** How a live run is getting on. */
export const VERDICTS = ["starting", "working", "waiting", "overdue", "asking", "quiet", "unknown"] as const;
export type Verdict = (typeof VERDICTS)[number];

export type AttemptProof = {
  /** The epoch it belongs to; proofs of earlier epochs are void. */
  readonly epoch: number;
  readonly hash: string;
};
