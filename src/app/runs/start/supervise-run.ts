// A supervisor: one process beside each worker. It takes the run over in the store before it starts anything, so that two
// supervisors never run the same one. Only it knows for sure how the worker ended. It polls the run for a stop request every
// few seconds, and at once when it is nudged.
//
//   starting --refused--> over, nothing was started
//   starting --taken over--> watching --the worker ended--> writing its end --written, or superseded--> over
//   watching --stop request--> watching; the worker is asked to end, and killed after a grace period
//   watching --the run was handed over, closed or dropped--> the worker is killed, nothing is written, over
//
// While the store cannot be used the worker continues; writes are retried.

import type { AttemptEnd, LeftProcess, Run, RunId } from "../../../core/contract/run.ts";
import { begin, end, nameWorker, type RunChange } from "../../../core/run/run-transitions.ts";
import type { RunFiles } from "../../../ports/runs/run-files.ts";
import type { WorkerLauncher, WorkerProcess, WorkerStart, Workers } from "../../../ports/runs/workers.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import { sleep } from "../../wait/sleep.ts";
import { type ChangeableRuns, type ChangeOutcome, changeRun } from "../change/change-run.ts";
import { findLeftRunning, replayStatements, type StatementFiles } from "../change/left-by-worker.ts";

export type SuperviseContext = {
  readonly clock: Clock;
  readonly store: ChangeableRuns;
  readonly workers: Pick<Workers, "self" | "workingIn">;
  readonly launcher: WorkerLauncher;
  /** A new secret for a worker, and its hash for the run. */
  newProof(): { readonly secret: string; readonly hash: string };
  /** The worker's statements while the store cannot be used. */
  readonly files: StatementFiles & Pick<RunFiles, "reserveOutbox">;
  /** Calls `listener` on each nudge; returns how to stop that. */
  onNudge(listener: () => void): () => void;
  /** Frees what the start needed: there may be fifty supervisors, each waiting for hours. */
  freeMemory(): void;
  /** Without it there is nowhere to write. */
  repositoryExists(): boolean;
};

export type WorkerPlan =
  | { readonly kind: "planned"; readonly start: WorkerStart; readonly stopGraceMs: number }
  /** `detail` completes "could not be started: ". */
  | { readonly kind: "failed"; readonly detail: string };

export type SuperviseOrder = {
  readonly run: RunId;
  readonly epoch: number;
  /** Called once, after the run was taken over. `proof`: the secret that authenticates its worker. */
  plan(run: Run, proof: string): Promise<WorkerPlan>;
};

/**
 * `refused`: nothing was started. `superseded`: the run was handed over, so the worker was killed.
 * `unwritten`: the worker ended, but that could not be stored.
 */
export type SuperviseOutcome = "refused" | "ended" | "superseded" | "unwritten";

/** A stop request is noticed this late at most, if its nudge is lost. */
const POLL_INTERVAL_MS = 3_000;
/** Retries while the store cannot be used: after 1 s, 2 s, 4 s, … 30 s. */
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 30_000;

/** Supervises one attempt of a run. */
export async function superviseRun(
  context: SuperviseContext,
  order: SuperviseOrder,
): Promise<SuperviseOutcome> {
  const { clock, workers } = context;
  const proof = context.newProof();
  const started = await persist(context, order, (run) =>
    begin(run, { supervisor: workers.self(), nowMs: clock.wallMs(), proofHash: proof.hash }),
  );
  if (started?.kind !== "changed") return "refused";
  const { stopRequest } = started.run;
  if (stopRequest !== null) return await writeEnd(context, order, { kind: "stopped", by: stopRequest.by });
  const plan = await planFor(started.run, order, proof.secret);
  if (plan.kind === "failed")
    return await writeEnd(context, order, { kind: "not_started", detail: plan.detail });
  context.files.reserveOutbox(order.run);
  const worker = context.launcher.launch(plan.start);
  const watch = new Watch(context, order, worker, plan.stopGraceMs);
  const exit = await watch.untilEnd();
  if (watch.isSuperseded) return "superseded";
  return await writeEnd(context, order, exit, findLeftRunning(context, started.run));
}

/** Once taken over, the run has to be ended here, even after a bug in this program. */
async function planFor(run: Run, order: SuperviseOrder, proof: string): Promise<WorkerPlan> {
  try {
    return await order.plan(run, proof);
  } catch (error) {
    return { kind: "failed", detail: error instanceof Error ? error.message : String(error) };
  }
}

