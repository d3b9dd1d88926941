// Starts queued and ready tasks now, from this process: for a repository without a runner, or a person who does not want to
// wait. Because a person asked, ready tasks start even when automatic start is off.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Dispatch, DispatchHold } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { workerFor } from "../../../core/dispatch/fallback.ts";
import { generalHoldsFor, mayPass } from "../../../core/dispatch/general-holds-for.ts";
import { type PlannedStart, planStarts } from "../../../core/dispatch/plan-starts.ts";
import { queueTask } from "../change/insert-run.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { preflight } from "./preflight.ts";
import { PREPARING_AT_ONCE } from "./run-starter.ts";
import { type StartOutcome, startRun } from "./start-run.ts";

export type DispatchRequest = {
  /** All rows of the repository. */
  readonly rows: readonly TaskRow[];
  readonly dispatch: Dispatch;
  /** Null: no limit but the slots. */
  readonly max: number | null;
  readonly by: string;
  readonly signal: AbortSignal;
};

export type Dispatched = { readonly key: string } & (StartOutcome | Refusal);

/** The plan that `dispatch` carries out, with a reason for every task that it holds back. `dispatch` does the preflight itself. */
export function planDispatch(
  { rows, dispatch, max }: Pick<DispatchRequest, "rows" | "dispatch" | "max">,
  nowMs: number,
): readonly PlannedStart[] {
  let left = max ?? Number.POSITIVE_INFINITY;
  return planStarts({ rows, dispatch: { ...dispatch, automatic: true, barred: {} }, nowMs }).map(
    (planned) => {
      if (planned.decision === "hold") return planned;
      left -= 1;
      return left >= 0 ? planned : { ...planned, decision: "hold", reason: `beyond --max ${max}` };
    },
  );
}

/** Starts what the plan says, a few at a time. One answer per start, in order. */
export async function dispatch(
  context: RunsContext,
  request: DispatchRequest,
): Promise<readonly Dispatched[]> {
  const byKey = new Map(request.rows.map((row) => [row.key, row]));
  const due = planDispatch(request, context.clock.wallMs()).flatMap(({ key, decision }) => {
    const row = byKey.get(key);
    return decision === "start" && row !== undefined ? [row] : [];
  });
  return await startSeveral(due, (row) => startRow(context, row, request));
}

/** A start that a person asked for by name. */
export type NamedStart = Dispatched & {
  /** What would have kept it waiting, had no one asked for it. */
  readonly passed: readonly DispatchHold[];
};

/** Starts these queued runs, a few at a time, whatever holds new starts, but the room and the day's budget. */
export async function startQueued(
  context: RunsContext,
  runs: readonly Run[],
  { rows, dispatch: facts, signal }: Pick<DispatchRequest, "rows" | "dispatch" | "signal">,
): Promise<readonly NamedStart[]> {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return await startSeveral(runs, async (run) => {
    const { key, attempt, requestedWorker } = run;
    const planned = {
      worker: byKey.get(key)?.worker ?? null,
      run: { attempt, requested_worker: requestedWorker },
    };
    const choice = workerFor(planned, facts);
    const start = { worker: choice.worker, isNew: attempt === 0, raises: run.budget.raises };
    const holds = generalHoldsFor(start, facts);
    if (holds.some(({ code }) => code === "budget")) return { key, kind: "held", by: "budget", passed: [] };
    const outcome = await startRun(context, run, signal, choice);
    return { key, ...outcome, passed: outcome.kind === "started" ? holds.filter(mayPass) : [] };
  });
}

async function startRow(
  context: RunsContext,
  row: TaskRow,
  { by, signal, dispatch: facts }: DispatchRequest,
): Promise<Dispatched> {
  const { key } = row;
  const queued = await queuedRun(context, row, by);
  if (queued.kind === "refused") return { key, ...queued };
  return { key, ...(await startRun(context, queued.run, signal, workerFor(row, facts))) };
}

async function queuedRun(
  context: RunsContext,
  row: TaskRow,
  by: string,
): Promise<{ readonly kind: "queued"; readonly run: Run } | Refusal> {
  const open = await context.store.readOpenRun(row.key);
  if (open?.state === "queued") return { kind: "queued", run: open };
  if (open !== null || row.run !== null)
    return refusal(`${row.key} has changed.`, "`tasks dispatch --dry-run` prints what is due now.");
  const blocked = preflight(context, row);
  if (blocked !== null) return blocked;
  const inserted = await queueTask(context, row, { by, automatic: true });
  return inserted.kind === "inserted" ? { kind: "queued", run: inserted.run } : inserted;
}

async function startSeveral<Item, Start extends Dispatched>(
  items: readonly Item[],
  start: (item: Item) => Promise<Start>,
): Promise<readonly Start[]> {
  const answers: Start[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) answers[at] = await start(item);
    }
  };
  await Promise.all(Array.from({ length: PREPARING_AT_ONCE }, work));
  return answers;
}
