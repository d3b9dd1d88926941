// The server's live snapshot. It is fed by the runner beside the server (events over its channel) while that one holds
// the lease, by looking into the store now and then, and by the snapshot file when the store cannot be read.
// Requests are answered from memory alone.

import type { Config } from "../../config/schema.ts";
import type { ActivityEvent } from "../../core/contract/activity.ts";
import type { CycleFailure } from "../../core/contract/cycle.ts";
import type { Freshness } from "../../core/contract/snapshot.ts";
import { type AgeAt, ageAtReceipt, ageNow, type ClockReading } from "../../core/cycle/age.ts";
import { type CycleAttempt, rememberFreshness } from "../../core/cycle/freshness.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import type { Lease, Store, TransitionQuery } from "../../ports/store/store.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import type { SnapshotFiles } from "../../ports/tree/snapshot-files.ts";
import { describeFailure } from "../cycle/describe-failure.ts";
import { requestCycle } from "../runner/request-cycle.ts";
import type { RunnerLink, RunnerLinkEvent } from "../runner/runner-link.ts";
import { AttemptLog } from "./attempt-log.ts";
import type { LiveCounters, LiveEvent, LiveSnapshot, RefreshOutcome, SnapshotView } from "./live-snapshot.ts";
import { loadView, viewFromFile } from "./load-view.ts";
import { RefreshBudget } from "./refresh-budget.ts";
import { type CycleAnswer, RefreshGate } from "./refresh-gate.ts";
import { progressStep, QUIET_TICK_MS, TICK_MS, untilTickMs } from "./until-tick.ts";

/** A tick that comes this late means that the machine or this process slept (F8). */
const SLEPT_AFTER_MS = 2 * QUIET_TICK_MS;
/** A timer may fire this much early: whoever has waited its whole time has waited long enough. */
const TIMER_SLACK_MS = 2;

export type FollowWorld = {
  readonly clock: Clock;
  readonly store: Store;
  readonly snapshotFiles: SnapshotFiles;
  readonly log: Log;
  readonly config: Pick<Config, "refresh" | "freshness" | "cycle">;
};

/** `start` and `stop` are both safe to call twice. */
export class FollowSnapshot implements LiveSnapshot {
  readonly #world: FollowWorld;
  /** Null for a server that only views (`--no-runner`). */
  readonly #link: RunnerLink | null;
  readonly #gate: RefreshGate;
  readonly #attempts = new AttemptLog();
  readonly #freshnessOf = rememberFreshness();
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #runnerNotices = new Set<string>();
  readonly #stopping = new AbortController();
  #view: SnapshotView | null = null;
  /** Age of what the view shows, as known when it arrived. */
  #age: AgeAt | null = null;
  /** The lease of a runner that is not ours, as last seen. */
  #lease: Lease | null = null;
  #storeFailure: CycleFailure | null = null;
  #nextAttemptAtMs: number | null = null;
  /** The newest cycle of our own runner would not have run but for a wish. */
  #ranForWish = false;
  #isAskingHolder = false;
  #events: Promise<void> = Promise.resolve();
  #looks: Promise<void> = Promise.resolve();
  /** The look that has not begun; whoever asks before it does shares it. */
  #nextLook: Promise<void> | null = null;
  #lastFreshness = "";
  #lastTick: ClockReading;
  #timer: NodeJS.Timeout | undefined;
  /** The bell has rung while our own runner led. */
  #hasRung = false;
  #unsubscribe: (() => void) | null = null;
  #stopListening: (() => void) | null = null;

