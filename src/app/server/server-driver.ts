// The server's live snapshot: carries out what server-state.ts decides. The runner beside it is heard over its channel,
// any other one through the store. Requests are answered from memory alone.

import type { Config } from "../../config/schema.ts";
import type { ActivityEvent } from "../../core/contract/activity.ts";
import type { Freshness } from "../../core/contract/snapshot.ts";
import { rememberFreshness } from "../../core/cycle/freshness.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import type { Lease, Store, TransitionQuery } from "../../ports/store/store.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import type { SnapshotFiles } from "../../ports/tree/snapshot-files.ts";
import { describeFailure } from "../cycle/describe-failure.ts";
import { requestCycle } from "../runner/request-cycle.ts";
import type { RunnerLink } from "../runner/runner-keeper.ts";
import type { LiveCounters, LiveEvent, LiveSnapshot, RefreshOutcome, SnapshotView } from "./live-snapshot.ts";
import { loadView, viewFromFile } from "./load-view.ts";
import { nextState } from "./next-server-state.ts";
import { RefreshBudget } from "./refresh-budget.ts";
import { RefreshGate } from "./refresh-gate.ts";
import {
  createServerState,
  type Effect,
  freshnessFacts,
  type LoadMoment,
  leaderOf,
  type OtherRunner,
  type ServerEvent,
  type ServerState,
} from "./server-state.ts";
import { progressStep, TICK_MS, untilTickMs } from "./until-tick.ts";

export type ServerContext = {
  readonly clock: Clock;
  readonly store: Store;
  readonly snapshotFiles: SnapshotFiles;
  readonly log: Log;
  readonly config: Pick<Config, "refresh" | "freshness" | "cycle">;
};

/** `start` and `stop` are both safe to call twice. */
export class ServerDriver implements LiveSnapshot {
  readonly #context: ServerContext;
  /** Null for a server that only views (`--no-runner`). */
  readonly #link: RunnerLink | null;
  readonly #gate: RefreshGate;
  readonly #freshnessOf = rememberFreshness();
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #stopping = new AbortController();
  #state: ServerState;
  #reading: Promise<void> = Promise.resolve();
  #lastFreshness = "";
  #timer: NodeJS.Timeout | undefined;

