// The runner: holds the lease of a repository and runs its cycles, one at a time.
//
// States: standby (another process holds the lease; checked every second) <-> leading (cycles run) -> stopped. Leading
// ends when another process has the lease. Store errors end no runner: the cycle fails with its reason, and is retried.

import type { CycleCause, CycleOutcome } from "../../core/contract/cycle.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import { HOUR_MS } from "../../core/values/durations.ts";
import type { LeaseHolder } from "../../ports/store/store.ts";
import type { KeepAwake } from "../../ports/system/keep-awake.ts";
import type { RunnerCommand, RunnerEvent, RunnerParent } from "../../ports/system/runner-process.ts";
import type { RunnerContext } from "../cycle/cycle-context.ts";
import { describeFailure } from "../cycle/describe-failure.ts";
import { createHeartbeat, type Heartbeat } from "../cycle/heartbeat.ts";
import { SnapshotFileWriter } from "../cycle/snapshot-file-writer.ts";
import { PullRequestSync, syncInputOf } from "../delivery/pull-request-sync.ts";
import { SlotLedger } from "../night/slot-ledger.ts";
import type { Notifier } from "../notify/notifier.ts";
import type { RunMaintenance } from "../runs/recovery/run-maintenance.ts";
import { settlesWithin, sleep } from "../wait/sleep.ts";
import { AwakeKeeper } from "./awake-keeper.ts";
import { CauseQueue } from "./cause-queue.ts";
import { CommitDatesReader } from "./commit-dates-reader.ts";
import { type CycleBegin, CycleMeter } from "./cycle-meter.ts";
import { dropHintsWhenTaken } from "./drop-hints.ts";
import { IdleMemory } from "./idle-memory.ts";
import { type ClaimOutcome, LeaseKeeper, leaseTermMs } from "./lease-keeper.ts";
import { StoreNews } from "./store-news.ts";

/** How often a runner on standby checks the lease. */
const STANDBY_CHECK_MS = 1_000;
/** Even for a start or retry that is due at once: a cycle has just ended. */
const DUE_AT_LEAST_MS = 50;
/** Failed cycles are retried after 1 s, 2 s, 4 s, ... up to the usual interval. */
const RETRY_FIRST_MS = 1_000;
/** History is kept for days. */
const PRUNE_EVERY_MS = HOUR_MS;
const NOTHING_BARRED: Readonly<Record<string, string>> = {};
/** `stop` waits this long for a running cycle; the keeper waits a little longer. */
const STOP_GRACE_MS = 2_000;

/** What a runner has done for runs. */
export type RunnerMaintenance = Pick<RunMaintenance, "recover" | "startDue" | "barred" | "prune" | "stop">;

/** `start` and `stop` are both safe to call twice. */
export class Runner {
  readonly #context: RunnerContext;
  /** Null for a runner that starts no workers. */
  readonly #care: RunnerMaintenance | null;
  readonly #notifier: Pick<Notifier, "start" | "note"> | null;
  readonly #parent: RunnerParent | null;
  readonly #listeners = new Set<(event: RunnerEvent) => void>();
  readonly #causes: CauseQueue;
  readonly #lease: LeaseKeeper;
  readonly #heartbeat: Heartbeat;
  readonly #commitDates: CommitDatesReader;
  readonly #pullRequests: PullRequestSync;
  readonly #meter: CycleMeter;
  readonly #snapshotFiles: SnapshotFileWriter;
  readonly #news: StoreNews;
  readonly #freeing: IdleMemory;
  readonly #slots: SlotLedger;
  readonly #awake: AwakeKeeper | null;
  readonly #stopping = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #holder: LeaseHolder;
  #work: Promise<void> | null = null;
  /** Not aborted while leading. */
  #leading = new AbortController();
  #nextCycle: NodeJS.Timeout | undefined;
  #failuresInRow = 0;
  /** Start of the newest cycle, by the machine's monotonic clock. */
  #beganMs = Number.NEGATIVE_INFINITY;
  #answered = 0;
  #noticesPassedOn = 0;

