// Processes of workers: starting a supervisor, seeing whether a process is still that one, and ending what is left.
// Identity is host, boot, pid and start time together; nothing is signalled unless all of them match.

import type { LeftProcess, ProcessIdentity, Run, RunId } from "../../core/contract/run.ts";
import type { Presence } from "../../core/run/observation.ts";

export type SupervisorLaunch = {
  readonly run: RunId;
  readonly epoch: number;
};

/** `ended`: there was something, and it is gone. `left`: it did not end, and has to be looked at. */
export type Remains = "nothing" | "ended" | "left" | "unknown";

export type Workers = {
  /** This process. */
  self(): ProcessIdentity;
  see(identity: ProcessIdentity): Presence;
  /**
   * Starts `tasks supervise` for a run: a process of its own, no child of this one, that outlives it.
   * Rejects with the system's error when it cannot be started at all; whether it began, the store tells.
   */
  launchSupervisor(launch: SupervisorLaunch): Promise<void>;
  /** Makes a supervisor on this host look at its run at once. False when it is not there. */
  nudge(supervisor: ProcessIdentity): boolean;
  /**
   * Ends every process on this host that carries the run in its environment, and all they started: what a dead
   * supervisor left behind. Only those of this epoch and earlier ones, so that somebody who wakes up late and takes the
   * run for dead does not end the worker of its next attempt. Of a run on another host: `unknown`.
   */
  endRemains(run: Pick<Run, "id" | "host" | "epoch" | "worker">): Promise<Remains>;
  /**
   * Who works in these worktrees (relative to the repository, or absolute): by worktree, processes of this machine whose
   * current folder, or a file they have open, is there. Not what belongs to a terminal, nor this process and those above
   * it. One pass over the processes: for the end of a run and for a person who asks, not for a cycle.
   */
  workingIn(worktrees: readonly string[]): ReadonlyMap<string, readonly WorkingProcess[]>;
};

/** A process that works in a worktree, by the name that the system has for it. */
export type WorkingProcess = LeftProcess & { readonly startedAtMs: number };

/** How the worker's process ended. */
export type WorkerExit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  /** It could not be started: the sentence says why. */
  | { readonly kind: "not_started"; readonly detail: string };

export type WorkerStart = {
  readonly run: RunId;
  readonly epoch: number;
  /** A line put into the log before its output; null for none. */
  readonly heading: string | null;
  readonly command: readonly string[];
  /** Absolute: the worktree. */
  readonly folder: string;
  /** Absolute: the folder of the program `tasks`, first on the worker's PATH. */
  readonly programFolder: string;
  /** Added to what a worker inherits. */
  readonly variables: Readonly<Record<string, string>>;
  readonly logMaxBytes: number;
};

/** One worker, as its supervisor has it. */
export type WorkerProcess = {
  /** Null when it could not be started; `ended` then tells. */
  readonly identity: ProcessIdentity | null;
  /** Resolves when the process is gone, and everything in its group and below it: nothing works on after this. */
  readonly ended: Promise<WorkerExit>;
  /** SIGTERM to its group. */
  terminate(): void;
  /** SIGKILL to it and all it started. */
  kill(): void;
};

/** The supervisor's side. */
export type WorkerLauncher = { launch(start: WorkerStart): WorkerProcess };
