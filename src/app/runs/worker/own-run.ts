// The run that a worker makes statements about. A supervised worker knows it from its environment; work by hand names the
// task. Statements carry the epoch that the worker was started with, and are refused once the run has been handed over.

import { speaksFor } from "../../../core/contract/attempt-proof.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run, RunId } from "../../../core/contract/run.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import type { RunChange } from "../../../core/run/run-transitions.ts";
import { applyStatement, type KeptStatement, type Statement } from "../../../core/run/worker-statement.ts";
import { inSentence } from "../../../core/text/listed.ts";
import type { RunStore } from "../../../ports/store/run-store.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { sleep } from "../../wait/sleep.ts";
import { type ChangeOutcome, changeRun } from "../change/change-run.ts";

export type OwnRun = {
  readonly id: RunId;
  /** Null for work by hand, which means the task's run as it is. */
  readonly epoch: number | null;
  /** Hash of the secret that proves it (core/contract/attempt-proof.ts). */
  readonly proofHash?: string | null;
};

/** The open run of a task, for work by hand. */
export async function ownRunOfTask(
  store: Pick<RunStore, "readOpenRun">,
  key: string,
): Promise<({ readonly kind: "found" } & OwnRun) | Refusal> {
  const run = await store.readOpenRun(key);
  if (run !== null) return { kind: "found", id: run.id, epoch: null };
  const name = inSentence(key);
  return refusal(`No one is working on ${name}.`, `\`tasks claim ${name}\` claims it for you.`);
}

/**
 * A person sees an error and tries again; a worker dies of it, and its work counts as failed. Each try waits about 2 s for
 * the store, so together they outlast a machine full of busy workers.
 */
const BUSY_TRIES_MAX = 15;
const BUSY_PAUSE_MS = 250;

/** Applies a worker's statement to its own run; waits while the store is busy. Throws StoreError when it cannot be used. */
export async function changeOwnRun(
  store: RunStore,
  { id, epoch, proofHash = null }: OwnRun,
  change: (run: Run) => RunChange,
): Promise<{ readonly kind: "changed"; readonly run: Run } | Refusal> {
  // A proof is as old as its epoch, so this check still holds when the change is written.
  const run = await retryWhileBusy(() => store.readRun(id));
  if (run !== null && (epoch === null || epoch === run.epoch) && !speaksFor(run, proofHash))
    return unproven(run);
  const outcome = await retryWhileBusy(() => changeRun(store, { id, epoch, change }));
  return outcome.kind === "changed" ? outcome : explainRefusal(outcome);
}

/** The worker's own run as it is; refused when it was handed over or closed, or without the proof. */
export async function readOwnRun(
  store: Pick<RunStore, "readRun">,
  { id, epoch, proofHash = null }: OwnRun,
): Promise<{ readonly kind: "own"; readonly run: Run } | Refusal> {
  const run = await retryWhileBusy(() => store.readRun(id));
  if (run === null) return GONE;
  if (epoch !== null && epoch !== run.epoch) return SUPERSEDED;
  return speaksFor(run, proofHash) ? { kind: "own", run } : unproven(run);
}

/** Retries `work` while the store is busy, up to a limit. */
export async function retryWhileBusy<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const isBusy = error instanceof StoreError && error.kind === "busy";
      if (!isBusy || tries === BUSY_TRIES_MAX) throw error;
      await sleep(BUSY_PAUSE_MS);
    }
  }
}

function unproven(run: Run): Refusal {
  return refusal(
    `${describeOpenRun(run)}, and this did not come from that worker: TASKS_RUN_PROOF is missing or is not the one it got.`,
    "Only the worker reports on its run. A worker passes its environment on to the programs it starts; a person uses `tasks stop` and `tasks continue`.",
  );
}

export type StatementContext = {
  readonly store: RunStore;
  /** Keeps a statement while the store cannot be used; without it that is an error. */
  readonly keep?: (id: RunId, statement: KeptStatement) => Promise<void>;
  /** The worker's words without secrets that only its surroundings know. */
  readonly clean?: ((text: string) => string) | undefined;
};

export type StatementResult =
  | { readonly kind: "changed"; readonly run: Run }
  /** The store could not be used. The statement is applied once it can. */
  | { readonly kind: "kept"; readonly why: string }
  | Refusal;

/** A statement may be an hour of work: while the store cannot be used, it is kept beside the run. Throws StoreError. */
export async function submitStatement(
  { store, keep }: StatementContext,
  own: OwnRun,
  statement: Statement,
): Promise<StatementResult> {
  try {
    return await changeOwnRun(store, own, (run) => applyStatement(run, statement));
  } catch (error) {
    if (!(error instanceof StoreError) || keep === undefined || own.epoch === null) throw error;
    try {
      await keep(own.id, { epoch: own.epoch, proofHash: own.proofHash ?? null, statement });
    } catch {
      // It could not be kept either: the first failure says what to fix.
      throw error;
    }
    return { kind: "kept", why: error.message };
  }
}

function explainRefusal(outcome: Exclude<ChangeOutcome, { kind: "changed" }>): Refusal {
  if (outcome.kind !== "refused") return GONE;
  const { run, why, superseded } = outcome;
  if (superseded) return SUPERSEDED;
  return refusal(`${describeOpenRun(run)}: ${why}.`, hintFor(run));
}

const GONE: Refusal = refusal("The run no longer exists.", "Stop working on it: no one waits for it.");

export const SUPERSEDED: Refusal = refusal(
  "This worker was superseded: its run was handed over or closed.",
  "Stop working on it; its statements are refused from now on.",
);
