// Requests of other processes and changes of runs: read from the store when its bell rings, and after each cycle, during
// which the bell is ignored.

import type { CycleCause } from "../../core/contract/cycle.ts";
import type { Store } from "../../ports/store/store.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";

/** Starting fifty runs changes runs two hundred times: at most one cycle in this time, the first one at once. */
const RUN_NEWS_EVERY_MS = 250;

export type StoreNewsContext = {
  readonly clock: Clock;
  readonly store: Pick<Store, "onChange" | "pendingRefresh" | "readRunsVersion">;
  readonly log: Log;
};

export type StoreNewsListener = {
  readonly onNews: (cause: Extract<CycleCause, "refresh" | "run_event">) => void;
  /** The version of the runs that the last cycle read. */
  readonly seenRunsVersion: () => number | null;
};

/** Can be started again after `stop`, which is safe to call twice. */
export class StoreNews {
  readonly #context: StoreNewsContext;
  readonly #listener: StoreNewsListener;
  #stopListening: (() => void) | null = null;
  #requestId = 0;
  /** The newest version of the runs that caused a cycle. */
  #runsVersion = 0;
  #runsAtMs = Number.NEGATIVE_INFINITY;
  #later: NodeJS.Timeout | undefined;
  #isHeld = false;

  constructor(context: StoreNewsContext, listener: StoreNewsListener) {
    this.#context = context;
    this.#listener = listener;
  }

  /** The newest request seen. */
  get requestId(): number {
    return this.#requestId;
  }

  start(): void {
    this.stop();
    this.#stopListening = this.#context.store.onChange(() => this.#ring());
    void this.#look();
  }

  stop(): void {
    this.#stopListening?.();
    this.#stopListening = null;
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#isHeld = false;
  }

  /** While a cycle runs: it causes or reads most of what rings. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    void this.#look();
  }

  #ring(): void {
    if (!this.#isHeld) void this.#look();
  }

  async #look(): Promise<void> {
    const { store, log } = this.#context;
    try {
      this.#takeRequest(await store.pendingRefresh());
      this.#takeRunsVersion(await store.readRunsVersion());
    } catch (error) {
      log.warn({ error }, "requests of other processes could not be read");
    }
  }

  #takeRequest(id: number | null): void {
    if (id === null || id === this.#requestId || this.#stopListening === null) return;
    this.#requestId = id;
    this.#listener.onNews("refresh");
  }

  /** Each version once: failed cycles are retried by the runner. */
  #takeRunsVersion(version: number): void {
    const isKnown = version === this.#runsVersion || version === this.#listener.seenRunsVersion();
    if (isKnown || this.#stopListening === null) return;
    const nowMs = this.#context.clock.monotonicMs();
    const dueMs = this.#runsAtMs + RUN_NEWS_EVERY_MS;
    if (nowMs < dueMs) {
      this.#later ??= setTimeout(
        () => {
          this.#later = undefined;
          this.#ring();
        },
        Math.ceil(dueMs - nowMs),
      );
      return;
    }
    this.#runsVersion = version;
    this.#runsAtMs = nowMs;
    this.#listener.onNews("run_event");
  }
}
