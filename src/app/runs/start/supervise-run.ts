// A supervisor: one process beside each worker. It begins the run in the store before it starts anything, so that two
// can never both have one; it is the only one that knows for sure how the worker ended; and it is told what people want
// by a stopRequest in the run, for which it looks every few seconds, and at once when it is nudged.
//
//   beginning --refused--> over, nothing was started
//   beginning --begun--> watching --the worker ended--> writing its end --written, or no longer wanted--> over
//   watching --a stopRequest--> watching, the worker is asked to end, and killed after a grace
//   watching --the run was handed on, closed or forgotten--> the worker is killed, nothing is written, over
//
// A store that cannot be used changes nothing for the worker: what has to be written is written once that is over.

import type { AttemptEnd, LeftProcess, Run, RunId } from "../../../core/contract/run.ts";
import { begin, end, nameWorker, type RunChange } from "../../../core/run/run-transitions.ts";
import type { RunFiles } from "../../../ports/runs/run-files.ts";
import type { WorkerLauncher, WorkerProcess, WorkerStart, Workers } from "../../../ports/runs/workers.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import { sleep } from "../../wait/sleep.ts";
import { type ChangeableRuns, type ChangeOutcome, changeRun } from "../change/change-run.ts";
import { findLeftRunning } from "../change/find-left-running.ts";
import { replayStatements, type StatementFiles } from "../change/replay-statements.ts";

export type SuperviseContext = {
  readonly clock: Clock;
  readonly store: ChangeableRuns;
  readonly workers: Pick<Workers, "self" | "workingIn">;
  readonly launcher: WorkerLauncher;
  /** A new secret for a worker, and the hash of it that the run holds. */
  newProof(): { readonly secret: string; readonly hash: string };
  /** What the worker says while the store cannot take it. */
  readonly files: StatementFiles & Pick<RunFiles, "reserveOutbox">;
  /** Calls back when somebody wants the run looked at; returns how to stop that. */
  onNudge(listener: () => void): () => void;
  /** Gives back what the start needed: there may be fifty supervisors, and each waits for hours. */
  freeMemory(): void;
  /** Without it there is nobody left to tell. */
  repositoryExists(): boolean;
};

/** What is to be started for a run that has begun. */
export type WorkerPlan =
  | { readonly kind: "planned"; readonly start: WorkerStart; readonly stopGraceMs: number }
  /** `detail` completes "could not be started: ". */
  | { readonly kind: "failed"; readonly detail: string };

export type SuperviseOrder = {
  readonly run: RunId;
  readonly epoch: number;
  /** Called once, after the run was begun. `proof`: the secret that its worker speaks for the run with. */
  plan(run: Run, proof: string): Promise<WorkerPlan>;
};

/**
 * `refused`: nothing was started. `superseded`: the run is somebody else's now, and the worker was ended for it.
 * `unwritten`: the worker ended, and there was nowhere to write it.
 */
export type SuperviseOutcome = "refused" | "ended" | "superseded" | "unwritten";

/** A stopRequest is seen this late at most, should its nudge be lost. */
const POLL_INTERVAL_MS = 3_000;
/** While the store cannot be used: 1 s, 2 s, 4 s, ... and never more than 30 s between two attempts. */
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 30_000;

/** Supervises one attempt of a run, from before the worker's start to after its end. */
export async function superviseRun(
  world: SuperviseContext,
  order: SuperviseOrder,
): Promise<SuperviseOutcome> {
  const { clock, workers } = world;
  const proof = world.newProof();
  const begun = await persist(world, order, (run) =>
    begin(run, { supervisor: workers.self(), nowMs: clock.wallMs(), proofHash: proof.hash }),
  );
  if (begun?.kind !== "changed") return "refused";
  const { stopRequest } = begun.run;
  if (stopRequest !== null) return await writeEnd(world, order, { kind: "stopped", by: stopRequest.by });
  const plan = await planFor(begun.run, order, proof.secret);
  if (plan.kind === "failed")
    return await writeEnd(world, order, { kind: "not_started", detail: plan.detail });
  world.files.reserveOutbox(order.run);
  const worker = world.launcher.launch(plan.start);
  const watch = new Watch(world, order, worker, plan.stopGraceMs);
  const exit = await watch.untilEnd();
  if (watch.isSuperseded) return "superseded";
  return await writeEnd(world, order, exit, findLeftRunning(world, begun.run));
}