  constructor(world: FollowWorld, link: RunnerLink | null) {
    this.#world = world;
    this.#link = link;
    this.#lastTick = this.#readClocks();
    this.#gate = new RefreshGate({
      monotonicMs: world.clock.monotonicMs,
      budget: new RefreshBudget({ maxCpuPercent: world.config.refresh.max_cpu_percent }),
      ask: (askedMs) => this.#ask(askedMs),
    });
  }

  /** Resolves when the last snapshot there is can be seen; start the keeper after it. */
  async start(): Promise<void> {
    if (this.#timer !== undefined || this.#stopping.signal.aborted) return;
    this.#unsubscribe = this.#link?.subscribe((event) => this.#hear(event)) ?? null;
    this.#lastTick = this.#readClocks();
    this.#timer = setTimeout(() => this.#tick(), TICK_MS);
    this.#stopListening = this.#world.store.onChange(() => this.#noteChange());
    await this.#look();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    this.#unsubscribe?.();
    this.#stopListening?.();
    this.#gate.fail();
    await this.#looks;
  }

  view(): SnapshotView | null {
    return this.#view;
  }

  freshness(load: RefreshOutcome = "refreshed"): Freshness {
    const { clock, config } = this.#world;
    const age = this.#age === null ? null : ageNow(this.#age, this.#readClocks());
    return this.#freshnessOf({
      ageMs: age?.ageMs ?? null,
      observedAt: this.#view?.attestation.observed_at ?? null,
      lastAttempt: this.#lastAttempt(),
      lastEnded: this.#attempts.lastEnded,
      lastSuccessAtMs: this.#attempts.lastSuccessAtMs,
      runner: this.#runner(),
      unserved: load === "refreshed" ? null : load,
      nextAttemptAtMs: this.#nextAttemptAtMs,
      lateMs: config.freshness.late_s * 1000,
      staleMs: config.freshness.stale_s * 1000,
      waitMs: config.refresh.wait_ms,
      nowMs: clock.wallMs(),
    });
  }

  refresh(options: { readonly waitMs: number }): Promise<RefreshOutcome> {
    return this.#gate.request(options);
  }

  async refreshNow(): Promise<void> {
    await this.#gate.insist({ waitMs: this.#world.config.refresh.wait_ms });
  }

  lookUp(): void {
    this.#link?.lookUp();
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readTransitions(query: TransitionQuery): Promise<readonly ActivityEvent[]> {
    return this.#world.store.readTransitions(query);
  }

  counters(): LiveCounters {
    return { ...this.#gate.counters(), ...this.#attempts.counters() };
  }

  notices(): readonly string[] {
    const other = this.#lease === null ? [] : [describeOtherRunner(this.#lease)];
    return [...new Set([...other, ...this.#world.store.notices, ...this.#runnerNotices])];
  }

  /** Events are taken in order, one after the other: a cycle's end may have to read the store first. */
  #hear(event: RunnerLinkEvent): void {
    const taken = this.#events.then(() => this.#take(event));
    // Progress comes several times a second, and is shown with the ticks.
    this.#events = event.kind === "cycle_progress" ? taken : taken.then(() => this.#noteFreshness());
  }

  async #take(event: RunnerLinkEvent): Promise<void> {
    switch (event.kind) {
      case "leading":
        this.#lease = null;
        return;
      case "standby":
        await this.#look();
        // It says so each second: who has asked the holder waits for the answer.
        return this.#isAskingHolder ? undefined : this.#gate.askAgain();
      case "notice":
        this.#runnerNotices.add(event.text);
        return;
      case "cycle_started":
        this.#attempts.started(event.startedAtMs);
        this.#ranForWish = event.causes.every((cause) => cause === "refresh");
        return this.#gate.cycleStarted(event);
      case "cycle_progress":
        return this.#attempts.progressed(event.progress);
      case "cycle_ended":
        return await this.#takeOver(event);
      case "gone":
        this.#attempts.runnerGone(event.failure, this.#world.clock.wallMs());
        this.#nextAttemptAtMs = event.restartAtMs;
        return this.#isRunnerDue() ? this.#gate.cycleLost() : this.#gate.fail();
      default:
        assertNever(event);
    }
  }

  /** Shows what a cycle brought, and only then answers those who wait for it. */
  async #takeOver({ outcome, nextAttemptAtMs, beganMs, cpuMs, ...times }: CycleEnded): Promise<void> {
    const view = this.#view;
    const before = this.#world.clock.cpuMs();
    if (outcome.kind === "attested" && view !== null && isPublication(view, outcome)) {
      this.#show({ ...view, attestation: outcome.attestation });
    } else {
      await this.#look();
    }
    const succeeded = outcome.kind === "published" || outcome.kind === "attested";
    const isSeen = succeeded && this.#shows(outcome);
    if (isSeen || !succeeded) this.#attempts.ended(times, outcome);
    else this.#attempts.failed(this.#storeFailure ?? UNSEEN, times);
    this.#nextAttemptAtMs = nextAttemptAtMs;
    // Somebody else leads now, or nobody: the next cycle is theirs.
    if (outcome.kind === "refused") return this.#gate.cycleLost();
    const costMs = this.#ranForWish ? cpuMs + this.#world.clock.cpuMs() - before : null;
    this.#gate.cycleEnded({ beganMs, answer: isSeen ? "refreshed" : "failed", costMs });
  }

  /** Whether the view is that publication, or a later one that overtook it. */
  #shows({ seq, epoch }: Publication): boolean {
    const shown = this.#view?.snapshot;
    return shown !== undefined && (shown.epoch > epoch || (shown.epoch === epoch && shown.seq >= seq));
  }

  /** Reads what is new in the store. One look at a time; all who ask meanwhile get one that begins later. */
  #look(): Promise<void> {
    if (this.#nextLook === null) {
      this.#nextLook = this.#looks.then(() => this.#lookNow());
      this.#looks = this.#nextLook;
    }
    return this.#nextLook;
  }

  async #lookNow(): Promise<void> {
    const { store, log } = this.#world;
    this.#nextLook = null;
    this.#hasRung = false;
    try {
      if (!this.#isLeading()) await this.#lookAtOthers();
      const view = await loadView(store, this.#view);
      this.#storeFailure = null;
      if (view !== null) this.#show(view);
    } catch (error) {
      if (this.#storeFailure === null) log.warn({ error }, "the store cannot be read");
      this.#storeFailure = describeFailure(error);
      if (this.#view === null) await this.#showFile();
    }
    this.#noteFreshness();
  }

  /** Somebody else's runner cannot be heard; the lease and the history tell what it does. */
  async #lookAtOthers(): Promise<void> {
    const { store, clock } = this.#world;
    const lease = await store.readLease();
    this.#lease = lease !== null && clock.wallMs() < lease.expiresAtMs ? lease : null;
    const [newest] = await store.readCycles(1);
    if (newest !== undefined) this.#attempts.adopt(newest);
  }

  async #showFile(): Promise<void> {
    const { snapshotFiles, log } = this.#world;
    try {
      const view = await viewFromFile(snapshotFiles);
      if (view !== null) this.#show(view);
    } catch (error) {
      log.warn({ error }, "the snapshot file cannot be read either");
    }
  }

  #show(view: SnapshotView): void {
    const before = this.#view;
    // What the runner said meanwhile is ahead of a read that began before it.
    const isOvertaken =
      view.snapshot === before?.snapshot && view.attestation.cycle < before.attestation.cycle;
    if (view === before || isOvertaken) return;
    this.#view = view;
    const { observed_at } = view.attestation;
    if (observed_at !== before?.attestation.observed_at) {
      this.#age = ageAtReceipt(Date.parse(observed_at), this.#readClocks());
    }
    const { seq, epoch } = view.snapshot;
    this.#emit(view.snapshot === before?.snapshot ? { kind: "attested" } : { kind: "published", seq, epoch });
  }

  /** Asks whoever runs cycles for one. A runner that is starting needs no asking: its first cycle is the answer. */
  #ask(askedMs: number): void {
    if (this.#isLeading()) this.#link?.refresh(askedMs);
    else if (this.#lease !== null) void this.#askThroughStore(askedMs);
    else if (!this.#isRunnerDue()) this.#gate.fail();
  }

  /** Whether our own runner is there, or will be before a load has waited its time. */
  #isRunnerDue(): boolean {
    const { clock, config } = this.#world;
    const runner = this.#link?.state().runner ?? "stopped";
    if (runner !== "gone") return runner !== "stopped";
    return (this.#nextAttemptAtMs ?? 0) - clock.wallMs() <= config.refresh.wait_ms;
  }

  async #askThroughStore(askedMs: number): Promise<void> {
    const { clock, store, log, config } = this.#world;
    const limitMs = config.cycle.timeout_s * 1000;
    let answer: CycleAnswer = "failed";
    this.#isAskingHolder = true;
    try {
      const question = { clock, store, limitMs, signal: this.#stopping.signal };
      const isAnswered = await requestCycle(question);
      await this.#look();
      const isGood = isAnswered && this.#storeFailure === null;
      if (isGood && this.#attempts.lastEnded?.outcome !== "failed") answer = "refreshed";
    } catch (error) {
      log.warn({ error }, "a fresh update could not be asked for");
    }
    this.#isAskingHolder = false;
    this.#gate.cycleEnded({ beganMs: askedMs, answer, costMs: this.#costElsewhere() });
  }

  /** Nobody tells the processor time of another process's cycle: at most it is as long as that took. */
  #costElsewhere(): number {
    const newest = this.#attempts.lastEnded;
    return newest === null ? 0 : Math.max(0, (newest.endedAtMs ?? 0) - newest.startedAtMs);
  }

  #tick(): void {
    const now = this.#readClocks();
    const { ageMs: passedMs, clockJumped } = ageNow({ ageMs: 0, read: this.#lastTick }, now);
    this.#lastTick = now;
    if (clockJumped || passedMs > SLEPT_AFTER_MS) void this.#gate.insist({ waitMs: 0 });
    // A lease runs out, and a store can be read again, without anybody saying so.
    const hasRunOut = this.#lease !== null && now.wallMs >= this.#lease.expiresAtMs;
    if (this.#hasRung || hasRunOut || this.#storeFailure !== null) void this.#look();
    this.#noteFreshness();
    const isPending = this.#gate.pendingSinceMs !== null;
    const lateMs = this.#world.config.freshness.late_s * 1000;
    this.#timer = setTimeout(() => this.#tick(), untilTickMs(this.freshness(), { isPending, lateMs }));
  }

  /** A runner of ours tells by itself what it does: whatever else there may be is looked for at the next tick. */
  #noteChange(): void {
    if (this.#isLeading()) this.#hasRung = true;
    else void this.#look();
  }

  #noteFreshness(): void {
    const { state, stale_reason: reason, progress } = this.freshness();
    const now = `${state} ${reason} ${progressStep(progress, this.#world.clock.monotonicMs())}`;
    if (now === this.#lastFreshness) return;
    this.#lastFreshness = now;
    this.#emit({ kind: "freshness" });
  }

  /** A store that cannot be read counts as a failed attempt: what others may have published there is not seen. */
  #lastAttempt(): CycleAttempt | null {
    const newest = this.#attempts.newest;
    if (this.#storeFailure === null) return this.#pendingAttempt(newest);
    const startedAtMs = newest?.startedAtMs ?? this.#world.clock.wallMs();
    return { startedAtMs, endedAtMs: startedAtMs, outcome: "failed", ...this.#storeFailure };
  }

  /** An attempt runs from the wish for it: a runner that hangs before it begins is as late as one that hangs after (F4). */
  #pendingAttempt(newest: CycleAttempt | null): CycleAttempt | null {
    const sinceMs = this.#gate.pendingSinceMs;
    if (sinceMs === null) return newest;
    const { wallMs, monotonicMs } = this.#readClocks();
    const startedAtMs = wallMs - (monotonicMs - sinceMs) - TIMER_SLACK_MS;
    const progress = newest?.outcome === "running" ? (newest.progress ?? null) : null;
    return { startedAtMs, endedAtMs: null, outcome: "running", reason: null, detail: null, progress };
  }

  #runner(): "alive" | "starting" | "gone" {
    if (this.#isLeading() || this.#lease !== null) return "alive";
    // Between two runners, or between its start and its lease.
    return this.#link === null || this.#link.state().runner === "stopped" ? "gone" : "starting";
  }

  #isLeading(): boolean {
    return this.#link?.state().leading ?? false;
  }

  #readClocks(): ClockReading {
    const { clock } = this.#world;
    return { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
  }

  #emit(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

type CycleEnded = Extract<RunnerLinkEvent, { readonly kind: "cycle_ended" }>;

type Publication = { readonly seq: number; readonly epoch: number };

function isPublication({ snapshot }: SnapshotView, { seq, epoch }: Publication): boolean {
  return snapshot.seq === seq && snapshot.epoch === epoch;
}

/** A cycle whose result does not reach the page has failed, as far as the page is concerned. */
const UNSEEN: CycleFailure = {
  reason: "disk",
  detail: "What the last update published could not be read back.",
};

function describeOtherRunner({ holder }: Lease): string {
  const where = holder.url === null ? "" : `; its page is ${holder.url}`;
  return `Updates come from another process (${holder.pid} on ${holder.host})${where}.`;
}
