// The runner as its parent, the server process, sees it, and the parent as the runner sees it. Messages go both ways over
// one channel; it closes when either side dies, which the other side notices.

import type { CycleCause, CycleOutcome } from "../../core/contract/cycle.ts";
import type { CycleProgress } from "../../core/contract/cycle-progress.ts";
import type { LeaseHolder } from "../store/store.ts";

/** From the server to the runner. */
export type RunnerCommand =
  /** Requests a cycle that starts after `askedMs`, by the machine's monotonic clock. */
  | { readonly kind: "refresh"; readonly askedMs: number }
  /** Requests a sync of pull requests. */
  | { readonly kind: "look_up" }
  | { readonly kind: "ping" }
  /** The address of the pages; goes into the lease, so that other servers can point to it. */
  | { readonly kind: "url"; readonly url: string };

/** From the runner to the server. */
export type RunnerEvent =
  | { readonly kind: "pong" }
  /** The runner holds the lease, under this epoch. */
  | { readonly kind: "leading"; readonly epoch: number }
  /** Another process holds the lease; the runner waits for it. */
  | { readonly kind: "standby"; readonly holder: LeaseHolder }
  | {
      readonly kind: "cycle_started";
      readonly startedAtMs: number;
      /** By the machine's monotonic clock, read before the cycle reads anything. */
      readonly beganMs: number;
      readonly causes: readonly CycleCause[];
    }
  /** Of a long cycle. */
  | { readonly kind: "cycle_progress"; readonly progress: CycleProgress }
  | {
      readonly kind: "cycle_ended";
      readonly startedAtMs: number;
      readonly endedAtMs: number;
      readonly beganMs: number;
      /** Its processor time, with the work that followed the previous cycle. */
      readonly cpuMs: number;
      readonly outcome: CycleOutcome;
      /** When the next cycle is due at the latest. */
      readonly nextAttemptAtMs: number;
    }
  /** A sentence an operator should see once. */
  | { readonly kind: "notice"; readonly text: string };

export type RunnerExit = { readonly code: number | null; readonly signal: string | null };

export type RunnerChild = {
  readonly pid: number;
  /** Never throws: a command to a runner that is gone is dropped. */
  send(command: RunnerCommand): void;
  onEvent(listener: (event: RunnerEvent) => void): void;
  /** Called once, also when the process could not be started. */
  onExit(listener: (exit: RunnerExit) => void): void;
  /** Asks it to finish and exit. */
  terminate(): void;
  /** Kills it and its descendants at once (R6). */
  kill(): void;
};

export type RunnerLauncher = { launch(): RunnerChild };

/** The runner's side of the channel. */
export type RunnerParent = {
  send(event: RunnerEvent): void;
  onCommand(listener: (command: RunnerCommand) => void): void;
  /** The server process is gone, or closed the channel. */
  onClose(listener: () => void): void;
  /** An open channel keeps the process alive. Safe to call twice. */
  close(): void;
};