  constructor(context: ServerContext, link: RunnerLink | null) {
    const { clock, config } = context;
    this.#context = context;
    this.#link = link;
    this.#state = createServerState(this.#now());
    this.#gate = new RefreshGate({
      monotonicMs: clock.monotonicMs,
      budget: new RefreshBudget({ maxCpuPercent: config.refresh.max_cpu_percent }),
      ask: (askedMs) => this.#take({ kind: "cycle_needed", askedMs }),
    });
  }

  /** Resolves when the last snapshot there is can be seen; start the keeper after it. */
  async start(): Promise<void> {
    const { signal } = this.#stopping;
    if (this.#timer !== undefined || signal.aborted) return;
    const stopListening = [
      this.#link?.subscribe((event) => this.#take(event)),
      this.#context.store.onChange(() => this.#take({ kind: "store_changed" })),
    ];
    signal.addEventListener("abort", () => {
      for (const stop of stopListening) stop?.();
    });
    this.#timer = setTimeout(() => this.#tick(), TICK_MS);
    this.#take({ kind: "started" });
    await this.#reading;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    this.#gate.fail();
    await this.#reading;
  }

  view(): SnapshotView | null {
    return this.#state.view;
  }

  freshness(load: RefreshOutcome = "refreshed"): Freshness {
    const { late_s, stale_s } = this.#context.config.freshness;
    const facts = freshnessFacts(this.#state, {
      now: this.#now(),
      pendingSinceMs: this.#gate.pendingSinceMs,
      unserved: load === "refreshed" ? null : load,
    });
    return this.#freshnessOf({ ...facts, lateMs: late_s * 1000, staleMs: stale_s * 1000 });
  }

  refresh(options: { readonly waitMs: number }): Promise<RefreshOutcome> {
    return this.#gate.request(options);
  }

  async refreshNow(): Promise<void> {
    await this.#gate.insist({ waitMs: this.#context.config.refresh.wait_ms });
  }

  requestSync(): void {
    this.#link?.requestSync();
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readTransitions(query: TransitionQuery): Promise<readonly ActivityEvent[]> {
    return this.#context.store.readTransitions(query);
  }

  counters(): LiveCounters {
    const { succeeded, failedByReason } = this.#state.attempts;
    return { ...this.#gate.counters(), cyclesSucceeded: succeeded, cyclesFailedByReason: failedByReason };
  }

  notices(): readonly string[] {
    const leader = leaderOf(this.#state);
    const other = leader.kind === "other_runner" ? [describeOtherRunner(leader.lease)] : [];
    return [...new Set([...other, ...this.#context.store.notices, ...this.#state.notices])];
  }

  #take(event: ServerEvent): void {
    const { state, effects } = nextState(this.#state, event, {
      ...this.#now(),
      cpuMs: this.#context.clock.cpuMs(),
    });
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    // Progress comes several times a second; the ticks show it.
    if (event.kind !== "cycle_progress") this.#noteFreshness();
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case "read_store":
        if (!this.#stopping.signal.aborted) {
          this.#reading = this.#read(effect.asksLease).then((event) => this.#take(event));
        }
        break;
      case "emit":
        this.#emit(effect.event);
        break;
      case "ask_runner":
        this.#link?.refresh(effect.askedMs);
        break;
      case "ask_holder":
        void this.#askHolder(effect.askedMs);
        break;
      case "cycle_started":
        this.#gate.cycleStarted(effect);
        break;
      case "cycle_ended":
        this.#gate.cycleEnded(effect);
        break;
      case "cycle_lost":
        this.#gate.cycleLost();
        break;
      case "ask_again":
        this.#gate.askAgain();
        break;
      case "fail_loads":
        this.#gate.fail();
        break;
      case "refresh_now":
        void this.#gate.insist({ waitMs: 0 });
        break;
      default:
        assertNever(effect);
    }
  }

  async #read(asksLease: boolean): Promise<ServerEvent> {
    const { store, log } = this.#context;
    try {
      const other = asksLease ? await this.#readOther() : null;
      return { kind: "store_read", other, view: await loadView(store, this.#state.view) };
    } catch (error) {
      if (this.#state.following.kind !== "store_failed") log.warn({ error }, "the store cannot be read");
      const file = this.#state.view === null ? await this.#readFile() : null;
      return { kind: "store_unreadable", failure: describeFailure(error), file };
    }
  }

  async #readOther(): Promise<OtherRunner> {
    const { store } = this.#context;
    const lease = await store.readLease();
    const [newest = null] = await store.readCycles(1);
    return { lease, newest };
  }

  async #readFile(): Promise<SnapshotView | null> {
    const { snapshotFiles, log } = this.#context;
    try {
      return await viewFromFile(snapshotFiles);
    } catch (error) {
      log.warn({ error }, "the snapshot file cannot be read either");
      return null;
    }
  }

  async #askHolder(askedMs: number): Promise<void> {
    const { clock, store, log, config } = this.#context;
    const limitMs = config.cycle.timeout_s * 1000;
    let isAnswered = false;
    try {
      isAnswered = await requestCycle({ clock, store, limitMs, signal: this.#stopping.signal });
    } catch (error) {
      log.warn({ error }, "a fresh update could not be requested");
    }
    this.#take({ kind: "holder_answered", askedMs, isAnswered });
  }

  #tick(): void {
    this.#take({ kind: "tick" });
    const isPending = this.#gate.pendingSinceMs !== null;
    const lateMs = this.#context.config.freshness.late_s * 1000;
    this.#timer = setTimeout(() => this.#tick(), untilTickMs(this.freshness(), { isPending, lateMs }));
  }

  #noteFreshness(): void {
    const { state, stale_reason: reason, progress } = this.freshness();
    const now = `${state} ${reason} ${progressStep(progress, this.#context.clock.monotonicMs())}`;
    if (now === this.#lastFreshness) return;
    this.#lastFreshness = now;
    this.#emit({ kind: "freshness" });
  }

  #now(): LoadMoment {
    const { clock, config } = this.#context;
    return {
      wallMs: clock.wallMs(),
      monotonicMs: clock.monotonicMs(),
      waitMs: config.refresh.wait_ms,
    };
  }

  #emit(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function describeOtherRunner({ holder }: Lease): string {
  const where = holder.url === null ? "" : `; its page is ${holder.url}`;
  return `Updates come from another process (${holder.pid} on ${holder.host})${where}.`;
}
