// Starts what is queued and what is ready, now and from this process: for a repository without a runner, or for somebody
// who does not want to wait. Asked for by a person, so that ready tasks are started whether or not that is automatic.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { type PlannedStart, planStarts } from "../../../core/dispatch/plan-starts.ts";
import { queueRun } from "../../../core/run/run-transitions.ts";
import { insertRun } from "../change/insert-run.ts";
import { preflight } from "./preflight.ts";
import { PREPARING_AT_ONCE, type StarterContext } from "./run-starter.ts";
import { type StartOutcome, startLimits, startRun } from "./start-run.ts";

export type DispatchRequest = {
  /** Rows of the whole repository. */
  readonly rows: readonly TaskRow[];
  readonly dispatch: Dispatch;
  /** At most this many starts; null: as many as there is room for. */
  readonly max: number | null;
  readonly by: string;
  readonly signal: AbortSignal;
};

export type Dispatched = { readonly key: string } & (StartOutcome | Refusal);

/** The plan that `dispatch` carries out (which looks itself what cannot be started), with the reason for everything that is not started. */
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

/** Starts what the plan says, a few at a time; one answer per start, in order. */
export async function dispatch(world: StarterContext, wish: DispatchRequest): Promise<readonly Dispatched[]> {
  const byKey = new Map(wish.rows.map((row) => [row.key, row]));
  const due = planDispatch(wish, world.clock.wallMs()).flatMap(({ key, decision }) => {
    const row = byKey.get(key);
    return decision === "start" && row !== undefined ? [row] : [];
  });
  return await startSeveral(due, (row) => startRow(world, row, wish));
}

/** Starts these queued runs, a few at a time. */
export async function startQueued(
  world: StarterContext,
  runs: readonly Run[],
  signal: AbortSignal,
): Promise<readonly Dispatched[]> {
  const limits = startLimits(world);
  return await startSeveral(runs, async (run) => ({
    key: run.key,
    ...(await startRun(world, run, { limits, signal })),
  }));
}

async function startRow(
  world: StarterContext,
  row: TaskRow,
  { by, signal }: DispatchRequest,
): Promise<Dispatched> {
  const { key } = row;
  const queued = await queuedRun(world, row, by);
  if (queued.kind === "refused") return { key, ...queued };
  return { key, ...(await startRun(world, queued.run, { limits: startLimits(world), signal })) };
}

async function queuedRun(
  world: StarterContext,
  row: TaskRow,
  by: string,
): Promise<{ readonly kind: "queued"; readonly run: Run } | Refusal> {
  const { store, clock, newRunId } = world;
  const open = await store.readOpenRun(row.key);
  if (open?.state === "queued") return { kind: "queued", run: open };
  if (open !== null || row.run !== null)
    return refusal(`${row.key} was changed meanwhile.`, "`tasks dispatch --dry-run` prints what is due now.");
  const blocked = preflight(world, row.slug);
  if (blocked !== null) return blocked;
  const act = { by, atMs: clock.wallMs() };
  const run = queueRun({ id: newRunId(), key: row.key, owner: row.owner, act, note: null });
  const inserted = await insertRun(store, run, {
    row,
    action: "kickoff",
    supersedes: null,
    automatic: true,
  });
  return inserted.kind === "inserted" ? { kind: "queued", run: inserted.run } : inserted;
}

async function startSeveral<Item>(
  items: readonly Item[],
  start: (item: Item) => Promise<Dispatched>,
): Promise<readonly Dispatched[]> {
  const answers: Dispatched[] = [];
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