/** A run that has begun is ended by us and nobody else, also when this program is at fault. */
async function planFor(run: Run, order: SuperviseOrder, proof: string): Promise<WorkerPlan> {
  try {
    return await order.plan(run, proof);
  } catch (error) {
    return { kind: "failed", detail: error instanceof Error ? error.message : String(error) };
  }
}

async function writeEnd(
  world: SuperviseContext,
  order: SuperviseOrder,
  attemptEnd: AttemptEnd,
  leftRunning: readonly LeftProcess[] = [],
): Promise<SuperviseOutcome> {
  const nowMs = world.clock.wallMs();
  const written = await persist(world, order, (run) => end(run, { end: attemptEnd, leftRunning, nowMs }));
  if (written === null) return "unwritten";
  return written.kind === "changed" ? "ended" : "superseded";
}

/** Changes the run as soon as the store can be used; null when that will not be any more. */
async function persist(
  world: SuperviseContext,
  { run, epoch }: SuperviseOrder,
  change: (run: Run) => RunChange,
): Promise<ChangeOutcome | null> {
  const { store, repositoryExists } = world;
  for (let delayMs = RETRY_FIRST_MS; ; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
    try {
      // What the worker said comes before how it ended.
      await replayStatements(world, run);
      return await changeRun(store, { id: run, epoch, change });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // What a newer version has made of the store is its own to recover.
      if (error.kind === "newer" || error.kind === "closed" || !repositoryExists()) return null;
      await sleep(delayMs);
    }
  }
}

/** Watches over one worker: says once who it is, and acts on what becomes of the run. */
class Watch {
  isSuperseded = false;
  readonly #world: SuperviseContext;
  readonly #order: SuperviseOrder;
  readonly #worker: WorkerProcess;
  readonly #stopGraceMs: number;
  #isNamed: boolean;
  #isEnding = false;
  #hasEnded = false;
  #isNudged = false;
  #wake = new AbortController();
  #killTimer: NodeJS.Timeout | undefined;

  constructor(world: SuperviseContext, order: SuperviseOrder, worker: WorkerProcess, stopGraceMs: number) {
    this.#world = world;
    this.#order = order;
    this.#worker = worker;
    this.#stopGraceMs = stopGraceMs;
    this.#isNamed = worker.identity === null;
  }

  /** Resolves when nothing of the worker is left. */
  async untilEnd(): Promise<AttemptEnd> {
    const stopListening = this.#world.onNudge(() => {
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
      // What happened during the look asks for another one.
      if (!this.#hasEnded && !this.#isNudged) await sleep(POLL_INTERVAL_MS, this.#wake.signal);
    }
  }

  async #check(): Promise<void> {
    try {
      await replayStatements(this.#world, this.#order.run);
      const run = this.#isNamed ? await this.#read() : await this.#name();
      if (run === null) this.#supersede();
      else if (run.stopRequest !== null) this.#terminate();
    } catch (error) {
      // It is looked at again in a moment.
      if (!(error instanceof StoreError)) throw error;
    }
  }

  /** Null when it is not ours any more. */
  async #read(): Promise<Run | null> {
    const { run: id, epoch } = this.#order;
    const run = await this.#world.store.readRun(id);
    return run?.epoch === epoch && run.state === "running" ? run : null;
  }

  async #name(): Promise<Run | null> {
    const { run: id, epoch } = this.#order;
    const { identity } = this.#worker;
    if (identity === null) return await this.#read();
    const named = await changeRun(this.#world.store, {
      id,
      epoch,
      change: (run) => nameWorker(run, { worker: identity }),
    });
    if (named.kind !== "changed") return null;
    this.#isNamed = true;
    this.#world.freeMemory();
    return named.run;
  }

  /** At once: the worktree may be the next worker's already. */
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
