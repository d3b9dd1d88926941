// The runner as its parent, the server process, sees it; and the parent as the runner sees it. Messages go both ways
// over one channel that closes when either side dies, which is how each learns of the other's death.

import type { CycleCause, CycleOutcome } from "../../core/contract/cycle.ts";
import type { CycleProgress } from "../../core/contract/cycle-progress.ts";
import type { LeaseHolder } from "../store/store.ts";

/** From the server to the runner. */
export type RunnerCommand =
  /** A cycle is wanted that begins after `askedMs`, by the machine's monotonic clock. */
  | { readonly kind: "refresh"; readonly askedMs: number }
  /** A person wants to know how pull requests are now. */
  | { readonly kind: "look_up" }
  | { readonly kind: "ping" }
  /** Where this runner's pages can be seen: goes into the lease, for the next server to point to. */
  | { readonly kind: "url"; readonly url: string };

/** From the runner to the server. */
export type RunnerEvent =
  | { readonly kind: "pong" }
  /** The lease is ours, under this epoch. */
  | { readonly kind: "leading"; readonly epoch: number }
  /** Somebody else holds the lease; the runner waits for it. */
  | { readonly kind: "standby"; readonly holder: LeaseHolder }
  | {
      readonly kind: "cycle_started";
      readonly startedAtMs: number;
      /** By the machine's monotonic clock, read before the cycle looked at anything. */
      readonly beganMs: number;
      readonly causes: readonly CycleCause[];
    }
  /** Of a cycle that takes long: it gets on. */
  | { readonly kind: "cycle_progress"; readonly progress: CycleProgress }
  | {
      readonly kind: "cycle_ended";
      readonly startedAtMs: number;
      readonly endedAtMs: number;
      readonly beganMs: number;
      /** Processor time that it took, with what followed the cycle before it. */
      readonly cpuMs: number;
      readonly outcome: CycleOutcome;
      /** When the next cycle is due at the latest. */
      readonly nextAttemptAtMs: number;
    }
  /** A sentence an operator should see once. */
  | { readonly kind: "notice"; readonly text: string };

export type RunnerExit = { readonly code: number | null; readonly signal: string | null };

/** One started runner process. */
export type RunnerChild = {
  readonly pid: number;
  /** Never throws: a command to a runner that is gone is dropped, its exit tells the rest. */
  send(command: RunnerCommand): void;
  onEvent(listener: (event: RunnerEvent) => void): void;
  /** Called once, also when the process could not be started. */
  onExit(listener: (exit: RunnerExit) => void): void;
  /** Asks it to finish and end. */
  terminate(): void;
  /** Ends it and everything it started, at once (R6). */
  kill(): void;
};

export type RunnerLauncher = { launch(): RunnerChild };

/** The runner's side of the channel. */
export type RunnerParent = {
  send(event: RunnerEvent): void;
  onCommand(listener: (command: RunnerCommand) => void): void;
  /** The server process is gone, or let go of the runner. */
  onClose(listener: () => void): void;
  /** Lets go of the channel, which would keep the process alive. Safe to call twice. */
  close(): void;
};
