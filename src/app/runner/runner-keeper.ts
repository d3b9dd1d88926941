// Keeps one runner process alive, and kills it when it hangs: a blocked event loop cannot time itself out.
//
// States: stopped -> starting (launched, nothing heard) -> alive (heard of) -> gone (exited; restart is due) -> starting.
// `stop` leads to stopped from each of them. A runner is killed when it keeps its server waiting longer than the limit: for
// its first message, progress of a cycle, a requested cycle, or the answer to a ping. Its exit then starts the next one. A
// cycle with progress may take any time: a large tree on a slow disk is not a hung process. Time is measured only while
// the server waits for something; otherwise a runner that is silent for a while is pinged.

import type { CycleFailure } from "../../core/contract/cycle.ts";
import { type CycleProgress, hasAdvanced } from "../../core/contract/cycle-progress.ts";
import type { Store } from "../../ports/store/store.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import type {
  RunnerChild,
  RunnerEvent,
  RunnerExit,
  RunnerLauncher,
} from "../../ports/system/runner-process.ts";
import { settlesWithin } from "../wait/sleep.ts";

/** How often limits are checked while the server waits; a hung runner is killed at most this much late. */
const WATCH_TICK_MS = 250;
/** Each tick counts for at most this, so that a server that was stopped itself does not blame its runner. */
const TICK_COUNTS_AT_MOST_MS = 2 * WATCH_TICK_MS;
/** At most the limit. Cycles are further apart, so there is one ping for each. */
const PING_AFTER_SILENCE_MS = 10_000;
/** Restarts after the 1st, 2nd, ... failure in a row wait 250 ms, 500 ms, ... up to 30 s. */
const RESTART_FIRST_MS = 250;
const RESTART_MAX_MS = 30_000;
/** So that servers whose runners failed together do not restart them together (F14). */
const RESTART_JITTER = 0.1;
/** For the runner to finish and release its lease; with the kill `stop` stays under 5 s (R17). */
const STOP_GRACE_MS = 3_000;
const KILL_GRACE_MS = 1_000;

export type KeeperContext = {
  readonly launcher: RunnerLauncher;
  readonly clock: Clock;
  readonly log: Log;
  /** To release the lease of a dead runner, so that the next one need not wait for its expiry. */
  readonly store: Pick<Store, "releaseLease">;
};

export type KeeperSettings = {
  /** How long a cycle may go without progress. */
  readonly cycleTimeoutMs: number;
  /** In [0, 1), for the jitter of restarts. */
  readonly random?: () => number;
};

/** What a server hears of the runner beside it. */
export type RunnerLinkEvent =
  | Exclude<RunnerEvent, { readonly kind: "pong" }>
  | { readonly kind: "launched" }
  /** The runner ended or was ended; the next one starts at `restartAtMs`. */
  | { readonly kind: "gone"; readonly failure: CycleFailure; readonly restartAtMs: number };

/** What a server uses of the keeper; one that only views has none. */
export type RunnerLink = Pick<RunnerKeeper, "refresh" | "requestSync" | "subscribe">;

/** Starts, watches and restarts the runner. `start` and `stop` are both safe to call twice. */
export class RunnerKeeper {
  readonly #context: KeeperContext;
  readonly #settings: KeeperSettings;
  readonly #listeners = new Set<(event: RunnerLinkEvent) => void>();
  #running: RunningChild | null = null;
  #stopped = true;
  #failuresInRow = 0;
  #url: string | null = null;
  #released: Promise<void> = Promise.resolve();
  #restartTimer: NodeJS.Timeout | undefined;
  /** Runs while the server waits for something. */
  #watchTimer: NodeJS.Timeout | undefined;
  /** Runs while it waits for nothing. */
  #pingTimer: NodeJS.Timeout | undefined;

  constructor(context: KeeperContext, settings: KeeperSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#launch();
  }

  /** Terminates the runner, or else kills it; it is gone when this resolves. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopWatching();
    clearTimeout(this.#restartTimer);
    const running = this.#running;
    if (running !== null) {
      running.child.terminate();
      if (!(await settlesWithin(running.ended, STOP_GRACE_MS))) {
        running.child.kill();
        await settlesWithin(running.ended, KILL_GRACE_MS);
      }
    }
    await this.#released;
  }

  /** Asks for a cycle that begins after `askedMs`, by the machine's monotonic clock; `cycle_started` is the answer. */
  refresh(askedMs: number): void {
    const running = this.#running;
    if (running === null) return;
    // Only a leading runner answers with a cycle.
    if (running.epoch !== null && running.cycleMs === null) running.requestMs ??= 0;
    running.child.send({ kind: "refresh", askedMs });
    this.#scheduleChecks(running);
  }

  /** Asks for a sync of pull requests; what it finds is shown by a cycle like any other. */
  requestSync(): void {
    this.#running?.child.send({ kind: "look_up" });
  }

  /** The address of the pages, once the server knows its port; later runners get it too. */
  announce(url: string): void {
    this.#url = url;
    this.#running?.child.send({ kind: "url", url });
  }

