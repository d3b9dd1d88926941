import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryStore } from "../../../../test/memory/memory-store.ts";
import { COMMAND_PLAN, planOf, playedAgent } from "../../../../test/support/agent-plans.ts";
import { TIMER_CLOCK } from "../../../../test/support/app-world.ts";
import type { ActionChange } from "../../../core/contract/activity.ts";
import type { ProcessIdentity, Run, RunId } from "../../../core/contract/run.ts";
import {
  lose,
  queueRun,
  type RunChange,
  recordOutcome,
  requestStop,
  take,
} from "../../../core/run/run-transitions.ts";
import type { StoredStatement } from "../../../ports/runs/run-files.ts";
import type { WorkerExit, WorkerLauncher, WorkerProcess, WorkerStart } from "../../../ports/runs/workers.ts";
import type { RunStore } from "../../../ports/store/run-store.ts";
import { StoreError, type StoreErrorKind } from "../../../ports/store/store-error.ts";
import { changeRun } from "../change/change-run.ts";
import type { AttemptStart } from "../turns/attempt-start.ts";
import { superviseRun, type WorkerPlan } from "./supervise-run.ts";

const ID = "run-1" as RunId;
const SUPERVISOR: ProcessIdentity = { id: "linux:a:2:2", host: "desk", pid: 2 };
const WORKER: ProcessIdentity = { id: "linux:a:3:3", host: "desk", pid: 3 };
const GRACE_MS = 10_000;
const START: AttemptStart["start"] = {
  run: ID,
  epoch: 2,
  heading: null,
  folder: "/repo/.worktrees/a",
  programFolder: "/repo/.tasks/task_manager/bin",
  variables: {},
  logMaxBytes: 1,
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A worker that the test controls, and that records its supervisor's signals. */
function fakeWorker({ obeys = true, identity = WORKER as ProcessIdentity | null } = {}) {
  const { promise, resolve } = Promise.withResolvers<WorkerExit>();
  const given: string[] = [];
  const process: WorkerProcess = {
    identity,
    ended: promise,
    send: () => {},
    closeInput: () => {},
    terminate: () => {
      given.push(`terminate at ${seconds()}`);
      if (obeys) resolve({ kind: "exited", code: 143 });
    },
    kill: () => {
      given.push(`kill at ${seconds()}`);
      resolve({ kind: "signalled", signal: "SIGKILL" });
    },
  };
  return { process, given, end: resolve };
}

let startedAtMs = 0;
const seconds = () => `${Math.round((Date.now() - startedAtMs) / 1000)} s`;

type Options = {
  readonly worker?: ReturnType<typeof fakeWorker>;
  readonly before?: (run: Run) => RunChange;
  readonly plan?: () => Promise<WorkerPlan>;
};

async function setUp({ worker = fakeWorker(), before, plan }: Options = {}) {
  startedAtMs = Date.now();
  const store = createMemoryStore();
  const act = { by: "dave", atMs: Date.now() };
  const kickoff = { kind: "acted", action: "kickoff", key: "a", title: "A", owner: null } as const;
  const action: ActionChange = { ...kickoff, ...act, note: null, group: null };
  await store.insertRun({ run: queueRun({ id: ID, key: "a", owner: null, act, note: null }), action });
  const dispatcher = { ...SUPERVISOR, id: "linux:a:1:1", pid: 1 };
  const change = (apply: (run: Run) => RunChange) => changeRun(store, { id: ID, epoch: null, change: apply });
  await change((run) => take(run, { dispatcher, nowMs: Date.now() }));
  if (before !== undefined) await change(before);

  let failure: StoreErrorKind | null = null;
  const kept: StoredStatement[] = [];
  const guarded =
    <Words extends unknown[], Result>(call: (...words: Words) => Promise<Result>) =>
    async (...words: Words): Promise<Result> => {
      if (failure !== null) throw new StoreError({ kind: failure, message: "not now", hint: "later" });
      return await call(...words);
    };
  const launched: WorkerStart[] = [];
  const launcher: WorkerLauncher = {
    openEvents: () => ({ write: () => {}, writeActivity: () => true, clean: String, close: () => {} }),
    launch: (start) => {
      launched.push(start);
      return worker.process;
    },
  };
  const listeners = new Set<() => void>();
  let exists = true;
  let freed = 0;
  const supervision = superviseRun(
    {
      clock: TIMER_CLOCK,
      store: {
        readRun: guarded(store.readRun),
        replaceRun: guarded(store.replaceRun),
      } satisfies Partial<RunStore>,
      workers: { self: () => SUPERVISOR, workingIn: () => new Map() },
      launcher,
      newSession: () => "session",
      newProof: () => ({ secret: "tasksrun_secret", hash: "hash-of-the-secret" }),
      files: {
        reserveOutbox: () => {},
        readStatements: async () => kept,
        dropStatement: () => void kept.shift(),
      },
      onNudge: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      freeMemory: () => {
        freed += 1;
      },
      repositoryExists: () => exists,
    },
    {
      run: ID,
      epoch: 2,
      plan:
        plan ?? (async () => ({ kind: "planned", start: START, stopGraceMs: GRACE_MS, agent: COMMAND_PLAN })),
    },
  );
  await passMs(0);
  return {
    worker,
    launched,
    listeners,
    change,
    outcome: supervision,
    freed: () => freed,
    run: () => store.readRun(ID),
    nudge: async () => {
      for (const listener of listeners) listener();
      await passMs(0);
    },
    failStore: (kind: StoreErrorKind | null) => {
      failure = kind;
    },
    deleteRepository: () => {
      exists = false;
    },
  };
}

const passMs = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const request = (kind: "stop" | "interrupt") => (run: Run) =>
  requestStop(run, { kind, by: "dave", atMs: Date.now(), note: null });

describe("begin, watch, end", () => {
  test("a run is taken over before its worker is started, the worker is named, and its end is written", async () => {
    const supervised = await setUp();
    expect(await supervised.run()).toMatchObject({ state: "running", holder: SUPERVISOR, worker: WORKER });
    expect(supervised.launched).toMatchObject([
      { ...START, command: ["agent"], channel: { stdin: "closed" } },
    ]);
    supervised.worker.end({ kind: "exited", code: 3 });
    expect(await supervised.outcome).toBe("ended");
    expect(await supervised.run()).toMatchObject({
      state: "failed",
      holder: null,
      worker: null,
      attempts: [{ number: 1, end: { kind: "exited", code: 3 } }],
    });
    expect(supervised.worker.given).toEqual([]);
    expect(supervised.listeners.size).toBe(0);
    expect(supervised.freed()).toBe(1);
  });

  test("a worker that could not be started", async () => {
    const worker = fakeWorker({ identity: null });
    const supervised = await setUp({ worker });
    worker.end({ kind: "not_started", detail: "there is no program agent on the PATH" });
    expect(await supervised.outcome).toBe("ended");
    expect((await supervised.run())?.attempts[0]?.end).toEqual({
      kind: "not_started",
      detail: "there is no program agent on the PATH",
    });
  });

  test.each<[string, () => Promise<WorkerPlan>, string]>([
    ["is refused", async () => ({ kind: "failed", detail: "its prompt is gone" }), "its prompt is gone"],
    ["fails", () => Promise.reject(new Error("a fault")), "a fault"],
  ])("a plan that %s ends the run without a worker", async (_name, plan, detail) => {
    const supervised = await setUp({ plan });
    expect(await supervised.outcome).toBe("ended");
    expect(supervised.launched).toEqual([]);
    expect(await supervised.run()).toMatchObject({
      state: "failed",
      attempts: [{ end: { kind: "not_started", detail } }],
    });
  });
});

describe("nothing is started", () => {
  test("under an epoch that is not the run's any more", async () => {
    const supervised = await setUp({ before: (run) => lose(run, { detail: "gone", nowMs: Date.now() }) });
    expect(await supervised.outcome).toBe("refused");
    expect(supervised.launched).toEqual([]);
    expect(await supervised.run()).toMatchObject({ state: "interrupted", epoch: 3 });
  });

  test("for a run that is to be stopped already", async () => {
    const supervised = await setUp({ before: request("stop") });
    expect(await supervised.outcome).toBe("ended");
    expect(supervised.launched).toEqual([]);
    expect(await supervised.run()).toMatchObject({
      state: "interrupted",
      attempts: [{ end: { kind: "stopped", by: "dave" } }],
    });
  });
});

describe("a stop request", () => {
  test.each(["stop", "interrupt"] as const)("to %s is seen within seconds", async (kind) => {
    const supervised = await setUp();
    await supervised.change(request(kind));
    await passMs(3_000);
    expect(await supervised.outcome).toBe("ended");
    expect(supervised.worker.given).toEqual(["terminate at 3 s"]);
    expect(await supervised.run()).toMatchObject({
      state: "interrupted",
      attempts: [{ end: { kind: "stopped", by: "dave" } }],
    });
  });

  test("is seen at once after a nudge; who does not obey is killed after the grace", async () => {
    const supervised = await setUp({ worker: fakeWorker({ obeys: false }) });
    await supervised.change(request("stop"));
    await supervised.nudge();
    await supervised.nudge();
    expect(supervised.worker.given).toEqual(["terminate at 0 s"]);
    await passMs(GRACE_MS - 1);
    expect(supervised.worker.given).toHaveLength(1);
    await passMs(1);
    expect(supervised.worker.given[1]).toBe("kill at 10 s");
    expect(await supervised.outcome).toBe("ended");
  });

  test("without one a nudge changes nothing", async () => {
    const supervised = await setUp();
    await supervised.nudge();
    await passMs(60_000);
    expect(supervised.worker.given).toEqual([]);
    supervised.worker.end({ kind: "exited", code: 0 });
    await supervised.outcome;
  });

  test("what the worker said counts more", async () => {
    const supervised = await setUp();
    await supervised.change((run) => recordOutcome(run, { kind: "done", note: "", atMs: Date.now() }));
    await supervised.change(request("stop"));
    await supervised.nudge();
    expect(await supervised.outcome).toBe("ended");
    expect(await supervised.run()).toMatchObject({ state: "exited" });
  });
});

describe("superseded", () => {
  test("the worker is killed at once and nothing is written", async () => {
    const supervised = await setUp();
    await supervised.change((run) => lose(run, { detail: "taken for dead", nowMs: Date.now() }));
    const before = await supervised.run();
    await supervised.nudge();
    expect(supervised.worker.given).toEqual(["kill at 0 s"]);
    expect(await supervised.outcome).toBe("superseded");
    expect(await supervised.run()).toEqual(before);
  });

  test("also when that turns out only at its end", async () => {
    const supervised = await setUp();
    await supervised.change((run) => lose(run, { detail: "taken for dead", nowMs: Date.now() }));
    const before = await supervised.run();
    supervised.worker.end({ kind: "exited", code: 0 });
    expect(await supervised.outcome).toBe("superseded");
    expect(await supervised.run()).toEqual(before);
  });
});

describe("a store that cannot be used", () => {
  test.each(["disk", "busy", "corrupt"] as const)(
    "%s: the worker works on, and its end is written later",
    async (kind) => {
      const supervised = await setUp();
      supervised.failStore(kind);
      await passMs(60_000);
      expect(supervised.worker.given).toEqual([]);
      const endedAtMs = Date.now();
      supervised.worker.end({ kind: "exited", code: 0 });
      await passMs(120_000);
      supervised.failStore(null);
      await passMs(30_000);
      expect(await supervised.outcome).toBe("ended");
      expect(await supervised.run()).toMatchObject({ state: "exited", attempts: [{ endedAtMs }] });
    },
  );

  test("the worker is named as soon as it can be used", async () => {
    let failStore = (): void => {};
    const plan = async (): Promise<WorkerPlan> => {
      failStore();
      return { kind: "planned", start: START, stopGraceMs: GRACE_MS, agent: COMMAND_PLAN };
    };
    const { promise: planned, resolve } = Promise.withResolvers<void>();
    const supervised = await setUp({
      plan: async () => {
        await planned;
        return await plan();
      },
    });
    failStore = () => supervised.failStore("disk");
    resolve();
    await passMs(10_000);
    expect(await supervised.run()).toMatchObject({ state: "running", worker: null });
    supervised.failStore(null);
    await passMs(3_000);
    expect(await supervised.run()).toMatchObject({ worker: WORKER });
    supervised.worker.end({ kind: "exited", code: 0 });
    await supervised.outcome;
  });

  test("a stop request is noticed once it can be used again", async () => {
    const supervised = await setUp();
    await supervised.change(request("stop"));
    supervised.failStore("busy");
    await supervised.nudge();
    await passMs(30_000);
    expect(supervised.worker.given).toEqual([]);
    supervised.failStore(null);
    await passMs(3_000);
    expect(supervised.worker.given).toHaveLength(1);
    expect(await supervised.outcome).toBe("ended");
  });

  test.each(["disk", "newer"] as const)("%s: there is an end to trying", async (kind) => {
    const supervised = await setUp();
    supervised.failStore(kind);
    supervised.worker.end({ kind: "exited", code: 0 });
    await passMs(0);
    supervised.deleteRepository();
    await passMs(kind === "disk" ? 1_000 : 0);
    expect(await supervised.outcome).toBe("unwritten");
  });
});

describe("N20: an attempt that a usage limit ended", () => {
  async function endByLimit(pausesWork: () => boolean) {
    const agent = playedAgent();
    const opened: string[] = [];
    let stateAtOpen: string | undefined;
    const open = async () => {
      if (!pausesWork()) throw new StoreError({ kind: "busy", message: "not now", hint: "later" });
      stateAtOpen = (await world.run())?.state;
      opened.push("opened");
    };
    const pauses = { open, answered: async () => {}, window: async () => {} };
    const world = await setUp({
      plan: async () => ({
        ...{ kind: "planned", start: START, stopGraceMs: GRACE_MS, agent: planOf(agent.kind) },
        outages: { account: "claude@desk", host: "desk", pauses },
      }),
    });
    agent.says({ kind: "session", id: "s", model: null, version: null });
    agent.says({ kind: "error", code: "limit", status: 429, why: "limit" });
    agent.says({ kind: "ended", how: "failed" });
    await passMs(0);
    world.worker.end({ kind: "exited", code: 1 });
    await passMs(0);
    return { ...world, opened, stateAtOpen: () => stateAtOpen };
  }

  test("N21: pauses its account first, then is held with its session", async () => {
    const { outcome, run, opened, stateAtOpen } = await endByLimit(() => true);
    expect(await outcome).toBe("ended");
    expect(opened).toEqual(["opened"]);
    expect(stateAtOpen()).toBe("running");
    expect(await run()).toMatchObject({
      ...{ state: "queued", attempt: 1, failuresInRow: 0, holder: null },
      held: { cause: "limit", scope: { kind: "account", name: "claude@desk" } },
      session: { id: "s", isStarted: true },
    });
  });

  test("while the pause cannot be stored, the run is not given back either", async () => {
    let isWorking = false;
    const { outcome, run } = await endByLimit(() => isWorking);
    await passMs(5_000);
    expect((await run())?.state).toBe("running");
    isWorking = true;
    await passMs(30_000);
    expect(await outcome).toBe("ended");
    expect(await run()).toMatchObject({ state: "queued", held: { cause: "limit" } });
  });
});
