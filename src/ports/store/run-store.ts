// What the store keeps of runs: the runs themselves, the pause of all starts, and acknowledgements of signals. Part of
// the store (store.ts), with the same adapters and the same contract suite. Unlike publications none of this needs the
// lease: whoever acts on a run is held by the run's own epoch and revision.

import type { Acknowledgement } from "../../core/contract/acknowledgement.ts";
import type { ActionChange } from "../../core/contract/activity.ts";
import type { Act, Run, RunId } from "../../core/contract/run.ts";

export type RunInsertion =
  /** With its block of ports: the lowest that no open run has. */
  | { readonly kind: "inserted"; readonly run: Run }
  /** The task has an open run already. */
  | { readonly kind: "refused"; readonly open: Run }
  /** Only with `automatic`: a person stopped the task. */
  | { readonly kind: "stopped"; readonly by: string };

/**
 * How many workers may live at once; checked in the statement that takes a run. Counted are supervised runs that are
 * dispatching or running, this one not: those on `host`, and those of the same owner on all hosts. Tasks without an
 * owner count together.
 */
export type StartLimits = { readonly host: string; readonly perHost: number; readonly perOwner: number };

export type RunReplacement =
  | { readonly kind: "replaced"; readonly run: Run }
  /** It was changed meanwhile, or is gone: read it again. */
  | { readonly kind: "conflict" }
  /** Only with `limits`; of several reasons the first of pause, host, owner. */
  | { readonly kind: "held"; readonly by: "host" | "owner" | "pause" };

export type RunQuery = {
  readonly key?: string;
  /** Runs that were queued before this one: the cursor to older pages. None when it is gone. */
  readonly beforeId?: RunId;
  readonly limit: number;
};

/** A person stopped the work on a task: nothing starts it automatically until a person asks for it. */
export type StoppedTask = Act & { readonly key: string; readonly note: string | null };

/** All starts and retries are held. */
export type Pause = Act & { readonly note: string | null };

export type RunStore = {
  /**
   * Single-statement claim of a task: refused when it has an open run. Sets `revision` to 1 and `portBlock`. One that a
   * person asks for ends the stop of its task; an `automatic` one is refused by it.
   */
  insertRun(input: {
    readonly run: Run;
    readonly action: ActionChange;
    readonly automatic?: boolean;
  }): Promise<RunInsertion>;
  /**
   * Single-statement change: only if `run.revision` is still the stored one; the new revision is one more. With `limits`
   * (a start) also only while nothing is paused and the host and the run's owner have fewer live runs than they may.
   * A start ends the stop of its task: somebody asked for it since. `action` and `stopped` are written with it or not at all.
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
  /** All that are not closed, in the order in which they were inserted: the oldest wish first. */
  readOpenRuns(): Promise<readonly Run[]>;
  /** Closed ones too, the newest wish first. */
  readRuns(query: RunQuery): Promise<readonly Run[]>;
  /**
   * Grows with every change of a run, a pause or an acknowledgement: while it is the same, nothing changed. Cheap enough
   * to be asked several times a second. A store that was lost and made anew does not come back to a number it had.
   */
  readRunsVersion(): Promise<number>;

  /** In order of key. */
  readStoppedTasks(): Promise<readonly StoppedTask[]>;

  readPause(): Promise<Pause | null>;
  /** Null takes it back, and writes nothing when there is none. */
  writePause(input: { readonly pause: Pause | null; readonly action: ActionChange }): Promise<void>;

  /** In order of key and code. */
  readAcknowledgements(): Promise<readonly Acknowledgement[]>;
  /** Replaces the one of the same key and code. */
  writeAcknowledgement(input: {
    readonly acknowledgement: Acknowledgement;
    readonly action: ActionChange;
  }): Promise<void>;
  /** Takes one back, and writes nothing when there is none. */
  dropAcknowledgement(input: {
    readonly key: string;
    readonly code: string;
    readonly action: ActionChange;
  }): Promise<void>;
};
