// Looks pull requests up beside the cycles of a runner: never on their path, so that a slow host delays no page. A cycle
// takes what is known at its moment, with the source's own age; news cause a cycle of their own.
//
// Facts are kept in the store. A process that starts shows them at once, as old as they are, and goes on from there.

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

/** What the look-ups have to know of the tasks; null before the first cycle. */
export type SyncInput = {
  readonly rows: ReadonlyMap<string, TaskRow>;
  readonly runs: readonly Run[];
  readonly index: TreeIndex;
};

/** As the last cycle had them. */
export function syncInputOf(
  heartbeat: Pick<Heartbeat, "published" | "openRuns" | "basis">,
): SyncInput | null {
  const published = heartbeat.published();
  const basis = heartbeat.basis();
  if (published === null || basis === null) return null;
  return { rows: published.built.rows, runs: heartbeat.openRuns(), index: basis.index };
}

/** A person may press Refresh as often as they like. */
const REQUESTED_SYNC_INTERVAL_MS = 3_000;
/** What a round depends on changes beside it, a little at a time: rounds that are due at once wait this long. */
const SYNC_DELAY_MS = 1_000;
/** It is asked at least this often whether a round is due: clocks are stepped. */
const CHECK_INTERVAL_MAX_MS = MINUTE_MS;
/** A token may be there by now, a remote may have been added. */
const SEARCH_INTERVAL_MS = MINUTE_MS;
/** A round of ten requests on a slow line. */
export const SYNC_TIMEOUT_MS = MINUTE_MS;

/** One per process. Rounds run one at a time. */
export class PullRequestSync {
  readonly #world: PullRequestSyncContext;
  readonly #memory: SyncMemory;
  #search: { readonly found: HostSearch; readonly atMs: number } | null = null;
  #byHand = false;
  /** Null while no rounds are made by themselves. */
  #own: { readonly look: () => Promise<void>; readonly wait: () => void } | null = null;

  constructor(world: PullRequestSyncContext) {
    this.#world = world;
    this.#memory = new SyncMemory(world);
  }

  /** What is known now. Throws what the store throws. */
  async current(): Promise<SyncedPullRequests> {
    return await this.#memory.current();
  }

  /** Another process may have looked meanwhile: what the store has is newer. */
  forget(): void {
    this.#memory.forget();
  }

  /** Asks soon, whatever the reserve says: a person wants to know. */
  requestSync(): void {
    this.#byHand = true;
    void this.#own?.look();
  }

  /** What is known of tasks and runs is not as it was: the next round may be due sooner. */
  reschedule(): void {
    this.#own?.wait();
  }

  /** Makes rounds as they are due, until what it returns is called. `onNews`: something is not as it was. */
  start(options: {
    readonly epoch: number;
    readonly subjects: () => SyncInput | null;
    readonly onNews: () => void;
  }): () => void {
    const { epoch, subjects, onNews } = options;
    const stopping = new AbortController();
    const { signal } = stopping;
    let isLooking = false;
    let timer: NodeJS.Timeout | undefined;
    let timerAtMs = Number.POSITIVE_INFINITY;
    const wait = () => {
      if (signal.aborted || isLooking) return;
      const forMs = this.#untilDueMs(subjects());
      const atMs = this.#world.clock.monotonicMs() + forMs;
      // Cycles may follow each other closer than that: a look that is near is put off by none of them.
      if (atMs >= timerAtMs) return;
      clearTimeout(timer);
      timerAtMs = atMs;
      timer = setTimeout(() => {
        timerAtMs = Number.POSITIVE_INFINITY;
        void look();
      }, forMs);
    };
    const look = async () => {
      const about = subjects();
      if (isLooking || signal.aborted) return;
      if (about === null) return wait();
      isLooking = true;
      try {
        if ((await this.syncIfDue({ epoch, about, signal })) && !signal.aborted) onNews();
      } catch (error) {
        // The store: the cycles meet the same fault and tell it on the page.
        this.#world.log.warn({ error }, "what was looked up could not be kept");
      } finally {
        isLooking = false;
        wait();
      }
    };
    this.forget();
    this.#own = { look, wait };
    wait();
    return () => {
      clearTimeout(timer);
      this.#own = null;
      stopping.abort();
    };
  }

  /** Looks once, if it is time to. True when something is not as it was. Throws what the store throws. */
  async syncIfDue(options: {
    readonly epoch: number;
    readonly about: SyncInput;
    readonly signal: AbortSignal;
  }): Promise<boolean> {
    await this.current();
    return this.#isDue(options.about) && (await this.sync(options));
  }

