// Starts a queued run: takes it, prepares worktree, hooks and prompt, and launches its supervisor. Taking is what makes
// two dispatchers harmless: the store grants it to one of them, and the other one does nothing.

import type { Run } from "../../../core/contract/run.ts";
import { giveUp, prepare, take } from "../../../core/run/run-transitions.ts";
import type { StartLimits } from "../../../ports/store/run-store.ts";
import { pollUntil } from "../../wait/poll-until.ts";
import { changeRun } from "../change/change-run.ts";
import { claimSlot, releaseSlot } from "./machine-slot.ts";
import { prepareStart, type StartContext } from "./prepare-start.ts";

export type StartOutcome =
  /** Its supervisor has begun; the worker may have ended already. */
  | { readonly kind: "started"; readonly run: Run }
  /** The limits, a pause or missing trust do not allow it now; it stays queued. */
  | { readonly kind: "held"; readonly by: "machine" | "host" | "owner" | "pause" | "trust" }
  /** Somebody else started, stopped or changed it meanwhile. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "failed"; readonly detail: string };

/** A supervisor is a small process: one that has not begun by then never will, and is refused when it tries. */
const START_TIMEOUT_MS = 30_000;

/** Throws only what the store throws. */
export async function startRun(
  world: StartContext,
  queued: Run,
  { limits, signal }: { readonly limits: StartLimits; readonly signal: AbortSignal },
): Promise<StartOutcome> {
  const { store, workers, clock } = world;
  // Asked for at the last moment: trust may have been taken back, or a value changed, since it was queued.
  if (world.untrusted().length > 0) return { kind: "held", by: "trust" };
  const slot = await claimSlot(world, queued);
  if (slot.kind === "full") return { kind: "held", by: "machine" };
  if (slot.kind === "no_ports") return { kind: "refused", why: NO_PORTS };
  try {
    const taken = await changeRun(store, {
      id: queued.id,
      epoch: queued.epoch,
      change: (run) =>
        take(run, { dispatcher: workers.self(), firstPort: slot.firstPort, nowMs: clock.wallMs() }),
      limits,
    });
    if (taken.kind === "held") return taken;
    if (taken.kind !== "changed") return refusedBy(taken);
    const { run } = taken;
    const failure = await attempt(world, run, signal);
    if (failure !== null) return await abandon(world, run, failure);
    const begun = await awaitStart(world, run);
    return begun ?? (await abandon(world, run, NOT_STARTED));
  } finally {
    // What its supervisor has taken over is that one's by now.
    releaseSlot(world, queued.id);
  }
}

const NO_PORTS = "no block of ports is free above worker.port_base; lower it, or worker.ports_per_run";

/** The limits of this machine, as configured. */
export function startLimits({ workers, config }: Pick<StartContext, "workers" | "config">): StartLimits {
  const { workers_per_host: perHost, workers_per_owner: perOwner } = config.dispatch;
  return { host: workers.self().host, perHost, perOwner };
}

const NOT_STARTED = `its supervisor did not begin within ${START_TIMEOUT_MS / 1000} s`;

/** Everything between taking and waiting; the sentence that says why it will not do, or null. */
async function attempt(world: StartContext, run: Run, signal: AbortSignal): Promise<string | null> {
  const { store, workers, log } = world;
  try {
    const prepared = await prepareStart(world, run, signal);
    if (prepared.kind === "failed") return prepared.detail;
    signal.throwIfAborted();
    const noted = await changeRun(store, {
      id: run.id,
      epoch: run.epoch,
      change: (now) => prepare(now, prepared.start),
    });
    if (noted.kind !== "changed") return "it was changed by somebody else while it was prepared";
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
 * The run once its worker is named, or has ended: before that a worker may still turn out not to start. Null when its
 * supervisor has not begun after the longest wait.
 */
async function awaitStart({ store, clock }: StartContext, { id, epoch }: Run): Promise<StartOutcome | null> {
  let newest: Run | null = null;
  const begun = await pollUntil({ clock, store, limitMs: START_TIMEOUT_MS }, async () => {
    newest = await store.readRun(id);
    return judgeStart(newest, epoch);
  });
  return begun ?? lateStart(newest);
}

/** Null while it still begins. */
function judgeStart(run: Run | null, epoch: number): StartOutcome | null {
  if (run?.epoch !== epoch) return { kind: "refused", why: "somebody else took it over" };
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
  // It began after all, in the last moment, or was stopped by a person.
  if (outcome.kind === "refused" && outcome.run.state === "running" && !outcome.superseded)
    return { kind: "started", run: outcome.run };
  return refusedBy(outcome);
}

function refusedBy(
  outcome: Exclude<Awaited<ReturnType<typeof changeRun>>, { kind: "changed" }>,
): StartOutcome {
  switch (outcome.kind) {
    case "refused":
      return { kind: "refused", why: outcome.why };
    case "missing":
      return { kind: "refused", why: "the store has no such run any more" };
    case "held":
      return outcome;
  }
}
