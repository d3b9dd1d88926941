// Syncs pull requests beside the cycles of a runner, so that a slow host delays no page. A cycle uses what is known, with the
// source's age; changes cause another cycle. Facts are kept in the store, and a new process starts from them.

import type { TreeIndex } from "../../core/contract/parsed-file.ts";
import type { PullRequest } from "../../core/contract/pull-request.ts";
import type { Run } from "../../core/contract/run.ts";
import type { TaskRow } from "../../core/contract/snapshot.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import { outdatedNumbers } from "../../core/pull-request/expired-pull-requests.ts";
import { hintedNumber } from "../../core/pull-request/link-pull-requests.ts";
import { fetchName, nextSyncMs } from "../../core/pull-request/plan-sync.ts";
import { type SyncTargets, syncTargetsOf } from "../../core/pull-request/sync-scope.ts";
import type { PullRequestSyncState } from "../../core/pull-request/sync-state.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import { sameValue } from "../../core/values/same-value.ts";
import type { HostSearch, PullRequestHosts } from "../../ports/git/pull-request-host.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import type { SyncedPullRequests } from "../cycle/cycle-context.ts";
import type { Heartbeat } from "../cycle/heartbeat.ts";
import { runSync } from "./run-sync.ts";
import { SyncMemory, type SyncMemoryContext } from "./sync-memory.ts";

export type PullRequestSyncContext = SyncMemoryContext & {
  readonly clock: Clock;
  readonly hosts: PullRequestHosts;
  readonly log: Log;
};

/** What a sync has to know of the tasks. */
export type SyncInput = {
  readonly rows: ReadonlyMap<string, TaskRow>;
  readonly runs: readonly Run[];
  readonly index: TreeIndex;
};

type SyncOptions = {
  readonly epoch: number;
  readonly about: SyncInput;
  readonly signal: AbortSignal;
};

/** From the last cycle; null before the first. */
export function syncInputOf(
  heartbeat: Pick<Heartbeat, "published" | "openRuns" | "basis">,
): SyncInput | null {
  const published = heartbeat.published();
  const basis = heartbeat.basis();
  if (published === null || basis === null) return null;
  return { rows: published.built.rows, runs: heartbeat.openRuns(), index: basis.index };
}

/** However often a person presses Refresh. */
const REQUESTED_SYNC_INTERVAL_MS = 3_000;
/** Changes come in bursts: a sync that is due at once waits this long. */
const SYNC_DELAY_MS = 1_000;
/** Whether a sync is due is checked at least this often, because clocks are stepped. */
const CHECK_INTERVAL_MAX_MS = MINUTE_MS;
/** A token or a remote may have been added. */
const SEARCH_INTERVAL_MS = MINUTE_MS;
/** Ten requests on a slow line. */
export const SYNC_TIMEOUT_MS = MINUTE_MS;

/** One per process. Syncs run one at a time. */
export class PullRequestSync {
  readonly #context: PullRequestSyncContext;
  readonly #memory: SyncMemory;
  #search: { readonly found: HostSearch; readonly atMs: number } | null = null;
  #byHand = false;
  /** Null while it is not started. */
  #schedule: { readonly check: () => Promise<void>; readonly wait: () => void } | null = null;

  constructor(context: PullRequestSyncContext) {
    this.#context = context;
    this.#memory = new SyncMemory(context);
  }

  /** Throws what the store throws. */
  async current(): Promise<SyncedPullRequests> {
    return await this.#memory.current();
  }

  /** Another process may have synced: the store is read again. */
  forget(): void {
    this.#memory.forget();
  }

  /** A person asks for a sync soon, regardless of the rate-limit reserve. */
  requestSync(): void {
    this.#byHand = true;
    void this.#schedule?.check();
  }

  /** Tasks or runs have changed, so the next sync may be due sooner. */
  reschedule(): void {
    this.#schedule?.wait();
  }