  /** Whether a round by `lookIfDue` could bring anything: for a process that would rather end at once. */
  async wantsSync(signal: AbortSignal): Promise<boolean> {
    const { state } = await this.current();
    const nowMs = this.#world.clock.wallMs();
    if (state.standing.kind !== "off")
      return nowMs >= nextSyncMs({ ...this.#pace(), expecting: false, nowMs });
    await this.#find(signal, false);
    return this.#isNewlyFound();
  }

  /** One round. True when something is not as it was. Throws what the store throws. */
  async sync({
    epoch,
    about,
    signal,
  }: {
    readonly epoch: number;
    readonly about: SyncInput;
    readonly signal: AbortSignal;
  }): Promise<boolean> {
    const memory = this.#memory;
    await memory.current();
    const byHand = this.#byHand;
    this.#byHand = false;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(SYNC_TIMEOUT_MS)]);
    const search = await this.#find(limited, byHand);
    if (signal.aborted) return false;
    if (search.kind === "off") {
      memory.setState({ ...memory.state, standing: search, triedAtMs: this.#world.clock.wallMs() });
      return await memory.keep(epoch, []);
    }
    const { repository } = memory.state;
    const isOther = repository !== null && repository !== search.host.repository;
    if (isOther && !(await memory.reset(epoch))) return false;
    const interest = this.#interest(about);
    const round = await runSync(search.host, {
      ...{ clock: this.#world.clock, state: memory.state, known: memory.known },
      ...{ interest, byHand, signal: limited },
    });
    if (isStopped(signal)) return false;
    // A token that was refused may have been replaced.
    if (round.state.standing.kind === "failing") this.#search = null;
    const gone = this.#learn(round.changed, about, interest);
    memory.setState({ ...round.state, askedAtMs: this.#stillAsked(round.state.askedAtMs, interest) });
    return (await memory.keep(epoch, gone)) || isOther;
  }

  #isDue(about: SyncInput): boolean {
    const nowMs = this.#world.clock.wallMs();
    return nowMs >= this.#dueMs(about, nowMs);
  }

  /** From which time on the next round may begin, as things are now. */
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
    const nowMs = this.#world.clock.wallMs();
    return Math.min(Math.max(this.#dueMs(about, nowMs) - nowMs, SYNC_DELAY_MS), CHECK_INTERVAL_MAX_MS);
  }

  /** What was found last is not what the state says, or nothing was looked for yet. */
  #isNewlyFound(): boolean {
    const found = this.#search?.found ?? null;
    const { standing } = this.#memory.state;
    return found === null || found.kind === "found" || !sameValue(found, standing);
  }

  #pace() {
    const { reserve } = this.#world.config.github;
    return { state: this.#memory.state, known: [...this.#memory.known.values()], reserve };
  }

  /** Before that not even a person may: the host has said so. */
  #forbiddenUntilMs(): number {
    const { standing } = this.#memory.state;
    return standing.kind === "failing" ? (standing.notBeforeMs ?? 0) : 0;
  }

  async #find(signal: AbortSignal, byHand: boolean): Promise<HostSearch> {
    const nowMs = this.#world.clock.monotonicMs();
    const last = this.#search;
    const isOld = last === null || nowMs - last.atMs >= SEARCH_INTERVAL_MS;
    if (last !== null && (last.found.kind === "found" || !(isOld || byHand))) return last.found;
    const found = await this.#world.hosts.find(signal);
    this.#search = { found, atMs: nowMs };
    return found;
  }

  /** Takes in what was found; the numbers of those that are no longer kept. */
  #learn(changed: readonly PullRequest[], about: SyncInput, interest: SyncTargets): readonly number[] {
    const memory = this.#memory;
    const before = new Set(memory.known.keys());
    memory.learn(changed);
    const outdated = outdatedNumbers({
      ...{ known: memory.known.values(), rows: about.rows.values(), hinted: interest.numbers },
      ...{ patterns: memory.patterns, nowMs: this.#world.clock.wallMs() },
    });
    memory.drop(outdated);
    return outdated.filter((number) => before.has(number));
  }

  #interest({ rows, runs, index }: SyncInput): SyncTargets {
    const hints = hintsOf(rows, index, this.#memory.state.repository);
    return syncTargetsOf({ rows: rows.values(), runs, patterns: this.#memory.patterns, hints });
  }

  #stillAsked(
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

/** By somebody who wants no more of it; a limit of time that has passed is a failure of the host. */
function isStopped({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof DOMException && reason.name === "TimeoutError");
}
