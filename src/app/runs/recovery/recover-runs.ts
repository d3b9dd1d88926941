// Recovers runs whose holder died, whose worker ended, or whose task is over. Called by the runner in each cycle, by
// `tasks reconcile` and by `tasks dispatch`. Idempotent; with nothing to do it costs one check per open run and no write.
//
//   holder surely gone         what is left of its worker is ended first, then the run is lost (interrupted)
//   ended                      retried or continued, as core/run/next-step.ts says
//   asked without an answer              answered with the default that its worker named, and continued
//   stopped for the day's budget         continued on the next local day
//   waited for checks          started as soon as they have ended
//   task completed or merged   closed, unless a supervised worker may be alive
//   task's file missing        nothing: the run waits for it
//
// A lost run is handled as ended in the same pass. "Cannot tell" never counts as gone: such a run stays as it is.

import { isDayBudgetOver, renewDayBudget } from "../../../core/budget/budget-transitions.ts";
import type { ActionChange } from "../../../core/contract/activity.ts";
import {
  type AttemptSpared,
  hasEnded,
  isLive,
  type ProcessIdentity,
  type Run,
  type RunId,
} from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { dayStartMs } from "../../../core/costs/local-day.ts";
import { decideAlone, isDecisionDue } from "../../../core/run/held/decide-alone.ts";
import { endHold } from "../../../core/run/held/hold.ts";
import { isWaitDone } from "../../../core/run/held/wait-done.ts";
import { judgeClosing, taskResolutionOf } from "../../../core/run/judge-closing.ts";
import { nextStep, type RetryPolicy, wasRestarted } from "../../../core/run/next-step.ts";
import { closeAsRead, lose, type RunChange, requeue } from "../../../core/run/run-transitions.ts";
import { UTC } from "../../../core/values/local-time.ts";
import { actionOf, labelOf } from "../change/action-of.ts";
import { changeRun } from "../change/change-run.ts";
import { findLeftRunning, replayStatements } from "../change/left-by-worker.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { usedByLost } from "./lost-use.ts";

export type RecoveryContext = Pick<
  RunsContext,
  "clock" | "zone" | "store" | "workers" | "config" | "runFiles"
>;

export type RecoveryRequest = {
  /** All rows of the repository by key; null when the tree could not be read. */
  readonly rows: ReadonlyMap<string, TaskRow> | null;
  /** The open runs, if the caller has just read them. */
  readonly runs?: readonly Run[];
  /** Runs that this process is starting. */
  readonly starting?: ReadonlySet<RunId>;
  readonly dryRun: boolean;
};

export type RecoveryAction = {
  readonly key: string;
  readonly run: RunId;
  /** `left`: something is wrong that could not be fixed now. */
  readonly what: "lost" | "requeued" | "closed" | "left";
  readonly why: string;
};
export type Recovery = { readonly done: readonly RecoveryAction[] };

/** The actor that the feed names. */
const RECONCILIATION = "reconciliation";

/** Throws what the store throws. */
export async function recoverRuns(context: RecoveryContext, request: RecoveryRequest): Promise<Recovery> {
  const runs = request.runs ?? (await context.store.readOpenRuns());
  const done: RecoveryAction[] = [];
  for (const run of runs) {
    const steps = await recoverOne(context, run, request);
    done.push(...steps.map((step) => ({ key: run.key, run: run.id, ...step })));
  }
  return { done };
}

type Step = Pick<RecoveryAction, "what" | "why">;
/** `lost`: the run after that. */
type LiveStep = Step & { readonly lost: Run | null };

async function recoverOne(
  context: RecoveryContext,
  run: Run,
  request: RecoveryRequest,
): Promise<readonly Step[]> {
  if (!isLive(run) || run.kind === "by_hand") return await recoverIdle(context, run, request);
  const step = await recoverLive(context, run, request);
  if (step === null) return [];
  const { what, why, lost } = step;
  return [{ what, why }, ...(lost === null ? [] : await recoverIdle(context, lost, request))];
}

