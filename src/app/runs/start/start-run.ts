// Starts a queued run: takes it, prepares worktree, hooks and prompt, and launches its supervisor. When two dispatchers
// start the same run, the store lets only one of them take it.

import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import { type WorkerChoice, withFallback } from "../../../core/run/held/hand-over.ts";
import { giveUp, prepare, take } from "../../../core/run/run-transitions.ts";
import type { SlotClaim } from "../../../ports/runs/worker-slots.ts";
import { pollUntil } from "../../wait/poll-until.ts";
import { type ChangeOutcome, changeRun } from "../change/change-run.ts";
import { holdOf } from "./kind-holds.ts";
import { prepareStart, type StartContext } from "./prepare-start.ts";

export type StartOutcome =
  /** Its supervisor runs; the worker may have ended already. */
  | { readonly kind: "started"; readonly run: Run }
  /** Limits, a pause, missing trust, or a kind of worker on hold; it stays queued. */
  | { readonly kind: "held"; readonly by: "machine" | "host" | "owner" | "pause" | "trust" | "kind" }
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
  const { store, workers, clock, config } = context;
  // Checked last: trust may have been revoked, or a setting changed, since it was queued.
  if (context.untrusted().length > 0) return { kind: "held", by: "trust" };
  const { requestedWorker } = withFallback(queued, instead, 0);
  if ((await holdOf(context, { ...queued, requestedWorker })) !== null) return { kind: "held", by: "kind" };
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
    const failure = await attempt(context, run, signal);
    if (failure !== null) return await abandon(context, run, failure);
    const started = await awaitStart(context, run);
    return started ?? (await abandon(context, run, NOT_STARTED));
  } finally {
    // If the supervisor has taken the slot over, this has no effect.
    releaseSlot(context, queued.id);
  }
}

const NO_PORTS =
  "no block of ports is free above worker.port_base; lower worker.port_base or worker.ports_per_run";

const NOT_STARTED = `its supervisor did not start within ${START_TIMEOUT_MS / 1000} s`;

/** Prepares and launches; the sentence that says why it failed, or null. */
async function attempt(context: StartContext, run: Run, signal: AbortSignal): Promise<string | null> {
  const { store, workers, log } = context;
  try {
    const prepared = await prepareStart(context, run, signal);
    if (prepared.kind === "failed") return prepared.detail;
    signal.throwIfAborted();
    const noted = await changeRun(store, {
      id: run.id,
      epoch: run.epoch,
      change: (now) => prepare(now, prepared.start),
    });
    if (noted.kind !== "changed") return "another process changed it while it was prepared";
    if (noted.run.stopRequest !== null) return "it was stopped while it was prepared";
    await workers.launchSupervisor({ run: run.id, epoch: run.epoch });
    return null;
  } catch (error) {
    if (signal.aborted) return "the process that started it was stopped";
    log.error({ error, run: run.id }, "a run could not be started");
    return error instanceof Error ? error.message : String(error);
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

async function abandon({ store, clock }: StartContext, run: Run, detail: string): Promise<StartOutcome> {
  const outcome = await changeRun(store, {
    id: run.id,
    epoch: run.epoch,
    change: (now) => giveUp(now, { detail, nowMs: clock.wallMs() }),
  });
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

// A worker slot on this machine, with its ports: claimed before a run is taken, passed to its supervisor, and free once
// that is gone. Where the user's own folder cannot be used, each repository separates only its own workers.

type Claimed = SlotClaim | { readonly kind: "unknown"; readonly firstPort: null };

async function claimSlot(
  { store, workers, slots, config, log }: StartContext,
  queued: Run,
): Promise<Claimed> {
  const { port_base: portBase, ports_per_run: ports } = config.worker;
  const open = await store.readOpenRuns();
  // Workers that an earlier version started keep the port block of their repository.
  const avoid = open.flatMap((run) =>
    isLive(run) && run.firstPort === null && run.portBlock !== null ? [portBase + run.portBlock * ports] : [],
  );
  try {
    return slots.claim({
      run: queued.id,
      holder: workers.self(),
      limit: config.dispatch.workers_per_host,
      portBase,
      ports,
      avoid,
      preferred: queued.firstPort,
    });
  } catch (error) {
    log.warn({ error, run: queued.id }, "the worker slots of this machine cannot be used");
    return { kind: "unknown", firstPort: null };
  }
}

function releaseSlot({ workers, slots, log }: StartContext, run: RunId): void {
  try {
    slots.release({ run, holder: workers.self() });
  } catch (error) {
    log.warn({ error, run }, "a worker slot stays taken until this process ends");
  }
}