  /** Syncs when due, until the returned function is called. */
  start(options: {
    readonly epoch: number;
    readonly subjects: () => SyncInput | null;
    readonly onNews: () => void;
  }): () => void {
    const { epoch, subjects, onNews } = options;
    const stopping = new AbortController();
    const { signal } = stopping;
    let isSyncing = false;
    let timer: NodeJS.Timeout | undefined;
    let timerAtMs = Number.POSITIVE_INFINITY;
    const wait = () => {
      if (signal.aborted || isSyncing) return;
      const forMs = this.#untilDueMs(subjects());
      const atMs = this.#context.clock.monotonicMs() + forMs;
      // Frequent cycles must not postpone a check that is near.
      if (atMs >= timerAtMs) return;
      clearTimeout(timer);
      timerAtMs = atMs;
      timer = setTimeout(() => {
        timerAtMs = Number.POSITIVE_INFINITY;
        void check();
      }, forMs);
    };
    const check = async () => {
      const about = subjects();
      if (isSyncing || signal.aborted) return;
      if (about === null) return wait();
      isSyncing = true;
      try {
        if ((await this.syncIfDue({ epoch, about, signal })) && !signal.aborted) onNews();
      } catch (error) {
        // The cycles meet the same store error and show it on the page.
        this.#context.log.warn({ error }, "synced pull requests could not be stored");
      } finally {
        isSyncing = false;
        wait();
      }
    };
    this.forget();
    this.#schedule = { check, wait };
    wait();
    return () => {
      clearTimeout(timer);
      this.#schedule = null;
      stopping.abort();
    };
  }

  /** True when something changed. Throws what the store throws. */
  async syncIfDue(options: SyncOptions): Promise<boolean> {
    await this.current();
    const nowMs = this.#context.clock.wallMs();
    return nowMs >= this.#dueMs(options.about, nowMs) && (await this.sync(options));
  }

