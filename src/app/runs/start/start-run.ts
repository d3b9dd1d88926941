// Starts a queued run: takes it, prepares worktree, hooks and prompt, and launches its supervisor. When two dispatchers
// start the same run, the store lets only one of them take it.

import type { Run } from "../../../core/contract/run.ts";
import { type WorkerChoice, withFallback } from "../../../core/run/held/hand-over.ts";
import { holdStart, postponeStart, saysDiskIsFull } from "../../../core/run/held/hold-start.ts";
import { giveUp, prepare, take } from "../../../core/run/run-transitions.ts";
import { pollUntil } from "../../wait/poll-until.ts";
import { sleep } from "../../wait/sleep.ts";
import { type ChangeOutcome, changeRun } from "../change/change-run.ts";
import { grantStart, takeBackGrants } from "../pauses/grant-start.ts";
import { noteSetUpDone } from "../pauses/note-success.ts";
import { claimSlot, releaseSlot } from "./claim-slot.ts";
import { noteSetUpFailure, spareIfMetAgain } from "./failed-set-up.ts";
import { holdOf } from "./kind-holds.ts";
import { prepareStart, type SetUpStep, type StartContext } from "./prepare-start.ts";
import { starterOf, untilLaunchMs } from "./start-pauses.ts";

export type StartOutcome =
  /** Its supervisor runs; the worker may have ended already. */
  | { readonly kind: "started"; readonly run: Run }
  /** Limits, a pause, missing trust, a kind of worker on hold, a paused account, no room, the day's budget; it stays queued. */
  | {
      readonly kind: "held";
      readonly by: "machine" | "host" | "owner" | "pause" | "trust" | "kind" | "account" | "room" | "budget";
    }
  /** It was started, stopped or changed by another process. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "failed"; readonly detail: string };

/** A supervisor is a small process; one that starts later is refused. */
const START_TIMEOUT_MS = 30_000;

/** `instead`: a fallback of its worker, for a run that was never started. Throws only what the store throws. */
export async function startRun(
  context: StartContext,
  queued: Run,
  signal: AbortSignal,
  instead: WorkerChoice | null = null,
): Promise<StartOutcome> {
  // Checked last: trust may have been revoked, or a setting changed, since it was queued.
  if (context.untrusted().length > 0) return { kind: "held", by: "trust" };
  if (await lacksRoom(context)) return { kind: "held", by: "room" };
  const { requestedWorker } = withFallback(queued, instead, 0);
  if ((await holdOf(context, { ...queued, requestedWorker })) !== null) return { kind: "held", by: "kind" };
  const starter = await starterOf(context, { ...queued, requestedWorker });
  if (starter !== null && (await grantStart(context, queued, starter)) !== null)
    return { kind: "held", by: "account" };
  const outcome = await startGranted(context, { queued, instead, account: starter?.account ?? null }, signal);
  if (outcome.kind !== "started" && outcome.kind !== "failed") await takeBackGrants(context, queued.id);
  return outcome;
}

/** As measured for the newest snapshot; it holds also what a person starts by name. */
async function lacksRoom({ store, workers }: StartContext): Promise<boolean> {
  const dispatch = (await store.readPublished())?.header.dispatch;
  if (dispatch === undefined || dispatch.host !== workers.self().host) return false;
  return dispatch.holds.some(({ code }) => code === "room");
}

type Granted = {
  readonly queued: Run;
  readonly instead: WorkerChoice | null;
  /** Null: its worker is not known, and the start fails with the reason. */
  readonly account: string | null;
};

async function startGranted(
  context: StartContext,
  { queued, instead, account }: Granted,
  signal: AbortSignal,
): Promise<StartOutcome> {
  const { store, workers, clock, config } = context;
  const slot = await claimSlot(context, queued);
  if (slot.kind === "full") return { kind: "held", by: "machine" };
  if (slot.kind === "no_ports") return { kind: "refused", why: NO_PORTS };
  const { workers_per_host: perHost, workers_per_owner: perOwner } = config.dispatch;
  try {
    const taken = await changeRun(store, {
      id: queued.id,
      epoch: queued.epoch,
      change: (run) =>
        take(withFallback(run, instead, clock.wallMs()), {
          ...{ dispatcher: workers.self(), firstPort: slot.firstPort },
          nowMs: clock.wallMs(),
        }),
      limits: { host: workers.self().host, perHost, perOwner },
    });
    if (taken.kind === "held") return taken;
    if (taken.kind !== "changed") return refusedBy(taken);
    const { run } = taken;
    const failure = await attempt(context, { run, account }, signal);
    if (failure !== null) return await abandon(context, run, failure);
    const started = await awaitStart(context, run);
    return started ?? (await abandon(context, run, { detail: NOT_STARTED, step: null }));
  } finally {
    // If the supervisor has taken the slot over, this has no effect.
    releaseSlot(context, queued.id);
  }
}

