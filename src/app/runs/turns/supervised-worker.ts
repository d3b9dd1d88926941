// A worker as its supervisor sees it, whatever its kind: one attempt of a run.

import type { AttemptEnd, AttemptUse, ProcessIdentity, Run } from "../../../core/contract/run.ts";
import type { Hold } from "../../../core/run/held/hold.ts";

export type SupervisedWorker = {
  /** Of its newest process; null when that could not be started. */
  readonly identity: ProcessIdentity | null;
  /** Resolves when no process of it is left. */
  readonly ended: Promise<AttemptResult>;
  /** The run as it is now: brings messages and answers to the worker. Throws what the store throws. */
  attend(run: Run): Promise<void>;
  /** Whether it ends its turn for a message, and continues. */
  takesInterrupt(run: Run): boolean;
  /** Asks it to end. Safe to call twice. */
  terminate(): void;
  /** SIGKILL to all of it. */
  kill(): void;
};

export type AttemptResult = {
  readonly end: AttemptEnd;
  readonly use: AttemptUse | null;
  /** When the limit that ended it is over; null if none did, or the agent does not say. */
  readonly limitedUntilMs: number | null;
  /** Why the attempt does not count, and what its run waits for; null: it ended. */
  readonly hold?: Hold | null;
  /** Before the end is stored: the pause that it ended by. Throws what the store throws. */
  announce?(): Promise<void>;
  /** The run with what could not be stored while it ran. */
  settle(run: Run): Run;
  /** Once the end is stored: what could not be written before. Never throws. */
  wrapUp?(): Promise<void>;
};
