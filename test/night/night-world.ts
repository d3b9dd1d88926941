// A machine in a night: the real runner, store, supervisors and pages, in one process and on a fake clock. What they start is
// scripted; what goes wrong outside is planned.

import type { RunnerContext } from "../../src/app/cycle/cycle-context.ts";
import { createRoomMeter } from "../../src/app/room/room-meter.ts";
import { Runner } from "../../src/app/runner/runner.ts";
import type { RunsContext } from "../../src/app/runs/change/runs-context.ts";
import { RunMaintenance } from "../../src/app/runs/recovery/run-maintenance.ts";
import type { Config } from "../../src/config/schema.ts";
import type { ProcessIdentity, RunId } from "../../src/core/contract/run.ts";
import type { MeasuredRoom } from "../../src/core/hold/room.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/core/values/durations.ts";
import type { Credentials } from "../../src/ports/runs/credentials.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { createMemoryTree, type MemoryTree } from "../memory/memory-tree.ts";
import { createMemoryWorktrees } from "../memory/memory-worktrees.ts";
import { createTestWorld, SILENT_LOG, taskPath, taskText } from "../support/app-world.ts";
import { CauseNotes } from "./cause-notes.ts";
import { nightConfig } from "./night-config.ts";
import { createNightDisk, type NightDisk } from "./night-disk.ts";
import { NightMachine } from "./night-machine.ts";
import { actAsPerson } from "./night-person.ts";
import type { NightPlan } from "./night-plan.ts";
import { nightProbe } from "./night-probe.ts";
import { NightStore, whileOn } from "./night-store.ts";
import { NightSupervisors } from "./night-supervisors.ts";
import { NightTime } from "./night-time.ts";
import type { PlannedTask } from "./planned-tasks.ts";
import { Recorder } from "./recorder.ts";
import { Services } from "./services.ts";
import type { Ground } from "./worker-script.ts";

/** A person looks at their messages that often. */
const PERSON_EVERY_MS = 60_000;
/** Two cycles: the first one after a sleep measures the room, the second one knows it. */
const WAKES_WITHIN_MS = 150_000;
const AFTERWARDS_MS = 5 * HOUR_MS;
const MORNING_STEP_MS = 15 * MINUTE_MS;
const LOW_GB = 3;
const PLENTY_GB = 90;

export class NightWorld {
  readonly plan: NightPlan;
  readonly time: NightTime;
  readonly recorder: Recorder;
  readonly services: Services;
  readonly machine = new NightMachine();
  readonly notes: CauseNotes;
  readonly disk: NightDisk = createNightDisk(() => this.isDiskFull);
  readonly grounds = new Map<string, Ground>();
  readonly tree: MemoryTree;
  readonly config: Config;
  readonly worktrees = createMemoryWorktrees();
  readonly #store: NightStore;
  readonly credentials: Credentials = {
    stamp: (kind) => (kind === "claude" ? this.services.signIns() : null),
  };
  #booted: Booted | null = null;
  #ids = 0;

  constructor(plan: NightPlan) {
    this.plan = plan;
    this.config = nightConfig(plan);
    this.time = new NightTime(plan.startMs);
    const nowMs = () => this.time.nowMs;
    this.recorder = new Recorder(nowMs);
    this.notes = new CauseNotes(this.recorder);
    this.#store = new NightStore(this.time.clock.wallMs, (name) => this.notes.wrote(name, nowMs()));
    this.services = new Services(plan.outages, nowMs);
    const texts = plan.tasks.map(({ slug, worker, priority }) => [
      taskPath(slug),
      taskText({ title: slug, worker, created: "2026-03-01", ...(priority && { priority }) }),
    ]);
    this.tree = createMemoryTree(Object.fromEntries(texts), this.time.clock.wallMs);
    for (const { slug } of plan.tasks) this.grounds.set(slug, { step: 0, changes: 0, answers: [] });
  }

