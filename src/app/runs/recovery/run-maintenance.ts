// A runner's maintenance of runs: recovery before each cycle, due starts and delivery after it.

import { accountOf } from "../../../core/agent/workers/account.ts";
import { configuredWorkers } from "../../../core/agent/workers/configured-workers.ts";
import type { Run } from "../../../core/contract/run.ts";
import { dueHandOvers } from "../../../core/dispatch/due-hand-overs.ts";
import { missingBytes } from "../../../core/hold/room.ts";
import { isSameScope, type ScopedPause } from "../../../core/records/scoped-pause.ts";
import { isTranscriptOver } from "../../../core/run/transcript-life.ts";
import { MINUTE_MS, parseDuration } from "../../../core/values/durations.ts";
import { BackgroundDelivery } from "../../delivery/deliver-branches.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { maintainPauses } from "../pauses/maintain-pauses.ts";
import { handOverHeld } from "../requests/hand-over.ts";
import { type DueInput, RunStarter } from "../start/run-starter.ts";
import { recoverRuns } from "./recover-runs.ts";
import { relievePressure } from "./relieve-pressure.ts";

/** Looking through all worktrees asks git about each of them. */
const RELIEF_EVERY_MS = 10 * MINUTE_MS;

export class RunMaintenance {
  readonly #context: RunsContext;
  readonly #starter: RunStarter;
  readonly #delivery: BackgroundDelivery;
  readonly #stopping = new AbortController();
  #handingOver: Promise<void> | null = null;
  #relieving: Promise<void> | null = null;
  #relievedMs = Number.NEGATIVE_INFINITY;

  constructor(context: RunsContext) {
    this.#context = context;
    this.#starter = new RunStarter(context);
    this.#delivery = new BackgroundDelivery(context);
  }

  /** `published`: last; null before the first cycle. */
  async recover(runs: readonly Run[], published: DueInput | null): Promise<void> {
    const rows = published?.rows ?? null;
    await recoverRuns(this.#context, { runs, rows, starting: this.#starter.starting, dryRun: false });
    // Afterwards: a probe that ended with its machine has been silent, which is no answer.
    await maintainPauses({
      ...this.#context,
      credentialsOf: (pause) => this.#credentialsOf(pause),
      waitingFor: (scope) =>
        published?.dispatch.pauses.find((pause) => isSameScope(scope, pause.scope))?.waiting ?? null,
    });
  }

  /** Of the first worker that uses the account; all that share one sign in alike. */
  #credentialsOf({ scope }: ScopedPause): string | null {
    const { config, credentials, workers } = this.#context;
    const { host } = workers.self();
    const worker = configuredWorkers(config).all.find((each) => accountOf(each, host) === scope.name);
    return worker === undefined ? null : credentials.stamp(worker.kind);
  }

  /** Begins due starts and deliveries, and returns at once; the results are in the store. */
  startDue(due: DueInput): void {
    this.#handOverDue(due);
    this.#relieve(due);
    this.#starter.startDue(due);
    // A pause stops everything automatic, and so does missing trust.
    if (due.dispatch.pause === null && this.#context.untrusted().length === 0)
      this.#delivery.startDue(due.rows);
  }

  /** In the background, and not again at once: what could be removed is. */
  #relieve({ dispatch: { room } }: DueInput): void {
    const { clock, config, log, untrusted } = this.#context;
    const isFull = room?.lacking.some((lack) => lack === "disk" || lack === "inodes") ?? false;
    if (room === null || !isFull || this.#relieving !== null || untrusted().length > 0) return;
    if (clock.monotonicMs() - this.#relievedMs < RELIEF_EVERY_MS) return;
    this.#relievedMs = clock.monotonicMs();
    const neededBytes = room.lacking.includes("inodes") ? null : missingBytes(room, config.dispatch);
    this.#relieving = relievePressure(this.#context, { neededBytes, signal: this.#stopping.signal })
      .catch((error: unknown) => log.error({ error }, "no room could be made"))
      .then(() => {
        this.#relieving = null;
      });
  }

  /** In the background: the next cycle shows them, and starts them. */
  #handOverDue({ rows, dispatch }: DueInput): void {
    const { clock, config, log } = this.#context;
    const after = config.limits.hand_over_after;
    if (after === null || this.#handingOver !== null || dispatch.pause !== null) return;
    const due = dueHandOvers(rows.values(), {
      dispatch,
      afterMs: parseDuration(after),
      nowMs: clock.wallMs(),
    });
    if (due.length === 0) return;
    this.#handingOver = Promise.all(due.map((each) => handOverHeld(this.#context, each)))
      .catch((error: unknown) => log.error({ error }, "runs could not be handed over"))
      .then(() => {
        this.#handingOver = null;
      });
  }

  /** Why ready tasks cannot start automatically, by key. The same object until that changes. */
  barred(): Readonly<Record<string, string>> {
    return this.#starter.barred;
  }

  /** Removes the files of runs that were closed worker.transcript_days ago. */
  async prune(): Promise<void> {
    const { store, runFiles, clock, config } = this.#context;
    const days = config.worker.transcript_days;
    for (const { id, changedAtMs } of await runFiles.list()) {
      const age = { changedAtMs, nowMs: clock.wallMs(), days };
      if (isTranscriptOver(await store.readRun(id), age)) await runFiles.remove(id);
    }
  }

  /** Aborts starts and deliveries in progress. Workers live on. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const background = [this.#handingOver, this.#relieving];
    await Promise.all([this.#starter.stop(), this.#delivery.stop(), ...background]);
  }
}
