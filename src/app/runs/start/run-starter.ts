// Starts what is due, beside the cycles of a runner: a few at a time, each at its own pace, so that a slow `npm ci` in
// one worktree holds up neither the others nor the page.

import type { Run, RunId } from "../../../core/contract/run.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { planStarts } from "../../../core/dispatch/plan-starts.ts";
import { queueRun } from "../../../core/run/run-transitions.ts";
import { actionOf } from "../change/action-of.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { preflight } from "./preflight.ts";
import type { StartContext } from "./prepare-start.ts";
import { startLimits, startRun } from "./start-run.ts";

/** Worktrees are made and hooks run at the same time: more of them only wait for the same disk. */
export const PREPARING_AT_ONCE = 4;

export type StarterContext = StartContext & Pick<RunsContext, "newRunId" | "programs">;

/** What the snapshot says: rows of the whole repository, and what holds for starts. */
export type DueInput = {
  readonly rows: ReadonlyMap<string, TaskRow>;
  readonly dispatch: Dispatch;
};

/** One per process. `startDue` may be called in each cycle; `stop` lets starts in flight give up. */
export class RunStarter {
  readonly #world: StarterContext;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #starting = new Set<RunId>();
  /** Automatic starts that cannot be, by key. Replaced when it changes. */
  #barred: Readonly<Record<string, string>> = {};
  #planned: (DueInput & { readonly untilMs: number; readonly barred: unknown }) | null = null;

  constructor(world: StarterContext) {
    this.#world = world;
  }

  /** Runs that are being started by this process: not to be taken for abandoned. */
  get starting(): ReadonlySet<RunId> {
    return this.#starting;
  }

  /** What keeps ready tasks from being started by themselves, by key. */
  get barred(): Readonly<Record<string, string>> {
    return this.#barred;
  }

  /** Begins what is due and returns at once. */
  startDue(input: DueInput): void {
    this.#refreshBarred(input);
    if (this.#stopping.signal.aborted || this.#isPlanned(input)) return;
    const nowMs = this.#world.clock.wallMs();
    const { rows } = input;
    // What is barred takes nobody's place in the line.
    const dispatch = { ...input.dispatch, barred: this.#barred };
    const due = planStarts({ rows: rows.values(), dispatch, nowMs }).filter(
      ({ decision }) => decision === "start",
    );
    // The same snapshot asks for the same again, until one of its retries is due.
    this.#planned =
      due.length === 0 ? { ...input, barred: this.#barred, untilMs: nextDueMs(rows, nowMs) } : null;
    for (const { key } of due) {
      if (this.#inFlight.size >= PREPARING_AT_ONCE) return;
      const row = rows.get(key);
      if (row !== undefined && !this.#inFlight.has(key)) this.#begin(row);
    }
  }

  /** Resolves when nothing is in flight any more. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.settled();
  }

  /** Resolves when the starts that are in flight now are done, however they went. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight.values());
  }

  #isPlanned({ rows, dispatch }: DueInput): boolean {
    const planned = this.#planned;
    if (planned?.barred !== this.#barred) return false;
    if (planned.rows !== rows || planned.dispatch !== dispatch) return false;
    return this.#world.clock.wallMs() < planned.untilMs;
  }

  #begin(row: TaskRow): void {
    const work = this.#start(row)
      .catch((error: unknown) => {
        this.#world.log.error({ error, task: row.key }, "a start failed");
      })
      .finally(() => this.#inFlight.delete(row.key));
    this.#inFlight.set(row.key, work);
  }

  async #start(row: TaskRow): Promise<void> {
    const run = await this.#queuedRun(row);
    if (run === null) return;
    this.#starting.add(run.id);
    try {
      const { signal } = this.#stopping;
      await startRun(this.#world, run, { limits: startLimits(this.#world), signal });
    } finally {
      this.#starting.delete(run.id);
    }
  }

  /** The run that waits, or a new one for a task that is started by itself; null when somebody else has it by now. */
  async #queuedRun(row: TaskRow): Promise<Run | null> {
    const { store, clock, newRunId } = this.#world;
    const open = await store.readOpenRun(row.key);
    if (open !== null) return open.state === "queued" ? open : null;
    // What waited was taken out of the line since the snapshot; it is not for us to put it back.
    if (row.run !== null || this.#isBarred(row)) return null;
    const act = { by: AUTOMATIC_START, atMs: clock.wallMs() };
    const run = queueRun({ id: newRunId(), key: row.key, owner: row.owner, act, note: null });
    const action = actionOf("kickoff", row, { ...act, note: null });
    const inserted = await store.insertRun({ run, action, automatic: true });
    return inserted.kind === "inserted" ? inserted.run : null;
  }

  /** What can be told beforehand fails no run, let alone one per ready task; the page says it. */
  #isBarred(row: TaskRow): boolean {
    const why = preflight(this.#world, row.slug)?.message ?? null;
    if (why === null) return false;
    this.#world.log.warn({ task: row.key, why }, "a ready task cannot be started by itself");
    this.#barred = { ...this.#barred, [row.key]: why };
    return true;
  }

  /** Somebody may have put it right, or have taken the task. */
  #refreshBarred({ rows }: DueInput): void {
    const before = Object.entries(this.#barred);
    const after = before.flatMap(([key]) => {
      const row = rows.get(key);
      const isReady = row !== undefined && row.run === null && row.base_group === "ready";
      const why = isReady ? preflight(this.#world, row.slug)?.message : undefined;
      return why === undefined ? [] : [[key, why] as const];
    });
    if (JSON.stringify(after) !== JSON.stringify(before)) this.#barred = Object.fromEntries(after);
  }
}

/** Who the feed names for a start that nobody asked for. */
export const AUTOMATIC_START = "automatic start";

function nextDueMs(rows: ReadonlyMap<string, TaskRow>, nowMs: number): number {
  let nextMs = Number.POSITIVE_INFINITY;
  for (const { run } of rows.values()) {
    if (run?.state !== "queued" || run.not_before === null) continue;
    const dueMs = Date.parse(run.not_before);
    if (dueMs > nowMs) nextMs = Math.min(nextMs, dueMs);
  }
  return nextMs;
}
