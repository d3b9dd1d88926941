// What the store keeps of runs: the runs themselves, the pause of all starts, and acknowledgements of signals. Part of
// the store (store.ts), with the same adapters and contract suite. Unlike publications none of this needs the lease: the
// run's own epoch and revision guard each change.

import type { Acknowledgement } from "../../core/contract/acknowledgement.ts";
import type { ActionChange } from "../../core/contract/activity.ts";
import type { Act, Run, RunId } from "../../core/contract/run.ts";

export type RunInsertion =
  /** With the lowest block of ports that no open run has. */
  | { readonly kind: "inserted"; readonly run: Run }
  /** The task has an open run already. */
  | { readonly kind: "refused"; readonly open: Run }
  /** Only with `automatic`: a person stopped the task. */
  | { readonly kind: "stopped"; readonly by: string };

/**
 * How many workers may live at once; checked in the statement that claims a run. Counts other supervised runs that are
 * dispatching or running: on `host`, and of the same owner on all hosts. Tasks without an owner count together.
 */
export type StartLimits = { readonly host: string; readonly perHost: number; readonly perOwner: number };

export type RunReplacement =
  | { readonly kind: "replaced"; readonly run: Run }
  /** The run changed in the meantime or is gone: read it again. */
  | { readonly kind: "conflict" }
  /** Only with `limits`; the first that applies of pause, host, owner. */
  | { readonly kind: "held"; readonly by: "host" | "owner" | "pause" };

export type RunQuery = {
  readonly key?: string;
  /** Runs that were queued before this one: the cursor to older pages. None when it is gone. */
  readonly beforeId?: RunId;
  readonly limit: number;
};

/** A person stopped the work on a task: nothing starts it automatically until a person asks for it. */
export type StoppedTask = Act & { readonly key: string; readonly note: string | null };

/** No run starts or is retried. */
/** New starts of a kind of worker wait, because its agent's stream was not understood. */
export type KindHold = {
  readonly kind: string;
  readonly version: string | null;
  /** Its program as the settings name it, and what its file was then; null where that cannot be known. */
  readonly program: string | null;
  readonly stamp: string | null;
  /** The task and run in which it was seen. */
  readonly key: string;
  readonly run: RunId;
  readonly events: number;
  readonly unparsed: number;
  /** The first line that was not understood, and why. */
  readonly line: string;
  readonly why: string;
  readonly atMs: number;
};

export type Pause = Act & { readonly note: string | null };

export type RunStore = {
  /**
   * Claims a task in one statement: refused when it has an open run. Sets `revision` to 1 and `portBlock`. A person's
   * request lifts the stop of its task; an `automatic` one is refused by it.
   */
  insertRun(input: {
    readonly run: Run;
    readonly action: ActionChange;
    readonly automatic?: boolean;
  }): Promise<RunInsertion>;
  /**
   * Compare-and-set in one statement: only if `run.revision` is still the stored one, which then grows by one. With `limits`
   * (a start) also only while nothing is paused and the host and the owner are below their limits; a start lifts the stop
   * of its task. `action` and `stopped` are written in the same transaction.
   */
  replaceRun(input: {
    readonly run: Run;
    readonly limits?: StartLimits;
    readonly action?: ActionChange;
    readonly stopped?: StoppedTask;
  }): Promise<RunReplacement>;
  readRun(id: RunId): Promise<Run | null>;
  /** The run of a task that is not closed. */
  readOpenRun(key: string): Promise<Run | null>;
  /** All that are not closed, oldest first. */
  readOpenRuns(): Promise<readonly Run[]>;
  /** Closed ones too, newest first. */
  readRuns(query: RunQuery): Promise<readonly Run[]>;
  /**
   * Grows with every change of a run, the pause or an acknowledgement. Cheap enough to read several times a second. A
   * rebuilt store never repeats a number.
   */
  readRunsVersion(): Promise<number>;

  /** By key. */
  readStoppedTasks(): Promise<readonly StoppedTask[]>;

  readPause(): Promise<Pause | null>;
  /** Null ends the pause, and writes nothing when there is none. */
  writePause(input: { readonly pause: Pause | null; readonly action: ActionChange }): Promise<void>;

  /** By kind. */
  readKindHolds(): Promise<readonly KindHold[]>;
  /** Replaces that of the same kind. */
  writeKindHold(hold: KindHold): Promise<void>;
  /** Writes nothing when there is none. */
  dropKindHold(kind: string): Promise<void>;

  /** By key and code. */
  readAcknowledgements(): Promise<readonly Acknowledgement[]>;
  writeAcknowledgement(input: {
    readonly acknowledgement: Acknowledgement;
    readonly action: ActionChange;
  }): Promise<void>;
  /** Writes nothing when there is none. */
  dropAcknowledgement(input: {
    readonly key: string;
    readonly code: string;
    readonly action: ActionChange;
  }): Promise<void>;
};
