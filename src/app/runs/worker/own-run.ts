// Which run somebody speaks for who is at work: a worker is told by its environment, whoever works by hand names the
// task. What a worker writes carries the epoch it was started with, and is refused once the run was handed on.

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
  /** Null for work by hand: whoever names the task means its run as it is. */
  readonly epoch: number | null;
  /** Hash of the secret that proves it (core/contract/attempt-proof.ts); none when left out. */
  readonly proofHash?: string | null;
};

/** The open run of a task, for somebody who works on it by hand. */
export async function ownRunOfTask(
  store: Pick<RunStore, "readOpenRun">,
  key: string,
): Promise<({ readonly kind: "found" } & OwnRun) | Refusal> {
  const run = await store.readOpenRun(key);
  if (run !== null) return { kind: "found", id: run.id, epoch: null };
  const name = inSentence(key);
  return refusal(`Nobody works on ${name}.`, `\`tasks claim ${name}\` says that you do.`);
}

/**
 * A person sees an error and tries again; a worker dies of it, and an hour of its work is told as a failure. Each try
 * waits for the store by itself, about 2 s: together this outlasts whatever is busy on a machine full of workers.
 */
const BUSY_TRIES_MAX = 15;
const BUSY_PAUSE_MS = 250;

/** Applies what a worker says to its own run; a busy store is waited for. Throws StoreError when it cannot be used. */
export async function changeOwnRun(
  store: RunStore,
  { id, epoch, proofHash = null }: OwnRun,
  change: (run: Run) => RunChange,
): Promise<{ readonly kind: "changed"; readonly run: Run } | Refusal> {
  // A proof stays the same as long as the epoch does, so that what is read here holds for the change.
  const run = await retryWhileBusy(() => store.readRun(id));
  if (run !== null && (epoch === null || epoch === run.epoch) && !speaksFor(run, proofHash))
    return unproven(run);
  const outcome = await retryWhileBusy(() => changeRun(store, { id, epoch, change }));
  return outcome.kind === "changed" ? outcome : explainRefusal(outcome);
}

/** Does `work` again for as long as the store is busy, within reason. */
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
    `${describeOpenRun(run)}, and this was not sent by that worker: TASKS_RUN_PROOF is missing, or is not the one it was given.`,
    "Only the worker says how its run goes. A worker passes its environment on to the programs it starts; a person uses `tasks stop` and `tasks continue`.",
  );
}

export type StatementContext = {
  readonly store: RunStore;
  /** Keeps a statement that the store cannot take now; without it that is an error. */
  readonly keep?: (id: RunId, statement: KeptStatement) => Promise<void>;
};

export type StatementResult =
  | { readonly kind: "changed"; readonly run: Run }
  /** The store could not take it. It is kept, and is taken as soon as the store can. */
  | { readonly kind: "kept"; readonly why: string }
  | Refusal;

/** What a worker says is its hour of work: where the store cannot take it, it is kept beside the run. Throws StoreError. */
export async function submitStatement(
  { store, keep }: StatementContext,
  own: OwnRun,
  statement: Statement,
): Promise<StatementResult> {
  try {
    return await changeOwnRun(store, own, (run) => applyStatement(run, statement));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return await keepInstead({ own, statement, keep }, error);
  }
}

async function keepInstead(
  { own, statement, keep }: { own: OwnRun; statement: Statement; keep: StatementContext["keep"] },
  failure: StoreError,
): Promise<StatementResult> {
  if (keep === undefined || own.epoch === null) throw failure;
  try {
    await keep(own.id, { epoch: own.epoch, proofHash: own.proofHash ?? null, statement });
  } catch {
    // There is no place for it either: the first failure says what to mend.
    throw failure;
  }
  return { kind: "kept", why: failure.message };
}

function explainRefusal(outcome: Exclude<ChangeOutcome, { kind: "changed" }>): Refusal {
  if (outcome.kind !== "refused")
    return refusal("The store has no such run any more.", "Stop working on it: nobody waits for it.");
  const { run, why, superseded } = outcome;
  if (superseded) return SUPERSEDED;
  return refusal(`${describeOpenRun(run)}: ${why}.`, hintFor(run));
}

export const SUPERSEDED: Refusal = refusal(
  "This worker was superseded: its run was handed on to somebody else, or was closed.",
  "Stop working on it; nothing that it writes is taken any more.",
);
