// The one way in which anything changes a run that is in the store: read it, check that whoever asks still speaks for
// it, apply a transition, and write only if nobody else wrote meanwhile; else all of it again.

import type { ActionChange } from "../../../core/contract/activity.ts";
import type { Run, RunId } from "../../../core/contract/run.ts";
import type { RunChange } from "../../../core/run/run-transitions.ts";
import type { RunStore, StartLimits, StoppedTask } from "../../../ports/store/run-store.ts";
import { StoreError } from "../../../ports/store/store-error.ts";

export type ChangeRequest = {
  readonly id: RunId;
  /** The hand-over that the one who asks belongs to; null for a person, who means the run as it is. */
  readonly epoch: number | null;
  /** A transition (core/run/transitions.ts) with its facts; called once per attempt, with the run as it is then. */
  readonly change: (run: Run) => RunChange;
  /** For the activity feed, written with the change or not at all; a function gets the changed run. */
  readonly action?: ActionChange | ((run: Run) => ActionChange);
  /** For a start. */
  readonly limits?: StartLimits;
  /** For a stop by a person. */
  readonly stopped?: StoppedTask;
};

/** What a change needs of the store. */
export type ChangeableRuns = Pick<RunStore, "readRun" | "replaceRun">;

export type ChangeOutcome =
  /** As stored, with its new revision. */
  | { readonly kind: "changed"; readonly run: Run }
  /** `why` completes "… was refused: "; `run` as it was read. `superseded`: the epoch is no longer the run's. */
  | { readonly kind: "refused"; readonly why: string; readonly superseded: boolean; readonly run: Run }
  /** The limits do not allow it now. */
  | { readonly kind: "held"; readonly by: "host" | "owner" | "pause" }
  /** There is no such run. */
  | { readonly kind: "missing" };

/**
 * Each lost race means that somebody else's change was written, and a run has a handful of writers: more in a row is a
 * store that takes nothing, not bad luck.
 */
const ATTEMPTS_MAX = 50;

/** Changes one run. Throws StoreError when the store cannot be used. */
export async function changeRun(store: ChangeableRuns, wish: ChangeRequest): Promise<ChangeOutcome> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const outcome = await changeOnce(store, wish);
    if (outcome !== "conflict") return outcome;
  }
  throw new StoreError({
    kind: "busy",
    message: `The run ${wish.id} could not be changed: others changed it at the same moment ${ATTEMPTS_MAX} times in a row.`,
    hint: "Try again in a moment.",
  });
}

async function changeOnce(
  store: ChangeableRuns,
  { id, epoch, change, action, limits, stopped }: ChangeRequest,
): Promise<ChangeOutcome | "conflict"> {
  const run = await store.readRun(id);
  if (run === null) return { kind: "missing" };
  if (epoch !== null && epoch !== run.epoch)
    return { kind: "refused", why: SUPERSEDED, superseded: true, run };
  const made = change(run);
  if (made.kind === "refused") return { kind: "refused", why: made.why, superseded: false, run };
  const written = await store.replaceRun({
    run: made.run,
    ...(limits === undefined ? {} : { limits }),
    ...(stopped === undefined ? {} : { stopped }),
    ...(action === undefined ? {} : { action: typeof action === "function" ? action(made.run) : action }),
  });
  switch (written.kind) {
    case "replaced":
      return { kind: "changed", run: written.run };
    case "held":
      return { kind: "held", by: written.by };
    case "conflict":
      return "conflict";
  }
}

const SUPERSEDED = "the run was handed on to somebody else meanwhile";