  /** Whether `syncIfDue` would sync: for a process that would rather exit at once. */
  async wantsSync(signal: AbortSignal): Promise<boolean> {
    const { state } = await this.current();
    const nowMs = this.#context.clock.wallMs();
    if (state.standing.kind !== "off")
      return nowMs >= nextSyncMs({ ...this.#pace(), expecting: false, nowMs });
    await this.#find(signal, false);
    return this.#isNewlyFound();
  }

  /** True when something changed. Throws what the store throws. */
  async sync({ epoch, about, signal }: SyncOptions): Promise<boolean> {
    const memory = this.#memory;
    await memory.current();
    const byHand = this.#byHand;
    this.#byHand = false;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(SYNC_TIMEOUT_MS)]);
    const search = await this.#find(limited, byHand);
    if (signal.aborted) return false;
    if (search.kind === "off") {
      memory.state = { ...memory.state, standing: search, triedAtMs: this.#context.clock.wallMs() };
      return await memory.keep(epoch, []);
    }
    const { repository } = memory.state;
    const isOther = repository !== null && repository !== search.host.repository;
    if (isOther && !(await memory.reset(epoch))) return false;
    const interest = this.#interest(about);
    const { clock } = this.#context;
    const { state, known } = memory;
    const result = await runSync(search.host, { clock, state, known, interest, byHand, signal: limited });
    if (isStopped(signal)) return false;
    // A refused token may have been replaced.
    if (result.state.standing.kind === "failing") this.#search = null;
    const gone = this.#learn(result.changed, about, interest);
    memory.state = { ...result.state, askedAtMs: this.#stillWanted(result.state.askedAtMs, interest) };
    return (await memory.keep(epoch, gone)) || isOther;
  }

  /** When the next sync may begin. */
  #dueMs({ runs }: SyncInput, nowMs: number): number {
    const { triedAtMs, standing } = this.#memory.state;
    const after = (waitMs: number) => {
      const isOver = triedAtMs === null || Math.abs(nowMs - triedAtMs) >= waitMs;
      return isOver ? nowMs : triedAtMs + waitMs;
    };
    if (this.#byHand) return Math.max(after(REQUESTED_SYNC_INTERVAL_MS), this.#forbiddenUntilMs());
    if (standing.kind === "off") return this.#isNewlyFound() ? nowMs : after(SEARCH_INTERVAL_MS);
    const expecting = runs.some(({ state }) => state === "running" || state === "exited");
    return nextSyncMs({ ...this.#pace(), expecting, nowMs });
  }

  #untilDueMs(about: SyncInput | null): number {
    if (about === null) return SYNC_DELAY_MS;
    const nowMs = this.#context.clock.wallMs();
    return Math.min(Math.max(this.#dueMs(about, nowMs) - nowMs, SYNC_DELAY_MS), CHECK_INTERVAL_MAX_MS);
  }

  /** The last search differs from the state, or there was none. */
  #isNewlyFound(): boolean {
    const found = this.#search?.found ?? null;
    const { standing } = this.#memory.state;
    return found === null || found.kind === "found" || !sameValue(found, standing);
  }

  #pace() {
    const { reserve } = this.#context.config.github;
    return { state: this.#memory.state, known: [...this.#memory.known.values()], reserve };
  }

  /** Until then not even a person's request is sent: the host has said so. */
  #forbiddenUntilMs(): number {
    const { standing } = this.#memory.state;
    return standing.kind === "failing" ? (standing.notBeforeMs ?? 0) : 0;
  }

  async #find(signal: AbortSignal, byHand: boolean): Promise<HostSearch> {
    const nowMs = this.#context.clock.monotonicMs();
    const last = this.#search;
    const isOld = last === null || nowMs - last.atMs >= SEARCH_INTERVAL_MS;
    if (last !== null && (last.found.kind === "found" || !(isOld || byHand))) return last.found;
    const found = await this.#context.hosts.find(signal);
    this.#search = { found, atMs: nowMs };
    return found;
  }

  /** Returns the numbers of pull requests that are no longer kept. */
  #learn(changed: readonly PullRequest[], about: SyncInput, interest: SyncTargets): readonly number[] {
    const memory = this.#memory;
    const before = new Set(memory.known.keys());
    memory.learn(changed);
    const outdated = outdatedNumbers({
      known: memory.known.values(),
      rows: about.rows.values(),
      hinted: interest.numbers,
      patterns: memory.patterns,
      nowMs: this.#context.clock.wallMs(),
    });
    memory.drop(outdated);
    return outdated.filter((number) => before.has(number));
  }

  #interest({ rows, runs, index }: SyncInput): SyncTargets {
    const hints = hintsOf(rows, index, this.#memory.state.repository);
    return syncTargetsOf({ rows: rows.values(), runs, patterns: this.#memory.patterns, hints });
  }

  #stillWanted(
    asked: PullRequestSyncState["askedAtMs"],
    interest: SyncTargets,
  ): PullRequestSyncState["askedAtMs"] {
    const names = new Set([...interest.branches, ...interest.numbers.map((number) => `#${number}`)]);
    for (const { branch, number } of this.#memory.known.values()) {
      names.add(fetchName({ kind: "branch", branch }));
      names.add(fetchName({ kind: "number", number }));
    }
    return Object.fromEntries(Object.entries(asked).filter(([name]) => names.has(name)));
  }
}

function hintsOf(
  rows: ReadonlyMap<string, TaskRow>,
  index: TreeIndex,
  repository: string | null,
): ReadonlyMap<string, number> {
  const hints = new Map<string, number>();
  for (const [key, { file }] of rows) {
    const parsed = index.get(file as RelativePath)?.parsed;
    const hint = parsed?.kind === "task" ? parsed.spec.pullRequest : null;
    const number = hint === null ? null : hintedNumber(hint, repository);
    if (number !== null) hints.set(key, number);
  }
  return hints;
}

/** Aborted by the caller; a timeout is a failure of the host instead. */
function isStopped({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof DOMException && reason.name === "TimeoutError");
}
