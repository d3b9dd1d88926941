// `workers.<name>.fallback`: a task that was not started yet goes to another worker at once while its own one waits, for a
// limit, for a service or for what is kept for people. One in progress keeps its worker and session until it is handed over.
// Fallbacks are the settings' choice, which their user has trusted, so one may do more than the worker that it stands in for.

import type { Dispatch, RunView } from "../contract/run-view.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import type { WorkerChoice } from "../run/held/hand-over.ts";

export type FallbackRules = {
  /** By worker, in order. */
  readonly fallbacks: Readonly<Record<string, readonly string[] | undefined>>;
  /** Whether its starts wait. */
  readonly isWaiting: (worker: string) => boolean;
};

/** The first fallback that can start now; the worker itself if it can, or if none can. */
export function chooseFallback(worker: string, { fallbacks, isWaiting }: FallbackRules): WorkerChoice {
  if (!isWaiting(worker)) return { worker, insteadOf: null };
  const listed = Object.hasOwn(fallbacks, worker) ? (fallbacks[worker] ?? []) : [];
  const free = listed.find((name) => name !== worker && !isWaiting(name));
  return free === undefined ? { worker, insteadOf: null } : { worker: free, insteadOf: worker };
}

type PlannedRow = Pick<TaskRow, "worker"> & {
  readonly run: Pick<RunView, "attempt" | "requested_worker"> | null;
};

/** Which worker a start of this task would have now. */
export function workerFor({ worker, run }: PlannedRow, dispatch: Dispatch): WorkerChoice {
  const own = run?.requested_worker ?? worker ?? dispatch.default_worker ?? "";
  if (run !== null && isInProgress(run)) return { worker: own, insteadOf: null };
  const { fallbacks } = dispatch;
  return chooseFallback(own, { fallbacks, isWaiting: (name) => isWaitingWorker(name, dispatch) });
}

/** An attempt has been made: what it did belongs to its worker. */
export function isInProgress({ attempt }: Pick<RunView, "attempt">): boolean {
  return attempt > 0;
}

/** Its account is paused or kept for people, or its kind is on hold. */
export function isWaitingWorker(name: string, { pauses, holds, held }: Dispatch): boolean {
  return (
    Object.hasOwn(held, name) ||
    holds.some(({ worker }) => worker === name) ||
    pauses.some(
      ({ scope, phase, workers }) => scope.kind === "account" && phase !== "easing" && workers.includes(name),
    )
  );
}

/** Of a run in progress, else the one that its next start would have. */
export function ownWorker({ worker, run }: Pick<TaskRow, "worker" | "run">, dispatch: Dispatch): string {
  return run?.agent?.name ?? run?.requested_worker ?? worker ?? dispatch.default_worker ?? "";
}

/** Whom a run in progress that waits for its worker's account can be handed over to now, in order. */
export function fallbacksOf(row: Pick<TaskRow, "worker" | "run">, dispatch: Dispatch): readonly string[] {
  const { run } = row;
  if (run?.state !== "queued" || !isInProgress(run) || run.held?.scope?.kind !== "account") return [];
  const own = ownWorker(row, dispatch);
  const listed = Object.hasOwn(dispatch.fallbacks, own) ? (dispatch.fallbacks[own] ?? []) : [];
  return listed.filter((name) => name !== own && !isWaitingWorker(name, dispatch));
}