  get booted(): Booted {
    if (this.#booted === null) throw new Error("The machine is off.");
    return this.#booted;
  }

  get isOff(): boolean {
    return this.#booted === null;
  }

  /** The machine is switched on: a runner begins, as a service would. */
  async boot(): Promise<void> {
    const store = await this.openStore();
    const { boot } = this.machine;
    const self = this.machine.newIdentity();
    this.machine.begin(self);
    const guarded = whileOn(store, () => this.machine.boot === boot);
    const runs = this.#runsContext(guarded, self);
    const runner = new Runner(this.#runnerContext(guarded, self), { care: new RunMaintenance(runs) });
    this.#booted = { self, store: guarded, runs, runner, close: () => store.close() };
    runner.start();
  }

  /** For one process. */
  openStore(): Promise<Store> {
    return this.#store.open();
  }

  /** Without a word to anyone. */
  async switchOff(): Promise<void> {
    const { close } = this.booted;
    this.#booted = null;
    this.machine.switchOff();
    for (const sitting of this.recorder.live()) this.recorder.end(sitting, "machine off");
    this.time.dropTimers();
    await close();
  }

  /** From 22:30 to 07:00; `look` at each planned instant while the machine is on. */
  async pass(look: () => Promise<void>): Promise<void> {
    const { looks, endMs } = this.plan;
    await this.boot();
    this.#planEvents();
    for (const atMs of looks) {
      await this.time.until(atMs);
      if (!this.isOff && !this.#isSleptThrough(atMs)) await look();
    }
    await this.time.until(endMs);
    await look();
  }

  /** No one looks at the page of a machine that is asleep, or has just woken: its runner has not run a cycle since. */
  #isSleptThrough(lookMs: number): boolean {
    return this.plan.interruptions.some(
      ({ kind, atMs, forMs }) =>
        kind === "sleep" && lookMs >= atMs && lookMs < atMs + forMs + WAKES_WITHIN_MS,
    );
  }

  #planEvents(): void {
    const { interruptions, clockSteps, startMs, endMs } = this.plan;
    for (const { kind, atMs, forMs } of interruptions) {
      if (kind === "sleep") this.time.at(atMs, () => this.time.suspend(forMs));
      else {
        this.time.at(atMs, () => this.switchOff());
        this.time.at(atMs + forMs, () => this.boot());
      }
    }
    for (const { atMs, byMs } of clockSteps) this.time.at(atMs, () => this.time.stepClock(byMs));
    for (let atMs = startMs; atMs < endMs + AFTERWARDS_MS; atMs += PERSON_EVERY_MS)
      this.time.at(atMs, () => actAsPerson(this));
  }

  /** Continues after 07:00 until there is nothing left to do, or noon. */
  async passMorning(isSettled: () => Promise<boolean>): Promise<void> {
    const { endMs } = this.plan;
    for (let atMs = endMs; atMs < endMs + AFTERWARDS_MS && !(await isSettled()); atMs += MORNING_STEP_MS)
      await this.time.until(atMs + MORNING_STEP_MS);
  }

  get isDiskFull(): boolean {
    const { fullFromMs, fullToMs } = this.plan.disk;
    return this.#isWithin(fullFromMs, fullToMs);
  }

  #isWithin(fromMs: number, toMs: number): boolean {
    return fromMs <= this.time.nowMs && this.time.nowMs < toMs;
  }

  #room(): MeasuredRoom {
    const { lowFromMs, lowToMs } = this.plan.disk;
    const freeGb = this.isDiskFull ? 0 : this.#isWithin(lowFromMs, lowToMs) ? LOW_GB : PLENTY_GB;
    return { diskBytes: freeGb * 1e9, inodesPercent: 80, memoryBytes: PLENTY_GB * 1e9, usedBytes: null };
  }

  async stop(): Promise<void> {
    if (this.#booted !== null) await this.switchOff();
    this.time.stop();
    this.#store.remove();
  }

  taskOf(slug: string): PlannedTask {
    const task = this.plan.tasks.find((planned) => planned.slug === slug);
    if (task === undefined) throw new Error(`There is no task ${slug}.`);
    return task;
  }

  #runsContext(store: Store, self: ProcessIdentity): RunsContext {
    const supervisors = new NightSupervisors(this, store);
    return {
      clock: this.time.clock,
      store,
      workers: this.machine.workersFor(self, (launch) => supervisors.launch(launch)),
      worktrees: this.worktrees,
      slots: supervisors.slots,
      runFiles: this.disk,
      reader: this.tree.reader,
      committed: { has: async () => true },
      programs: { has: () => true, stamp: () => "1" },
      credentials: this.credentials,
      runCommand: async ({ env }) => {
        if (!this.services.isRegistryDown()) return DONE;
        this.recorder.setUpFailed(env?.["TASKS_SLUG"] ?? "");
        return { ...DONE, ...REGISTRY_DOWN };
      },
      log: SILENT_LOG,
      config: this.config,
      zone: this.plan.place.zone,
      untrusted: () => [],
      environment: { PATH: "/bin" },
      root: "/repository",
      newSession: () => `session-${this.#nextId()}`,
      newRunId: () => `run-${this.#nextId()}` as RunId,
    };
  }

  #runnerContext(store: Store, self: ProcessIdentity): RunnerContext {
    const { world } = createTestWorld({
      clock: this.time.clock,
      store,
      tree: this.tree,
      config: this.config,
      holder: { ...self, url: null },
      processProbe: { see: ({ id }) => (this.machine.isAlive({ ...self, id }) ? "alive" : "gone") },
    });
    const room = createRoomMeter({
      clock: this.time.clock,
      log: SILENT_LOG,
      measure: async () => this.#room(),
    });
    return { ...world, runProbe: nightProbe(this), room, zone: this.plan.place.zone };
  }

  #nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }
}

export type Booted = {
  readonly self: ProcessIdentity;
  readonly store: Store;
  readonly runs: RunsContext;
  readonly runner: Runner;
  close(): Promise<void>;
};

const DONE = {
  ok: true,
  ending: "exited",
  exitCode: 0,
  signalName: null,
  stdout: "",
  stderr: "",
  durationMs: 1,
  message: "",
} as const;

const REGISTRY_DOWN = {
  ok: false,
  exitCode: 1,
  stderr: "npm error 503 Service Unavailable - GET https://registry.example/left-pad",
} as const;