/** For a run without a supervised worker. */
async function recoverIdle(
  context: RecoveryContext,
  run: Run,
  request: RecoveryRequest,
): Promise<readonly Step[]> {
  const closed = await closeIfOver(context, run, request);
  if (closed !== null) return [closed];
  const decided = await decideIfDue(context, run, request);
  const renewed = await renewIfNewDay(context, decided, request);
  const step =
    (await requeueIfDue(context, renewed, request)) ?? (await endWaitIfDone(context, renewed, request));
  return step === null ? [] : [step];
}

/** Its question's time is over, and no supervisor is there to go on with what its worker named: the run after that. */
async function decideIfDue(
  { clock, store }: RecoveryContext,
  run: Run,
  { dryRun }: RecoveryRequest,
): Promise<Run> {
  const nowMs = clock.wallMs();
  if (!isDecisionDue(run, nowMs)) return run;
  const change = (now: Run): RunChange => decideAlone(now, { nowMs });
  const outcome = dryRun ? change(run) : await changeRun(store, { id: run.id, epoch: run.epoch, change });
  return outcome.kind === "changed" ? outcome.run : run;
}

/** The day whose budget stopped it is over: the run after that. */
async function renewIfNewDay(
  { clock, store, zone = UTC }: RecoveryContext,
  run: Run,
  { dryRun }: RecoveryRequest,
): Promise<Run> {
  if (run.budget.reached === null) return run;
  const nowMs = clock.wallMs();
  const day = dayStartMs(nowMs, zone);
  if (!isDayBudgetOver(run, day)) return run;
  const change = (now: Run): RunChange => renewDayBudget(now, { dayStartMs: day, nowMs });
  const outcome = dryRun ? change(run) : await changeRun(store, { id: run.id, epoch: run.epoch, change });
  return outcome.kind === "changed" ? outcome.run : run;
}

/** What a run in the queue waited for is done before its time. */
async function endWaitIfDone(
  { clock, store }: RecoveryContext,
  run: Run,
  { rows, dryRun }: RecoveryRequest,
): Promise<Step | null> {
  const row = rows?.get(run.key);
  if (row === undefined || !isWaitDone(run, row, clock.wallMs())) return null;
  const why = `${run.held?.on ?? "what it waited for"} is done`;
  if (dryRun) return { what: "requeued", why };
  const outcome = await changeRun(store, {
    id: run.id,
    epoch: run.epoch,
    change: (now) => endHold(now, {}),
  });
  return outcome.kind === "changed" ? { what: "requeued", why } : null;
}

async function recoverLive(
  context: RecoveryContext,
  run: Run,
  { dryRun, starting }: RecoveryRequest,
): Promise<LiveStep | null> {
  const { clock, store, workers } = context;
  const { holder } = run;
  const spared = holder === null ? null : sparedOf(context, run, holder);
  const why = holder === null ? null : whyLost(context, run, starting);
  if (holder === null || why === null) return null;
  if (dryRun) {
    const change = loseFrom(run, holder, { detail: why, spared, nowMs: clock.wallMs() });
    return { what: "lost", why, lost: change.kind === "changed" ? change.run : null };
  }
  // Its starter may be gone because the supervisor has taken over since the run was read.
  if ((await store.readRun(run.id))?.holder?.id !== holder.id) return null;
  const remains = await workers.endRemains(run);
  if (remains === "left" || remains === "unknown")
    return { what: "left", why: `${why}, and what it started could not be ended`, lost: null };
  const detail = remains === "ended" ? `${why}; what it left running was ended` : why;
  // Statements that were kept while the store could not be used: the supervisor is no longer there to apply them.
  await replayStatements({ store, files: context.runFiles }, run.id);
  const leftRunning = findLeftRunning(context, run);
  const use = await usedByLost(context, run);
  const change = (now: Run): RunChange =>
    loseFrom(now, holder, { detail, leftRunning, spared, use, nowMs: clock.wallMs() });
  const outcome = await changeRun(store, { id: run.id, epoch: run.epoch, change });
  return outcome.kind === "changed" ? { what: "lost", why: detail, lost: outcome.run } : null;
}