async function writeEnd(
  context: SuperviseContext,
  order: SuperviseOrder,
  attemptEnd: AttemptEnd,
  leftRunning: readonly LeftProcess[] = [],
): Promise<SuperviseOutcome> {
  const nowMs = context.clock.wallMs();
  const written = await persist(context, order, (run) => end(run, { end: attemptEnd, leftRunning, nowMs }));
  if (written === null) return "unwritten";
  return written.kind === "changed" ? "ended" : "superseded";
}

/** Changes the run, with retries; null when the store will not be usable again. */
async function persist(
  context: SuperviseContext,
  { run, epoch }: SuperviseOrder,
  change: (run: Run) => RunChange,
): Promise<ChangeOutcome | null> {
  const { store, repositoryExists } = context;
  for (let delayMs = RETRY_FIRST_MS; ; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
    try {
      // The worker's statements come before its end.
      await replayStatements(context, run);
      return await changeRun(store, { id: run, epoch, change });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // A store that a newer version has migrated is for that version to recover.
      if (error.kind === "newer" || error.kind === "closed" || !repositoryExists()) return null;
      await sleep(delayMs);
    }
  }
}

/** Watches one worker: stores its identity once, and acts on changes of the run. */
class Watch {
  isSuperseded = false;
  readonly #context: SuperviseContext;
  readonly #order: SuperviseOrder;
  readonly #worker: WorkerProcess;
  readonly #stopGraceMs: number;
  #isNamed: boolean;
  #isEnding = false;
  #hasEnded = false;
  #isNudged = false;
  #wake = new AbortController();
  #killTimer: NodeJS.Timeout | undefined;

  constructor(context: SuperviseContext, order: SuperviseOrder, worker: WorkerProcess, stopGraceMs: number) {
    this.#context = context;
    this.#order = order;
    this.#worker = worker;
    this.#stopGraceMs = stopGraceMs;
    this.#isNamed = worker.identity === null;
  }

  /** Resolves when no process of the worker is left. */
  async untilEnd(): Promise<AttemptEnd> {
    const stopListening = this.#context.onNudge(() => {
      this.#isNudged = true;
      this.#wake.abort();
    });
    const looking = this.#poll();
    try {
      return await this.#worker.ended;
    } finally {
      this.#hasEnded = true;
      this.#wake.abort();
      clearTimeout(this.#killTimer);
      stopListening();
      await looking;
    }
  }

  async #poll(): Promise<void> {
    while (!this.#hasEnded) {
      this.#isNudged = false;
      this.#wake = new AbortController();
      await this.#check();
      // A nudge during the check asks for another one.
      if (!this.#hasEnded && !this.#isNudged) await sleep(POLL_INTERVAL_MS, this.#wake.signal);
    }
  }

  async #check(): Promise<void> {
    try {
      await replayStatements(this.#context, this.#order.run);
      const run = this.#isNamed ? await this.#read() : await this.#name();
      if (run === null) this.#supersede();
      else if (run.stopRequest !== null) this.#terminate();
    } catch (error) {
      // The next poll tries again.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  /** Null when it has been handed over. */
  async #read(): Promise<Run | null> {
    const { run: id, epoch } = this.#order;
    const run = await this.#context.store.readRun(id);
    return run?.epoch === epoch && run.state === "running" ? run : null;
  }

  async #name(): Promise<Run | null> {
    const { run: id, epoch } = this.#order;
    const { identity } = this.#worker;
    if (identity === null) return await this.#read();
    const named = await changeRun(this.#context.store, {
      id,
      epoch,
      change: (run) => nameWorker(run, { worker: identity }),
    });
    if (named.kind !== "changed") return null;
    this.#isNamed = true;
    this.#context.freeMemory();
    return named.run;
  }

  /** Kills at once: the worktree may belong to the next worker already. */
  #supersede(): void {
    if (this.#hasEnded) return;
    this.isSuperseded = true;
    this.#worker.kill();
  }

  #terminate(): void {
    if (this.#isEnding || this.#hasEnded) return;
    this.#isEnding = true;
    this.#worker.terminate();
    this.#killTimer = setTimeout(() => this.#worker.kill(), this.#stopGraceMs);
  }
}
