// A supervisor: one process beside each worker. It takes the run over in the store before it starts anything, so that two
// supervisors never run the same one. Only it knows for sure how the worker ended. It polls the run for messages, answers and
// a stop request every few seconds, and at once when it is nudged.
//
//   starting --refused--> over, nothing was started
//   starting --taken over--> watching --the worker ended--> writing its end --written, or superseded--> over
//   watching --stop request--> watching; the worker is asked to end, and killed after a grace period
//   watching --message, answer, question--> watching; brought to the worker, or put to people (app/runs/turns)
//   watching --the run was handed over, closed or dropped--> the worker is killed, nothing is written, over
//
// While the store cannot be used the worker continues; writes are retried.

import type { LeftProcess, Run, RunId } from "../../../core/contract/run.ts";
import { hold as holdRun } from "../../../core/run/held/hold.ts";
import {
  begin,
  end,
  type Messages,
  messagesForStart,
  nameWorker,
  type RunChange,
} from "../../../core/run/run-transitions.ts";
import type { RunFiles } from "../../../ports/runs/run-files.ts";
import type { Workers } from "../../../ports/runs/workers.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { sleep } from "../../wait/sleep.ts";
import { type ChangeOutcome, changeRun } from "../change/change-run.ts";
import { findLeftRunning, replayStatements, type StatementFiles } from "../change/left-by-worker.ts";
import { AgentAttempt } from "../turns/agent-attempt.ts";
import type { AgentPlan, AttemptContext, AttemptStart } from "../turns/attempt-start.ts";
import type { AttemptResult, SupervisedWorker } from "../turns/supervised-worker.ts";

export type SuperviseContext = AttemptContext & {
  readonly workers: Pick<Workers, "self" | "workingIn">;
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
  | {
      readonly kind: "planned";
      readonly start: AttemptStart["start"];
      readonly stopGraceMs: number;
      readonly agent: AgentPlan;
      readonly spending?: AttemptStart["spending"];
      readonly outages?: AttemptStart["outages"];
      readonly memory?: AttemptStart["memory"];
      readonly keepSlot?: AttemptStart["keepSlot"];
    }
  /** `detail` completes "could not be started: ". */
  | { readonly kind: "failed"; readonly detail: string };

export type SuperviseOrder = {
  readonly run: RunId;
  readonly epoch: number;
  /** Called once, after the run was taken over. */
  plan(run: Run, taken: Taken): Promise<WorkerPlan>;
};

/** `proof`: the secret that authenticates its worker. `said`: the messages that it gets with its start. */
export type Taken = { readonly proof: string; readonly said: Messages };

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
  let said: Messages = { followUps: [], answered: null };
  const started = await persist(context, order, (run) => {
    said = messagesForStart(run);
    return begin(run, { supervisor: workers.self(), nowMs: clock.wallMs(), proofHash: proof.hash });
  });
  if (started?.kind !== "changed") return "refused";
  const { run } = started;
  if (run.stopRequest !== null)
    return await writeEnd(context, order, nothingStarted({ kind: "stopped", by: run.stopRequest.by }));
  const plan = await planFor(run, order, { proof: proof.secret, said });
  if (plan.kind === "failed")
    return await writeEnd(context, order, nothingStarted({ kind: "not_started", detail: plan.detail }));
  context.files.reserveOutbox(order.run);
  const { agent, start, spending = null, keepSlot = null, outages = null, memory = null } = plan;
  const worker = new AgentAttempt(context, {
    ...{ plan: agent, start, run, said, spending, keepSlot, outages, memory },
  });
  const watch = new Watch(context, order, worker, plan.stopGraceMs);
  const result = await watch.untilEnd();
  if (watch.isSuperseded) return "superseded";
  const outcome = await writeEnd(context, order, result, findLeftRunning(context, run));
  await result.wrapUp?.();
  return outcome;
}

function nothingStarted(attemptEnd: AttemptResult["end"]): AttemptResult {
  return { end: attemptEnd, use: null, limitedUntilMs: null, settle: (run) => run };
}

/** Once taken over, the run has to be ended here, even after a bug in this program. */
async function planFor(run: Run, order: SuperviseOrder, taken: Taken): Promise<WorkerPlan> {
  try {
    return await order.plan(run, taken);
  } catch (error) {
    return { kind: "failed", detail: error instanceof Error ? error.message : String(error) };
  }
}

async function writeEnd(
  context: SuperviseContext,
  order: SuperviseOrder,
  { settle, announce = nothing, hold = null, end: how, use, limitedUntilMs }: AttemptResult,
  leftRunning: readonly LeftProcess[] = [],
): Promise<SuperviseOutcome> {
  const nowMs = context.clock.wallMs();
  const ending = { end: how, use, limitedUntilMs, leftRunning, nowMs };
  const written = await persist(
    context,
    order,
    (run) => (hold === null ? end(settle(run), ending) : holdRun(settle(run), { ...ending, ...hold })),
    announce,
  );
  if (written === null) return "unwritten";
  return written.kind === "changed" ? "ended" : "superseded";
}

async function nothing(): Promise<void> {}

/** Changes the run, with retries; null when the store will not be usable again. */
async function persist(
  context: SuperviseContext,
  { run, epoch }: SuperviseOrder,
  change: (run: Run) => RunChange,
  announce: () => Promise<void> = nothing,
): Promise<ChangeOutcome | null> {
  const { store, repositoryExists } = context;
  for (let delayMs = RETRY_FIRST_MS; ; delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
    try {
      // The worker's statements come before its end.
      await replayStatements(context, run);
      // What an account met comes before the end of the run that met it: no other is started in between.
      await announce();
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
  readonly #worker: SupervisedWorker;
  readonly #stopGraceMs: number;
  /** The process that the run knows. */
  #named: string | null = null;
  #isEnding = false;
  #hasEnded = false;
  #isNudged = false;
  #wake = new AbortController();
  #killTimer: NodeJS.Timeout | undefined;

  constructor(
    context: SuperviseContext,
    order: SuperviseOrder,
    worker: SupervisedWorker,
    stopGraceMs: number,
  ) {
    this.#context = context;
    this.#order = order;
    this.#worker = worker;
    this.#stopGraceMs = stopGraceMs;
  }

  /** Resolves when no process of the worker is left. */
  async untilEnd(): Promise<AttemptResult> {
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
      const run = await this.#name();
      if (run === null) this.#supersede();
      else if (run.stopRequest === null) await this.#worker.attend(run);
      else if (!this.#worker.takesInterrupt(run)) this.#terminate();
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

  /** Stores which process the worker is; an agent may take several. */
  async #name(): Promise<Run | null> {
    const { run: id, epoch } = this.#order;
    const { identity } = this.#worker;
    if (identity === null || identity.id === this.#named) return await this.#read();
    const named = await changeRun(this.#context.store, {
      id,
      epoch,
      change: (run) => nameWorker(run, { worker: identity }),
    });
    if (named.kind !== "changed") return null;
    if (this.#named === null) this.#context.freeMemory();
    this.#named = identity.id;
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
