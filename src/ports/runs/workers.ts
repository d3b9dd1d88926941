// Processes of workers: starting a supervisor, checking whether a process still lives, and ending leftovers. A process is
// identified by host, boot, pid and start time; nothing is signalled unless all of them match.

import type { Line } from "../../core/agent/lines/line-splitter.ts";
import type { LeftProcess, ProcessIdentity, Run, RunId } from "../../core/contract/run.ts";
import type { Presence } from "../../core/run/observation.ts";
import type { RunEvents } from "./run-events.ts";

export type SupervisorLaunch = {
  readonly run: RunId;
  readonly epoch: number;
};

/** `ended`: leftovers were ended. `left`: they did not end, and need a person. */
export type Remains = "nothing" | "ended" | "left" | "unknown";

export type Workers = {
  /** This process. */
  self(): ProcessIdentity;
  see(identity: ProcessIdentity): Presence;
  /** It ran on this host before that was restarted, which ended it. False where that is unknown. */
  endedWithHost(identity: ProcessIdentity): boolean;
  /**
   * Starts `tasks supervise` for a run, detached, so that it outlives this process. Rejects with the system's error when it
   * cannot be started; whether it got going, the store says.
   */
  launchSupervisor(launch: SupervisorLaunch): Promise<void>;
  /** Makes a supervisor on this host read its run at once. False when there is none. */
  nudge(supervisor: ProcessIdentity): boolean;
  /**
   * Ends every process on this host that carries the run in its environment, with all their descendants: leftovers of a
   * dead supervisor. Only of this epoch and earlier ones, so that a late caller does not end the worker of the next attempt.
   * `unknown` for a run on another host.
   */
  endRemains(run: Pick<Run, "id" | "host" | "epoch" | "worker">): Promise<Remains>;
  /**
   * By worktree (relative to the repository, or absolute), the processes of this machine whose current folder or an open
   * file is there; without processes of a terminal, this one and its ancestors. One pass over all processes: for the end of
   * a run and on request, not for a cycle.
   */
  workingIn(worktrees: readonly string[]): ReadonlyMap<string, readonly WorkingProcess[]>;
};

export type WorkingProcess = LeftProcess & { readonly startedAtMs: number };

/** How the worker's process ended. */
export type WorkerExit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  | { readonly kind: "not_started"; readonly detail: string };

export type WorkerStart = {
  readonly run: RunId;
  readonly epoch: number;
  /** A line for the log before its output. */
  readonly heading: string | null;
  readonly command: readonly string[];
  /** Absolute: the worktree. */
  readonly folder: string;
  /** Absolute: the folder of the program `tasks`, first on the worker's PATH. */
  readonly programFolder: string;
  /** In addition to what a worker inherits. */
  readonly variables: Readonly<Record<string, string>>;
  /** Values of files that were copied into its worktree: kept out of its log and events, like those of its environment. */
  readonly secrets?: readonly string[];
  readonly logMaxBytes: number;
  /** Null: its stdin is closed, and its output goes to the log only. */
  readonly channel: WorkerChannel | null;
};

/** A worker's streams beside its log. Lines arrive whole and in order, all of them before the worker counts as ended. */
export type WorkerChannel = {
  readonly stdin: "open" | "closed";
  readonly onLine: (line: Line) => void;
  /** Of stderr. */
  readonly onErrorLine: (line: Line) => void;
};

export type WorkerProcess = {
  /** Null when it could not be started; `ended` then says why. */
  readonly identity: ProcessIdentity | null;
  /** Resolves when the process, its group and its descendants are gone. */
  readonly ended: Promise<WorkerExit>;
  /** SIGTERM to its process group. */
  terminate(): void;
  /** SIGKILL to it and its descendants. */
  kill(): void;
  /** Writes a line to its stdin; does nothing without one. */
  send(line: string): void;
  /** Ends its stdin. Safe to call twice. */
  closeInput(): void;
};

export type WorkerLauncher = {
  launch(start: WorkerStart): WorkerProcess;
  /** What its agent does is written here, without the secrets of the worker's environment. */
  openEvents(start: Omit<WorkerStart, "command" | "channel">, attempt: number): RunEvents;
};