  subscribe(listener: (event: RunnerLinkEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #launch(): void {
    if (this.#stopped) return;
    const child = this.#context.launcher.launch();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const running: RunningChild = {
      child,
      ended,
      epoch: null,
      answerMs: 0,
      cycleMs: null,
      progress: null,
      requestMs: null,
      lastTickMs: this.#context.clock.monotonicMs(),
      killedBecause: null,
    };
    this.#running = running;
    this.#emit({ kind: "launched" });
    child.onEvent((event) => this.#hear(running, event));
    child.onExit((exit) => {
      resolve();
      this.#onExit(running, exit);
    });
    if (this.#url !== null) child.send({ kind: "url", url: this.#url });
    this.#scheduleChecks(running);
  }

  #hear(running: RunningChild, event: RunnerEvent): void {
    if (running !== this.#running) return;
    running.answerMs = null;
    this.#note(running, event);
    this.#scheduleChecks(running);
    if (event.kind !== "pong") this.#emit(event);
  }

  #note(running: RunningChild, event: RunnerEvent): void {
    switch (event.kind) {
      case "leading":
        running.epoch = event.epoch;
        break;
      case "standby":
        running.epoch = null;
        // While another process leads, requests go through the store.
        running.requestMs = null;
        break;
      case "cycle_started":
        running.cycleMs = 0;
        running.progress = null;
        running.requestMs = null;
        break;
      case "cycle_progress":
        if (running.cycleMs !== null && hasAdvanced(running.progress, event.progress)) running.cycleMs = 0;
        running.progress = event.progress;
        break;
      case "cycle_ended":
        running.cycleMs = null;
        if (event.outcome.kind === "published" || event.outcome.kind === "attested") this.#failuresInRow = 0;
        break;
      case "notice":
      case "pong":
        break;
    }
  }

  #scheduleChecks(running: RunningChild): void {
    if (this.#stopped) return;
    clearTimeout(this.#pingTimer);
    if (!isBusy(running)) {
      this.#stopWatching();
      const silenceMs = Math.min(PING_AFTER_SILENCE_MS, this.#settings.cycleTimeoutMs);
      this.#pingTimer = setTimeout(() => this.#ping(running), silenceMs);
    } else if (this.#watchTimer === undefined) {
      running.lastTickMs = this.#context.clock.monotonicMs();
      this.#watchTimer = setInterval(() => this.#watch(running), WATCH_TICK_MS);
    }
  }

  #stopWatching(): void {
    clearInterval(this.#watchTimer);
    this.#watchTimer = undefined;
    clearTimeout(this.#pingTimer);
  }

  #ping(running: RunningChild): void {
    running.answerMs = 0;
    running.child.send({ kind: "ping" });
    this.#scheduleChecks(running);
  }

  /** Adds the time since the last tick to each wait, and kills a runner over the limit. */
  #watch(running: RunningChild): void {
    if (running.killedBecause !== null) return;
    const nowMs = this.#context.clock.monotonicMs();
    const passedMs = Math.min(nowMs - running.lastTickMs, TICK_COUNTS_AT_MOST_MS);
    running.lastTickMs = nowMs;
    if (running.answerMs !== null) running.answerMs += passedMs;
    if (running.cycleMs !== null) running.cycleMs += passedMs;
    if (running.requestMs !== null) running.requestMs += passedMs;
    const limitMs = this.#settings.cycleTimeoutMs;
    const overdueMs = Math.max(running.answerMs ?? 0, running.cycleMs ?? 0, running.requestMs ?? 0);
    if (overdueMs < limitMs) return;
    running.killedBecause = {
      reason: "timeout",
      detail: `The update made no progress for ${Math.round(limitMs / 1000)} s and was stopped.`,
    };
    this.#context.log.warn({ pid: running.child.pid, limitMs }, "runner stopped: an update made no progress");
    running.child.kill();
  }

  #onExit(running: RunningChild, exit: RunnerExit): void {
    if (running !== this.#running) return;
    this.#running = null;
    this.#stopWatching();
    if (running.epoch !== null) this.#released = this.#releaseLease(running.epoch);
    if (this.#stopped) return;
    const failure = running.killedBecause ?? describeExit(exit);
    const delayMs = this.#nextDelayMs();
    this.#context.log.warn(
      { ...exit, reason: failure.reason, delayMs },
      "runner ended; the next one is started",
    );
    this.#restartTimer = setTimeout(() => this.#launch(), delayMs);
    this.#emit({ kind: "gone", failure, restartAtMs: this.#context.clock.wallMs() + delayMs });
  }

  #nextDelayMs(): number {
    const steps = Math.min(this.#failuresInRow, Math.ceil(Math.log2(RESTART_MAX_MS / RESTART_FIRST_MS)));
    this.#failuresInRow += 1;
    const delayMs = Math.min(RESTART_FIRST_MS * 2 ** steps, RESTART_MAX_MS);
    const random = this.#settings.random ?? Math.random;
    return Math.round(delayMs * (1 - RESTART_JITTER + 2 * RESTART_JITTER * random()));
  }

  /** Safe: the process is dead and will not publish again. If it fails, the lease expires. */
  async #releaseLease(epoch: number): Promise<void> {
    try {
      await this.#context.store.releaseLease({ epoch });
    } catch (error) {
      this.#context.log.warn({ error: String(error) }, "the lease of a dead runner was not released");
    }
  }

  #emit(event: RunnerLinkEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

type RunningChild = {
  readonly child: RunnerChild;
  readonly ended: Promise<void>;
  /** Not null while it holds the lease. */
  epoch: number | null;
  /** How long the server has waited; null while it does not. This one: for the first message or a pong. */
  answerMs: number | null;
  /** Since the cycle started or last made progress. */
  cycleMs: number | null;
  progress: CycleProgress | null;
  requestMs: number | null;
  lastTickMs: number;
  killedBecause: CycleFailure | null;
};

function isBusy({ answerMs, cycleMs, requestMs }: RunningChild): boolean {
  return answerMs !== null || cycleMs !== null || requestMs !== null;
}

function describeExit({ code, signal }: RunnerExit): CycleFailure {
  const how =
    signal !== null
      ? `was ended by ${signal}`
      : code !== null
        ? `ended with code ${code}`
        : "could not be started";
  return {
    reason: "exit",
    detail: `The process that updates this page ${how}; another one is being started.`,
  };
}
