// Starts due runs beside the runner's cycles, a few at a time, so that a slow `npm ci` in one worktree delays neither the
// others nor the page.

import type { Run, RunId } from "../../../core/contract/run.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { workerFor } from "../../../core/dispatch/fallback.ts";
import { planStarts } from "../../../core/dispatch/plan-starts.ts";
import type { WorkerChoice } from "../../../core/run/held/hand-over.ts";
import { queueTask } from "../change/insert-run.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { preflight } from "./preflight.ts";
import { startRun } from "./start-run.ts";

/** More worktrees and hooks at once only wait for the same disk. */
export const PREPARING_AT_ONCE = 4;

/** From the snapshot; rows of the whole repository. */
export type DueInput = {
  readonly rows: ReadonlyMap<string, TaskRow>;
  readonly dispatch: Dispatch;
};

/** One per process. `startDue` may be called in each cycle; `stop` aborts starts in flight. */
export class RunStarter {
  readonly #context: RunsContext;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #starting = new Set<RunId>();
  /** Replaced when it changes. */
  #barred: Readonly<Record<string, string>> = {};
  #planned: (DueInput & { readonly untilMs: number; readonly barred: unknown }) | null = null;

  constructor(context: RunsContext) {
    this.#context = context;
  }

  /** Runs that this process is starting, so the recovery must not take them for abandoned. */
  get starting(): ReadonlySet<RunId> {
    return this.#starting;
  }

  /** Why ready tasks cannot start automatically, by key. */
  get barred(): Readonly<Record<string, string>> {
    return this.#barred;
  }

  /** Returns at once. */
  startDue(input: DueInput): void {
    this.#refreshBarred(input);
    if (this.#stopping.signal.aborted || this.#isPlanned(input)) return;
    const nowMs = this.#context.clock.wallMs();
    const { rows } = input;
    // Barred tasks take no place in the queue.
    const dispatch = { ...input.dispatch, barred: this.#barred };
    const due = planStarts({ rows: rows.values(), dispatch, nowMs }).filter(
      ({ decision }) => decision === "start",
    );
    // The same snapshot needs no new plan until one of its retries is due.
    this.#planned =
      due.length === 0 ? { ...input, barred: this.#barred, untilMs: nextDueMs(input, nowMs) } : null;
    for (const { key } of due) {
      if (this.#inFlight.size >= PREPARING_AT_ONCE) return;
      const row = rows.get(key);
      if (row !== undefined && !this.#inFlight.has(key)) this.#begin(row, workerFor(row, dispatch));
    }
  }

  /** Resolves when nothing is in flight. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.settled();
  }

  /** Resolves when the starts in flight have succeeded or failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight.values());
  }

  #isPlanned({ rows, dispatch }: DueInput): boolean {
    const planned = this.#planned;
    if (planned?.barred !== this.#barred) return false;
    if (planned.rows !== rows || planned.dispatch !== dispatch) return false;
    return this.#context.clock.wallMs() < planned.untilMs;
  }

  #begin(row: TaskRow, worker: WorkerChoice): void {
    const work = this.#start(row, worker)
      .catch((error: unknown) => {
        this.#context.log.error({ error, task: row.key }, "a start failed");
      })
      .finally(() => this.#inFlight.delete(row.key));
    this.#inFlight.set(row.key, work);
  }

  async #start(row: TaskRow, worker: WorkerChoice): Promise<void> {
    const run = await this.#queuedRun(row);
    if (run === null) return;
    this.#starting.add(run.id);
    try {
      await startRun(this.#context, run, this.#stopping.signal, worker);
    } finally {
      this.#starting.delete(run.id);
    }
  }

  /** The queued run, or a new one for an automatic start; null when another process was faster. */
  async #queuedRun(row: TaskRow): Promise<Run | null> {
    const open = await this.#context.store.readOpenRun(row.key);
    if (open !== null) return open.state === "queued" ? open : null;
    // If the snapshot had a queued run, it was removed from the queue since, and must not come back.
    if (row.run !== null || this.#isBarred(row)) return null;
    const inserted = await queueTask(this.#context, row, { by: AUTOMATIC_START, automatic: true });
    return inserted.kind === "inserted" ? inserted.run : null;
  }

  /** A failed preflight fails no run; the page shows it on the task. */
  #isBarred(row: TaskRow): boolean {
    const why = preflight(this.#context, row)?.message ?? null;
    if (why === null) return false;
    this.#context.log.warn({ task: row.key, why }, "a ready task cannot start automatically");
    this.#barred = { ...this.#barred, [row.key]: why };
    return true;
  }

  /** The cause may have been fixed, or the task taken. */
  #refreshBarred({ rows }: DueInput): void {
    const before = Object.entries(this.#barred);
    const after = before.flatMap(([key]) => {
      const row = rows.get(key);
      const isReady = row !== undefined && row.run === null && row.base_group === "ready";
      const why = isReady ? preflight(this.#context, row)?.message : undefined;
      return why === undefined ? [] : [[key, why] as const];
    });
    if (JSON.stringify(after) !== JSON.stringify(before)) this.#barred = Object.fromEntries(after);
  }
}

/** The actor that the feed names for automatic starts. */
export const AUTOMATIC_START = "automatic start";

function nextDueMs({ rows, dispatch }: DueInput, nowMs: number): number {
  const probes = dispatch.pauses.map(({ next_probe: nextProbe }) =>
    nextProbe === null ? Number.POSITIVE_INFINITY : Date.parse(nextProbe),
  );
  let nextMs = Math.min(Number.POSITIVE_INFINITY, ...probes.filter((atMs) => atMs > nowMs));
  for (const { run } of rows.values()) {
    if (run?.state !== "queued" || run.not_before === null) continue;
    const dueMs = Date.parse(run.not_before);
    if (dueMs > nowMs) nextMs = Math.min(nextMs, dueMs);
  }
  return nextMs;
}