  constructor(
    context: RunnerContext,
    options: {
      readonly parent?: RunnerParent | null;
      readonly care?: RunnerMaintenance | null;
      readonly notifier?: Pick<Notifier, "start" | "note"> | null;
      readonly awake?: KeepAwake | null;
    } = {},
  ) {
    const { clock, store, git, log, config } = context;
    this.#context = context;
    this.#care = options.care ?? null;
    this.#notifier = options.notifier ?? null;
    this.#parent = options.parent ?? null;
    this.#holder = context.holder;
    this.#causes = new CauseQueue(clock.monotonicMs);
    this.#lease = new LeaseKeeper(
      { clock, store, processProbe: context.processProbe },
      { termMs: leaseTermMs(config.cycle.timeout_s * 1000) },
    );
    const watch = context.watch === null ? null : dropHintsWhenTaken(context.watch, this.#causes);
    this.#pullRequests = new PullRequestSync(context);
    this.#meter = new CycleMeter(clock);
    const barred = () => this.#care?.barred() ?? NOTHING_BARRED;
    this.#heartbeat = createHeartbeat({ ...context, watch, pullRequests: this.#pullRequests, barred });
    this.#commitDates = new CommitDatesReader({ git, log, monotonicMs: clock.monotonicMs });
    this.#snapshotFiles = new SnapshotFileWriter(context, () => this.#heartbeat.published());
    this.#freeing = new IdleMemory(context);
    this.#slots = new SlotLedger(context);
    this.#awake = options.awake
      ? new AwakeKeeper({
          awake: options.awake,
          isWanted: () => context.startSettings().dispatch.keep_awake,
          onProblem: (text) => this.#emit({ kind: "notice", text }),
        })
      : null;
    this.#news = new StoreNews(context, {
      onNews: (cause) => this.#causes.add(cause),
      seenRunsVersion: () => this.#heartbeat.runsVersion(),
    });
  }

  start(): void {
    if (this.#work !== null) return;
    this.#parent?.onCommand((command) => this.#obey(command));
    this.#parent?.onClose(() => void this.stop());
    this.#passOnNotices();
    this.#work = this.#run();
  }

  /** Waits briefly for the running cycle, and releases the lease. Never throws. */
  async stop(): Promise<void> {
    if (!this.#stopping.signal.aborted) {
      this.#stopping.abort();
      this.#stopLeading();
      this.#commitDates.stop();
      this.#context.runProbe.stop();
      this.#context.disk?.stop();
      const caredFor = this.#care?.stop() ?? Promise.resolve();
      await settlesWithin(caredFor, STOP_GRACE_MS);
      await settlesWithin(this.#work ?? Promise.resolve(), STOP_GRACE_MS);
      this.#context.watch?.stop();
      await this.#quietly("the lease was not released", () => this.#lease.release());
      await this.#quietly("the snapshot files are older than the snapshot", () => this.#snapshotFiles.stop());
      this.#parent?.close();
      this.#ended.resolve();
    }
    await this.#ended.promise;
  }

  /** Resolves when the runner has stopped, also because its server is gone. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  subscribe(listener: (event: RunnerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const claim = await this.#claim();
      if (claim?.kind === "held") await this.#lead(claim.epoch);
      await sleep(STANDBY_CHECK_MS, this.#stopping.signal);
    }
  }

  /** Null when the store did not answer. */
  async #claim(): Promise<ClaimOutcome | null> {
    const begin = this.#meter.begin();
    try {
      const claim = await this.#lease.claim(this.#holder);
      if (claim.kind === "waiting") this.#emit({ kind: "standby", holder: claim.holder });
      return claim;
    } catch (error) {
      this.#context.log.warn({ error }, "the lease could not be claimed");
      this.#report(begin, { kind: "failed", ...describeFailure(error) }, STANDBY_CHECK_MS);
      return null;
    }
  }

  async #lead(epoch: number): Promise<void> {
    this.#leading = new AbortController();
    const { signal } = this.#leading;
    if (this.#stopping.signal.aborted) return;
    this.#emit({ kind: "leading", epoch });
    this.#heartbeat.restart();
    this.#causes.clear();
    this.#causes.add("start");
    const chores = this.#startChores();
    this.#notifier?.start(signal);
    this.#news.start();
    const endSync = this.#pullRequests.start({
      epoch,
      subjects: () => syncInputOf(this.#heartbeat),
      onNews: () => this.#causes.add("pull_request_news"),
    });
    while (!signal.aborted) {
      const causes = await this.#causes.next();
      if (causes.size === 0 || signal.aborted) continue;
      this.#snapshotFiles.hold();
      await this.#cycle(causes).finally(() => this.#snapshotFiles.release());
      this.#news.release();
      // What the sync depends on may have changed.
      this.#pullRequests.reschedule();
    }
    endSync();
    this.#news.stop();
    for (const chore of chores) clearInterval(chore);
    clearTimeout(this.#nextCycle);
    this.#freeing.stop();
    await this.#quietly("what slots were used for was not stored", () => this.#slots.stop());
    this.#awake?.release();
  }

  #stopLeading(): void {
    this.#leading.abort();
    this.#causes.clear();
  }

  #startChores(): readonly NodeJS.Timeout[] {
    const { config, watch, store, clock } = this.#context;
    watch?.start(() => this.#causes.hint());
    return [
      setInterval(() => void this.#renew(), this.#lease.renewEveryMs),
      setInterval(() => this.#causes.add("scan_timer"), config.cycle.scan_interval_s * 1000),
      setInterval(() => {
        void this.#quietly("old history was not dropped", () => store.prune(clock.wallMs()));
        void this.#quietly("old output was not dropped", async () => this.#care?.prune());
      }, PRUNE_EVERY_MS),
    ];
  }

  async #cycle(causes: ReadonlySet<CycleCause>): Promise<void> {
    const right = this.#lease.right();
    if (right === null) return this.#stopLeading();
    clearTimeout(this.#nextCycle);
    const begin = this.#meter.begin();
    const { startedAtMs, beganMs } = begin;
    this.#beganMs = beganMs;
    const { requestId } = this.#news;
    this.#news.hold();
    this.#emit({ kind: "cycle_started", startedAtMs, beganMs, causes: [...causes] });
    await this.#recoverRuns();
    const outcome = await this.#heartbeat.cycle(causes, right, {
      onProgress: (progress) => this.#emit({ kind: "cycle_progress", progress }),
      signal: this.#leading.signal,
    });
    // A run whose pull request was merged closes now, not a cycle later.
    if (outcome.kind === "published" && causes.has("pull_request_news")) await this.#recoverRuns();
    const nextMs = Math.min(this.#nextDelayMs(outcome), this.#nextStartMs());
    this.#report(begin, outcome, nextMs);
    if (outcome.kind === "refused") return this.#stopLeading();
    this.#nextCycle = setTimeout(() => this.#causes.add("cycle_timer"), nextMs);
    await this.#finishCycle(outcome, requestId);
    this.#meter.followed();
  }

  /** Work after a cycle, when its result has been reported. */
  async #finishCycle(outcome: CycleOutcome, requestId: number): Promise<void> {
    const { store } = this.#context;
    await this.#quietly("a request for an update was not answered", async () => {
      if (requestId > this.#answered) await store.answerRefresh({ id: requestId });
      this.#answered = requestId;
    });
    await this.#quietly("the index was not written", () => this.#heartbeat.writeIndex());
    if (outcome.kind === "published") {
      this.#awake?.note(this.#heartbeat.published()?.built.header.dispatch.live ?? 0);
      this.#snapshotFiles.schedule();
      this.#freeing.note();
    }
    if (outcome.kind !== "failed") {
      this.#readCommitDates();
      this.#startDue();
      const built = this.#heartbeat.published()?.built;
      if (built !== undefined) this.#notifier?.note(built, this.#holder.url);
      if (built !== undefined && this.#care !== null)
        await this.#quietly("what slots are used for was not stored", () =>
          this.#slots.note({ rows: built.rows, dispatch: built.header.dispatch }),
        );
    }
    this.#passOnNotices();
  }

  /** Before the cycle, so that the cycle shows the result. */
  async #recoverRuns(): Promise<void> {
    const care = this.#care;
    if (care === null) return;
    await this.#quietly("runs could not be recovered", async () => {
      const version = await this.#context.store.readRunsVersion();
      const isKnown = version === this.#heartbeat.runsVersion();
      const runs = isKnown ? this.#heartbeat.openRuns() : await this.#context.store.readOpenRuns();
      const built = this.#heartbeat.published()?.built ?? null;
      const isPaused = (built?.header.dispatch.pauses.length ?? 0) > 0;
      if (runs.length === 0 && !isPaused) return;
      await care.recover(runs, built && { rows: built.rows, dispatch: built.header.dispatch });
    });
  }

  /** In the background: the next cycle shows what it changed. */
  #startDue(): void {
    const built = this.#heartbeat.published()?.built;
    if (built !== undefined) this.#care?.startDue({ rows: built.rows, dispatch: built.header.dispatch });
  }

  /** Until the next retry that is scheduled, or the next probe of a pause. */
  #nextStartMs(): number {
    if (this.#care === null) return Number.POSITIVE_INFINITY;
    const nowMs = this.#context.clock.wallMs();
    const waits = this.#heartbeat
      .openRuns()
      .flatMap(({ state, notBeforeMs }) =>
        state === "queued" && notBeforeMs !== null && notBeforeMs > nowMs ? notBeforeMs - nowMs : [],
      );
    const pauses = this.#heartbeat.published()?.built.header.dispatch.pauses ?? [];
    const probes = pauses.flatMap(({ next_probe: at }) => {
      const dueMs = at === null ? Number.NaN : Date.parse(at) - nowMs;
      return dueMs > 0 ? dueMs : [];
    });
    return Math.max(DUE_AT_LEAST_MS, Math.min(...waits, ...probes));
  }

  #nextDelayMs(outcome: CycleOutcome): number {
    const usualMs = this.#context.config.cycle.interval_s * 1000;
    if (outcome.kind !== "failed") {
      this.#failuresInRow = 0;
      return usualMs;
    }
    this.#failuresInRow += 1;
    return Math.min(RETRY_FIRST_MS * 2 ** (this.#failuresInRow - 1), usualMs);
  }

  #readCommitDates(): void {
    const commit = this.#heartbeat.published()?.built.header.repository.commit ?? null;
    const reading = this.#commitDates.readIfOld(commit, this.#heartbeat.commitDates());
    void reading?.then(async (dates) => {
      if (dates === null || this.#stopping.signal.aborted) return;
      this.#heartbeat.useCommitDates(dates);
      this.#causes.add("commit_dates");
      await this.#quietly("commit dates were not stored", () => this.#context.store.writeCommitDates(dates));
    });
  }

  async #renew(): Promise<void> {
    await this.#quietly("the lease was not renewed", async () => {
      if (!(await this.#lease.renew())) this.#stopLeading();
    });
  }

  #obey(command: RunnerCommand): void {
    switch (command.kind) {
      case "ping":
        this.#parent?.send({ kind: "pong" });
        break;
      case "refresh":
        // A cycle that started since then, or in the same instant, is the answer; the gate counts the same way.
        if (command.askedMs <= this.#beganMs) break;
        this.#causes.add("refresh");
        break;
      case "look_up":
        this.#pullRequests.requestSync();
        break;
      case "url":
        this.#holder = { ...this.#holder, url: command.url };
        if (this.#lease.right() !== null) {
          void this.#quietly("the lease has no address of the pages", async () => {
            await this.#lease.claim(this.#holder);
          });
        }
        break;
      default:
        assertNever(command);
    }
  }

  #report(begin: CycleBegin, outcome: CycleOutcome, nextMs: number): void {
    const times = this.#meter.end(begin);
    this.#emit({ kind: "cycle_ended", ...times, outcome, nextAttemptAtMs: times.endedAtMs + nextMs });
  }

  /** Each notice of the store once: it may be rebuilt while in use. */
  #passOnNotices(): void {
    for (const text of this.#context.store.notices.slice(this.#noticesPassedOn))
      this.#emit({ kind: "notice", text });
    this.#noticesPassedOn = this.#context.store.notices.length;
  }

  #emit(event: RunnerEvent): void {
    this.#parent?.send(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** For work beside the cycles: if it fails, the next cycle fails the same way and the page shows it. */
  async #quietly(message: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#context.log.warn({ error }, message);
    }
  }
}
