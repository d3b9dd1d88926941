// The one recovery engine: what becomes of runs whose holder died, whose worker ended, or whose task is over. Run by the
// runner in each cycle, by `tasks reconcile`, by `tasks dispatch`. Doing it twice does nothing more, and where nothing
// is to be done it costs one look per open run and no write.
//
//   holder surely gone         what is left of its worker is ended first, then the run is lost (interrupted)
//   ended                      tried again or gone on with, as core/run/next-step.ts says
//   task completed or merged   closed, unless a worker of ours may live
//   task's file not there      nothing: that is no decision, and the run waits for it
//
// What is lost is seen to as an ended one at once: nothing is left over for a second time.
// "Cannot tell" is never taken for gone: such a run stays as it is.

import { hasEnded, isLive, type ProcessIdentity, type Run, type RunId } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { judgeClosing, taskResolutionOf } from "../../../core/run/judge-closing.ts";
import { nextStep, type RetryPolicy } from "../../../core/run/next-step.ts";
import { closeRun, lose, type RunChange, requeue } from "../../../core/run/run-transitions.ts";
import { actionOf } from "../change/action-of.ts";
import { changeRun } from "../change/change-run.ts";
import { findLeftRunning } from "../change/find-left-running.ts";
import { replayStatements } from "../change/replay-statements.ts";
import type { RunsContext } from "../change/runs-context.ts";

export type RecoveryContext = Pick<RunsContext, "clock" | "store" | "workers" | "config" | "runFiles">;

export type RecoveryRequest = {
  /** All rows of the repository by key; null when the tree could not be read. */
  readonly rows: ReadonlyMap<string, TaskRow> | null;
  /** The open runs, where the caller has just read them. */
  readonly runs?: readonly Run[];
  /** Runs that this process is starting at the moment. */
  readonly starting?: ReadonlySet<RunId>;
  /** True: only says what would be done. */
  readonly dryRun: boolean;
};

export type RecoveryAction = {
  readonly key: string;
  readonly run: RunId;
  /** `left`: something is wrong, and nothing could be done about it now. */
  readonly what: "lost" | "requeued" | "closed" | "left";
  readonly why: string;
};
export type Recovery = { readonly done: readonly RecoveryAction[] };

/** Who the feed names for what nobody did by hand. */
const RECONCILIATION = "reconciliation";

/** Throws what the store throws. */
export async function recoverRuns(world: RecoveryContext, wish: RecoveryRequest): Promise<Recovery> {
  const runs = wish.runs ?? (await world.store.readOpenRuns());
  const done: RecoveryAction[] = [];
  for (const run of runs) {
    const steps = await recoverOne(world, run, wish);
    done.push(...steps.map((step) => ({ key: run.key, run: run.id, ...step })));
  }
  return { done };
}

type Step = Pick<RecoveryAction, "what" | "why">;
/** `lost`: the run as it is after that. */
type LiveStep = Step & { readonly lost: Run | null };

async function recoverOne(world: RecoveryContext, run: Run, wish: RecoveryRequest): Promise<readonly Step[]> {
  if (!isLive(run) || run.kind === "by_hand") return await recoverIdle(world, run, wish);
  const step = await recoverLive(world, run, wish);
  if (step === null) return [];
  const { what, why, lost } = step;
  return [{ what, why }, ...(lost === null ? [] : await recoverIdle(world, lost, wish))];
}

/** A run that has no worker of ours. */
async function recoverIdle(
  world: RecoveryContext,
  run: Run,
  wish: RecoveryRequest,
): Promise<readonly Step[]> {
  const step = (await closeIfOver(world, run, wish)) ?? (await requeueIfDue(world, run, wish));
  return step === null ? [] : [step];
}