const NO_PORTS =
  "no block of ports is free above worker.port_base; lower worker.port_base or worker.ports_per_run";

const NOT_STARTED = `its supervisor did not start within ${START_TIMEOUT_MS / 1000} s`;

/** `step`: of the set-up that failed; null for what is the task's own, or no one's. */
type Failure = { readonly detail: string; readonly step: SetUpStep | null };

/** Prepares and launches; what failed, or null. */
async function attempt(
  context: StartContext,
  { run, account }: { readonly run: Run; readonly account: string | null },
  signal: AbortSignal,
): Promise<Failure | null> {
  const { store, workers, log } = context;
  const failed = (detail: string): Failure => ({ detail, step: null });
  try {
    const prepared = await prepareStart(context, run, signal);
    if (prepared.kind === "failed") return { detail: prepared.detail, step: prepared.step ?? null };
    await noteSetUpDone(store, run.id, workers.self().host);
    const waitMs = account === null ? 0 : await untilLaunchMs(context, run, account);
    if (waitMs > 0) await sleep(waitMs, signal);
    signal.throwIfAborted();
    const noted = await changeRun(store, {
      id: run.id,
      epoch: run.epoch,
      change: (now) => prepare(now, prepared.start),
    });
    if (noted.kind !== "changed") return failed("another process changed it while it was prepared");
    if (noted.run.stopRequest !== null) return failed("it was stopped while it was prepared");
    await workers.launchSupervisor({ run: run.id, epoch: run.epoch });
    return null;
  } catch (error) {
    if (signal.aborted) return failed("the process that started it was stopped");
    log.error({ error, run: run.id }, "a run could not be started");
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The run once its worker is known or has ended: until then the worker may still fail to start. Null when the supervisor
 * has not started in time.
 */
async function awaitStart({ store, clock }: StartContext, { id, epoch }: Run): Promise<StartOutcome | null> {
  let newest: Run | null = null;
  const started = await pollUntil({ clock, store, limitMs: START_TIMEOUT_MS }, async () => {
    newest = await store.readRun(id);
    return judgeStart(newest, epoch);
  });
  return started ?? lateStart(newest);
}

/** Null while it is starting. */
function judgeStart(run: Run | null, epoch: number): StartOutcome | null {
  if (run?.epoch !== epoch) return { kind: "refused", why: "another process took it over" };
  if (run.state === "failed" || run.state === "interrupted") {
    const end = run.attempts.at(-1)?.end;
    if (end?.kind === "not_started") return { kind: "failed", detail: end.detail };
  }
  const isStarting = run.state === "dispatching" || (run.state === "running" && run.worker === null);
  return isStarting ? null : { kind: "started", run };
}

function lateStart(run: Run | null): StartOutcome | null {
  return run === null || run.state === "dispatching" ? null : { kind: "started", run };
}

async function abandon(context: StartContext, run: Run, failure: Failure): Promise<StartOutcome> {
  const { store, clock } = context;
  const { detail } = failure;
  const isDiskFull = saysDiskIsFull(detail);
  const { host } = context.workers.self();
  const { step } = failure;
  const met = step === null || isDiskFull ? null : await noteSetUpFailure(context, run, { detail, step });
  const paused = met?.phase === "suspected" ? null : met;
  const outcome = await changeRun(store, {
    id: run.id,
    epoch: run.epoch,
    change: (now) => {
      const nowMs = clock.wallMs();
      if (now.stopRequest === null && isDiskFull) return postponeStart(now, { detail, host, nowMs });
      return paused === null || now.stopRequest !== null
        ? giveUp(now, { detail, nowMs })
        : holdStart(now, { detail, pause: paused, nowMs });
    },
  });
  if (outcome.kind === "changed" && outcome.run.state === "queued")
    return { kind: "held", by: isDiskFull ? "room" : "account" };
  if (outcome.kind === "changed" && met !== null && (await spareIfMetAgain(context, run, met)))
    return { kind: "held", by: "account" };
  if (outcome.kind === "changed") return { kind: "failed", detail };
  // It started at the last moment after all, or a person stopped it.
  if (outcome.kind === "refused" && outcome.run.state === "running" && !outcome.superseded)
    return { kind: "started", run: outcome.run };
  return refusedBy(outcome);
}

function refusedBy(outcome: Exclude<ChangeOutcome, { kind: "changed" }>): StartOutcome {
  switch (outcome.kind) {
    case "refused":
      return { kind: "refused", why: outcome.why };
    case "missing":
      return { kind: "refused", why: "the run no longer exists" };
    case "held":
      return outcome;
  }
}