/** Refused if a supervisor has taken it over since it was read. */
function loseFrom(run: Run, holder: ProcessIdentity, facts: Parameters<typeof lose>[1]): RunChange {
  if (run.holder?.id === holder.id) return lose(run, facts);
  return { kind: "refused", why: "another process holds it now" };
}

/** A run that was lost so often in a row may itself be what brings its host down. */
const RESTARTS_SPARED = 5;

/** A restart of its host is no failure of the attempt. */
function sparedOf(
  { workers }: RecoveryContext,
  { attempts }: Run,
  holder: ProcessIdentity,
): AttemptSpared | null {
  const last = attempts.slice(-RESTARTS_SPARED);
  const isLoop = last.length === RESTARTS_SPARED && last.every(({ spared }) => spared?.kind === "restarted");
  return workers.endedWithHost(holder) && !isLoop ? { kind: "restarted" } : null;
}

/** Completes "was lost: "; null while the holder is alive or cannot be checked. */
function whyLost(
  { workers }: RecoveryContext,
  run: Run,
  starting: RecoveryRequest["starting"],
): string | null {
  if (run.holder === null) return null;
  const holds = run.state === "dispatching" ? "the process that started it" : "its supervisor";
  if (workers.endedWithHost(run.holder)) return "its host was restarted";
  if (workers.see(run.holder) === "gone") return `${holds} is gone`;
  const isForgotten =
    run.state === "dispatching" && starting !== undefined && run.holder.id === workers.self().id;
  return isForgotten && !starting.has(run.id) ? "its start was abandoned" : null;
}

async function closeIfOver(
  context: RecoveryContext,
  run: Run,
  request: RecoveryRequest,
): Promise<Step | null> {
  const { clock, store } = context;
  const row = request.rows?.get(run.key);
  const closing = row === undefined ? null : judgeClosing(run, taskResolutionOf(row));
  if (row === undefined || closing === null) return null;
  const { why } = closing;
  if (request.dryRun) return { what: "closed", why };
  const act = { by: RECONCILIATION, atMs: clock.wallMs() };
  const outcome = await changeRun(store, {
    id: run.id,
    epoch: run.epoch,
    change: closeAsRead(run, { ...act, ...closing }),
    action: actionOf("close", row, { ...act, note: why }),
  });
  return outcome.kind === "changed" ? { what: "closed", why } : null;
}

async function requeueIfDue(
  context: RecoveryContext,
  run: Run,
  { dryRun }: RecoveryRequest,
): Promise<Step | null> {
  if (!hasEnded(run)) return null;
  const policy = retryPolicy(context);
  const step = nextStep(run, policy);
  if (step?.kind !== "requeue") return null;
  const { why } = step;
  if (dryRun) return { what: "requeued", why };
  const outcome = await changeRun(context.store, {
    id: run.id,
    epoch: run.epoch,
    change: (now) => requeueAsDue(now, policy, context.clock.wallMs()),
    ...(wasRestarted(run) ? { action: await restartAction(context, run, why) } : {}),
  });
  return outcome.kind === "changed" ? { what: "requeued", why } : null;
}

/** After a night with a restart the feed says which runs continued. Retries are in each run's own record. */
async function restartAction(
  { store, clock }: RecoveryContext,
  run: Run,
  note: string,
): Promise<ActionChange> {
  const act = { by: RECONCILIATION, atMs: clock.wallMs(), note };
  return actionOf("continue", await labelOf(store, run), act);
}

/** Decided again on the run as it is written: a person may have changed it since. */
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
