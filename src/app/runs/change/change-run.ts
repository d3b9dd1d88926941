// The only way to change a run: read it, check that the writer still owns it (its epoch), apply a transition, and write it
// unless another process wrote meanwhile; then start again.

import type { ActionChange } from "../../../core/contract/activity.ts";
import type { Run, RunId } from "../../../core/contract/run.ts";
import type { RunChange } from "../../../core/run/run-transitions.ts";
import type { RunStore, StartLimits, StoppedTask } from "../../../ports/store/run-store.ts";
import { StoreError } from "../../../ports/store/store-error.ts";

export type ChangeRequest = {
  readonly id: RunId;
  /** The epoch that the writer belongs to; null for a person, who means the run as it is. */
  readonly epoch: number | null;
  /** A transition (core/run/run-transitions.ts) with its facts; called for each try, with the run as it is then. */
  readonly change: (run: Run) => RunChange;
  /** For the activity feed, written in the same transaction. */
  readonly action?: ActionChange;
  /** For a start. */
  readonly limits?: StartLimits;
  /** For a stop by a person. */
  readonly stopped?: StoppedTask;
};

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

/** A run has a handful of writers, and each lost race means that one of them succeeded: more in a row is a broken store. */
const ATTEMPTS_MAX = 50;

/** Changes one run. Throws StoreError when the store cannot be used. */
export async function changeRun(store: ChangeableRuns, request: ChangeRequest): Promise<ChangeOutcome> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const outcome = await changeOnce(store, request);
    if (outcome !== "conflict") return outcome;
  }
  throw new StoreError({
    kind: "busy",
    message: `The run ${request.id} could not be changed: other processes changed it first, ${ATTEMPTS_MAX} times in a row.`,
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
    ...(action === undefined ? {} : { action }),
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

const SUPERSEDED = "the run has been handed over since";
