// The only ways to write a run. To change one: read it, check that the writer still owns it (its epoch), apply a transition,
// and write it unless another process wrote meanwhile; then start again.

import type { Action, ActionChange } from "../../../core/contract/activity.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Act, Run, RunId } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import type { RunChange } from "../../../core/run/run-transitions.ts";
import { closeRun, queueRun } from "../../../core/run/run-transitions.ts";
import { inSentence } from "../../../core/text/listed.ts";
import type { RunStore, StartLimits, StoppedTask } from "../../../ports/store/run-store.ts";
import type { Store } from "../../../ports/store/store.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { actionOf, labelOf, type TaskLabel } from "./action-of.ts";
import type { RunsContext } from "./runs-context.ts";

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

type PersonsChange = {
  readonly act: Act;
  readonly action: Action;
  readonly note: string | null;
  readonly change: (run: Run) => RunChange;
  readonly stopped?: StoppedTask;
  /** The refusal for a run that may not be changed; `why` completes "… was refused: ". */
  readonly explain: (run: Run, why: string) => Refusal;
};

/** `before`: the run as it was just before the change. */
export type ChangedByPerson = { readonly kind: "changed"; readonly run: Run; readonly before: Run };

/** Changes the run as it is now, whatever attempt it is in, with an entry in the activity feed. */
export async function changeByPerson(
  store: Store,
  run: Run,
  { act, action, note, change, stopped, explain }: PersonsChange,
): Promise<ChangedByPerson | Refusal> {
  let before = run;
  const outcome = await changeRun(store, {
    id: run.id,
    epoch: null,
    change: (now) => {
      before = now;
      return change(now);
    },
    action: actionOf(action, await labelOf(store, run), { ...act, note }),
    ...(stopped === undefined ? {} : { stopped }),
  });
  if (outcome.kind === "changed") return { kind: "changed", run: outcome.run, before };
  if (outcome.kind === "refused") return explain(outcome.run, outcome.why);
  return refusal(`The run of ${run.key} is gone.`, "`tasks runs` lists them.");
}

export type Insertion = {
  readonly row: TaskLabel;
  readonly action: Action;
  readonly supersedes?: Run | null;
  /** An automatic start: refused while a person has stopped the task. */
  readonly automatic?: boolean;
};

type Inserted = { readonly kind: "inserted"; readonly run: Run };

/**
 * Inserts a new run, in place of an ended one if there is one. When two processes claim a task at the same moment, the store's
 * rule of one open run per task decides.
 */
export async function insertRun(
  store: RunStore,
  run: Run,
  { row, action, supersedes = null, automatic = false }: Insertion,
): Promise<Inserted | Refusal> {
  const { by, atMs, note } = run.queued;
  if (supersedes !== null) await supersede(store, supersedes, { by, atMs });
  const acted = actionOf(action, row, { by, atMs, note });
  const inserted = await store.insertRun({ run, action: acted, automatic });
  if (inserted.kind === "inserted") return inserted;
  if (inserted.kind === "stopped") {
    const key = inSentence(run.key);
    return refusal(
      `${key} was stopped by ${inSentence(inserted.by)}.`,
      `\`tasks kickoff ${key}\` starts it.`,
    );
  }
  return refusal(`${describeOpenRun(inserted.open)}.`, hintFor(inserted.open));
}

type Queueing = Omit<Insertion, "action" | "row"> & { readonly by: string; readonly note?: string | null };

/** Queues a new run of the task. */
export async function queueTask(
  { clock, store, newRunId }: Pick<RunsContext, "clock" | "store" | "newRunId">,
  row: TaskRow,
  { by, note = null, ...insertion }: Queueing,
): Promise<Inserted | Refusal> {
  const act = { by, atMs: clock.wallMs() };
  const run = queueRun({ id: newRunId(), key: row.key, owner: row.owner, act, note });
  return await insertRun(store, run, { row, action: "kickoff", ...insertion });
}

/** If it was continued meanwhile it stays open, and the insertion is refused. */
async function supersede(store: RunStore, ended: Run, act: { by: string; atMs: number }): Promise<void> {
  const change = closeAsRead(ended, { ...act, as: "superseded", why: "a new run took its place" });
  await changeRun(store, { id: ended.id, epoch: ended.epoch, change });
}

/** Closes a run unless its state has changed since it was read. */
export function closeAsRead(read: Run, closing: Parameters<typeof closeRun>[1]): ChangeRequest["change"] {
  return (run) =>
    run.state === read.state ? closeRun(run, closing) : { kind: "refused", why: "its state has changed" };
}