async function recoverLive(
  world: RecoveryContext,
  run: Run,
  { dryRun, starting }: RecoveryRequest,
): Promise<LiveStep | null> {
  const { clock, store, workers } = world;
  const { holder } = run;
  const why = holder === null ? null : whyLost(world, run, starting);
  if (holder === null || why === null) return null;
  if (dryRun) {
    const change = loseFrom(run, holder, { detail: why, nowMs: clock.wallMs() });
    return { what: "lost", why, lost: change.kind === "changed" ? change.run : null };
  }
  // Whoever started it may be gone because all is well: the supervisor has it. What was read earlier does not tell.
  if ((await store.readRun(run.id))?.holder?.id !== holder.id) return null;
  const remains = await workers.endRemains(run);
  if (remains === "left" || remains === "unknown")
    return { what: "left", why: `${why}, and what it started could not be ended`, lost: null };
  const detail = remains === "ended" ? `${why}; what it left running was ended` : why;
  // What the worker said while the store could not take it: a supervisor that is gone replays nothing.
  await replayStatements({ store, files: world.runFiles }, run.id);
  const leftRunning = findLeftRunning(world, run);
  const change = (now: Run): RunChange =>
    loseFrom(now, holder, { detail, leftRunning, nowMs: clock.wallMs() });
  const outcome = await changeRun(store, { id: run.id, epoch: run.epoch, change });
  return outcome.kind === "changed" ? { what: "lost", why: detail, lost: outcome.run } : null;
}

/** A supervisor may have begun it since it was looked at: then it is in good hands. */
function loseFrom(run: Run, holder: ProcessIdentity, facts: Parameters<typeof lose>[1]): RunChange {
  if (run.holder?.id === holder.id) return lose(run, facts);
  return { kind: "refused", why: "somebody else holds it now" };
}

/** Completes "was lost: "; null while whoever holds it is alive, or cannot be seen. */
function whyLost(
  { workers }: RecoveryContext,
  run: Run,
  starting: RecoveryRequest["starting"],
): string | null {
  if (run.holder === null) return null;
  const holds = run.state === "dispatching" ? "the process that started it" : "its supervisor";
  if (workers.see(run.holder) === "gone") return `${holds} is gone`;
  const isForgotten =
    run.state === "dispatching" && starting !== undefined && run.holder.id === workers.self().id;
  return isForgotten && !starting.has(run.id) ? "its start was given up" : null;
}

async function closeIfOver(world: RecoveryContext, run: Run, wish: RecoveryRequest): Promise<Step | null> {
  const { clock, store } = world;
  const row = wish.rows?.get(run.key);
  const closing = row === undefined ? null : judgeClosing(run, taskResolutionOf(row));
  if (row === undefined || closing === null) return null;
  const { why } = closing;
  if (wish.dryRun) return { what: "closed", why };
  const act = { by: RECONCILIATION, atMs: clock.wallMs() };
  const outcome = await changeRun(store, {
    id: run.id,
    epoch: run.epoch,
    change: (now) =>
      now.state === run.state
        ? closeRun(now, { ...act, ...closing })
        : { kind: "refused", why: "it is not as it was" },
    action: actionOf("close", row, { ...act, note: why }),
  });
  return outcome.kind === "changed" ? { what: "closed", why } : null;
}

async function requeueIfDue(
  world: RecoveryContext,
  run: Run,
  { dryRun }: RecoveryRequest,
): Promise<Step | null> {
  if (!hasEnded(run)) return null;
  const policy = retryPolicy(world);
  const step = nextStep(run, policy);
  if (step?.kind !== "requeue") return null;
  const { why } = step;
  if (dryRun) return { what: "requeued", why };
  const outcome = await changeRun(world.store, {
    id: run.id,
    epoch: run.epoch,
    change: (now) => requeueAsDue(now, policy, world.clock.wallMs()),
  });
  return outcome.kind === "changed" ? { what: "requeued", why } : null;
}

/** Decided anew on the run as it is when it is written: a person may have had a say since. */
function requeueAsDue(run: Run, policy: RetryPolicy, nowMs: number): RunChange {
  const step = nextStep(run, policy);
  if (step?.kind !== "requeue") return { kind: "refused", why: step?.why ?? "it has not ended" };
  return requeue(run, { notBeforeMs: step.notBeforeMs, because: step.because, nowMs });
}

function retryPolicy({ config: { dispatch } }: RecoveryContext): RetryPolicy {
  return {
    attempts: dispatch.attempts,
    firstMs: dispatch.retry_first_s * 1000,
    maxMs: dispatch.retry_max_s * 1000,
  };
}
