import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { acted } from "../../../../test/contract/store-run-samples.ts";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import { sampleRun } from "../../../../test/support/run-samples.ts";
import {
  createRunsTestWorld,
  type RunsTestOptions,
  type RunsTestWorld,
} from "../../../../test/support/runs-world.ts";
import { configSchema } from "../../../config/schema.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import { recordOutcome as finishRun } from "../../../core/run/run-transitions.ts";
import type { Log } from "../../../ports/system/log.ts";
import { changeRun } from "../change/change-run.ts";
import { recoverRuns } from "../recovery/recover-runs.ts";
import { RunMaintenance } from "../recovery/run-maintenance.ts";
import { kickoff } from "../requests/kickoff.ts";
import { stopRun } from "../requests/stop-run.ts";
import { dispatch } from "./dispatch-tasks.ts";
import { type DueInput, PREPARING_AT_ONCE, RunStarter } from "./run-starter.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const AUTOMATIC = {
  config: {
    dispatch: {
      ...configSchema.parse({}).dispatch,
      automatic: true,
      workers_per_host: 100,
      workers_per_owner: 100,
    },
  },
};

async function setUp(tasks: number, options: Partial<RunsTestOptions> = AUTOMATIC) {
  const texts = Object.fromEntries(
    Array.from({ length: tasks }, (_, at) => [taskPath(`t${at}`), taskText({ priority: "p1" })]),
  );
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts, ...options });
  await world.refresh();
  const warnings: unknown[] = [];
  const log: Log = {
    info: () => {},
    warn: (fields) => warnings.push(fields),
    error: (fields) => warnings.push(fields),
  };
  Object.assign(world.runs, { log });
  const starter = new RunStarter(world.runs);
  const due = async (): Promise<DueInput> => {
    const rows = await world.refresh();
    const header = (await world.world.store.readPublished())?.header;
    return { rows, dispatch: header?.dispatch as Dispatch };
  };
  return { world, starter, due, warnings };
}

describe("W22: what a person stopped stays stopped under automatic start", () => {
  const stop = { by: "mia", note: null, signal: AbortSignal.abort() };
  type Situation = (world: RunsTestWorld) => Promise<void>;
  const finish: Situation = async (world) => {
    const run = (await world.open("t0")) as Run;
    const outcome = { kind: "blocked", note: "no access", atMs: Date.now() } as const;
    await changeRun(world.world.store, { id: run.id, epoch: null, change: (now) => finishRun(now, outcome) });
    await world.endWorker("t0", 0);
  };
  const stopOpen: Situation = async (world) => {
    await stopRun(world.runs, (await world.open("t0")) as Run, stop);
  };

  test.each<[string, readonly Situation[]]>([
    [
      "a second stop, of a worker that was stopped",
      [stopOpen, (world) => world.endWorker("t0", 143).then(() => {}), stopOpen],
    ],
    ["a stop of a run that finished blocked", [finish, stopOpen]],
    ["a run that failed, dismissed", [(world) => world.endWorker("t0", 1).then(() => {}), stopOpen]],
    [
      "a queue entry that was removed",
      [
        finish,
        async (world) => {
          await kickoff(world.runs, ["t0"], { by: "dave", note: null });
        },
        stopOpen,
      ],
    ],
  ])("%s", async (_name, situations) => {
    const { world, starter, due } = await setUp(1);
    const cycle = async () => {
      starter.startDue(await due());
      await starter.settled();
    };
    await cycle();
    for (const situation of situations) await situation(world);
    for (let second = 0; second < 5; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      await cycle();
    }
    expect(await world.open("t0")).toBeNull();
    expect(world.played.launches).toHaveLength(1);
    const { rows, dispatch: header } = await due();
    expect(
      await dispatch(world.runs, {
        rows: [...rows.values()],
        dispatch: header,
        max: null,
        by: "dave",
        signal: stop.signal,
      }),
    ).toEqual([]);
    // A person says otherwise.
    await kickoff(world.runs, ["t0"], { by: "dave", note: null });
    await cycle();
    expect(world.played.launches).toHaveLength(2);
    expect((await due()).dispatch.stopped).toEqual({});
  });
});

test("with automatic start ready tasks are queued and started, and the feed says by whom", async () => {
  const { world, starter, due } = await setUp(2);
  starter.startDue(await due());
  await starter.settled();
  expect(await world.open("t0")).toMatchObject({ state: "running", queued: { by: "automatic start" } });
  expect(await world.open("t1")).toMatchObject({ state: "running" });
  starter.startDue(await due());
  await starter.settled();
  expect(world.played.launches).toHaveLength(2);
});

test("without it only queued tasks are started", async () => {
  const { world, starter, due } = await setUp(2, {});
  await kickoff(world.runs, ["t1"], { by: "dave", note: null });
  starter.startDue(await due());
  await starter.settled();
  expect(await world.open("t0")).toBeNull();
  expect(await world.open("t1")).toMatchObject({ state: "running" });
});

test("a few are prepared at a time, and calling again starts none of them twice", async () => {
  const { world, starter, due } = await setUp(10);
  const gate = Promise.withResolvers<void>();
  const { prepare } = world.runs.worktrees;
  let preparing = 0;
  Object.assign(world.runs.worktrees, {
    prepare: async (slug: string, signal: AbortSignal) => {
      preparing += 1;
      await gate.promise;
      return await prepare(slug, signal);
    },
  });
  for (let cycle = 0; cycle < 5; cycle += 1) {
    starter.startDue(await due());
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(preparing).toBe(PREPARING_AT_ONCE);
  expect(starter.starting.size).toBe(PREPARING_AT_ONCE);
  gate.resolve();
  await starter.settled();
  while ((await world.world.store.readOpenRuns()).length < 10) {
    starter.startDue(await due());
    await starter.settled();
  }
  expect(world.played.launches).toHaveLength(10);
});

test("a retry is started when its time has come, though the snapshot is the same", async () => {
  const { world, starter, due } = await setUp(1, {});
  await kickoff(world.runs, ["t0"], { by: "dave", note: null });
  starter.startDue(await due());
  await starter.settled();
  await world.endWorker("t0", 1);
  await recoverRuns(world.runs, { rows: null, dryRun: false });
  const same = await due();
  starter.startDue(same);
  await starter.settled();
  expect(await world.open("t0")).toMatchObject({ state: "queued", attempt: 1 });
  vi.advanceTimersByTime(10_000);
  starter.startDue(same);
  await starter.settled();
  expect(await world.open("t0")).toMatchObject({ state: "running", attempt: 2 });
});

test("what a person stopped is not started again automatically", async () => {
  const { world, starter, due } = await setUp(1);
  const before = await due();
  starter.startDue(before);
  await starter.settled();
  await world.endWorker("t0", 0);
  // The snapshot still says that it is ready.
  starter.startDue({ ...before });
  await starter.settled();
  expect(world.played.launches).toHaveLength(1);
});

test("where no worker can be started nothing is queued automatically; the log says why, once", async () => {
  const { world, starter, due, warnings } = await setUp(1);
  world.missingPrograms.add("agent");
  for (let cycle = 0; cycle < 3; cycle += 1) {
    starter.startDue({ ...(await due()) });
    await starter.settled();
  }
  expect(await world.world.store.readOpenRuns()).toEqual([]);
  expect(warnings).toEqual([{ task: "t0", why: expect.stringContaining("not on the PATH") }]);
});

describe("what cannot be started automatically", () => {
  /** So many tasks, of which these are barred at first, and room for one worker. */
  async function setUpBarred(slugs: readonly string[], tasks = 3) {
    const dispatch = { ...AUTOMATIC.config.dispatch, workers_per_host: 1 };
    const made = await setUp(tasks, { config: { ...AUTOMATIC.config, dispatch } });
    const barred = new Set(slugs);
    const { worktrees } = made.world.runs;
    const { preflight } = worktrees;
    Object.assign(worktrees, {
      preflight: (slug: string) =>
        barred.has(slug) ? { kind: "failed", message: `No ground for ${slug}.`, hint: "" } : preflight(slug),
    });
    const cycle = async () => {
      made.starter.startDue(await made.due());
      await made.starter.settled();
    };
    return { ...made, barred, cycle };
  }

  test("says why by key, takes no place in the line, and keeps its word while it is so", async () => {
    const { world, starter, cycle, warnings } = await setUpBarred(["t0", "t1"]);
    for (let at = 0; at < 4; at += 1) await cycle();
    expect(starter.barred).toEqual({ t0: "No ground for t0.", t1: "No ground for t1." });
    expect(await world.open("t2")).toMatchObject({ state: "running" });
    const before = starter.barred;
    await cycle();
    expect(starter.barred).toBe(before);
    expect(warnings).toHaveLength(2);
    expect(await world.world.store.readOpenRuns()).toHaveLength(1);
  });

  test("is looked at again in each cycle, and started once it can be", async () => {
    const { world, starter, cycle, barred } = await setUpBarred(["t0"], 1);
    await cycle();
    await cycle();
    expect(starter.barred).toEqual({ t0: "No ground for t0." });
    barred.clear();
    await cycle();
    expect(starter.barred).toEqual({});
    expect(await world.open("t0")).toMatchObject({ state: "running" });
  });

  test.each<[string, (made: Awaited<ReturnType<typeof setUpBarred>>) => unknown]>([
    ["is no longer ready", ({ world }) => world.tree.write(taskPath("t0"), taskText({ status: "blocked" }))],
    ["is gone", ({ world }) => world.tree.remove(taskPath("t0"))],
    [
      "was taken by a person",
      ({ world }) =>
        world.world.store.insertRun({
          run: sampleRun({ key: "t0", kind: "by_hand", state: "running" }),
          action: acted("claim", "t0"),
        }),
    ],
  ])("is forgotten when it %s", async (_, change) => {
    const made = await setUpBarred(["t0"], 1);
    await made.cycle();
    expect(Object.keys(made.starter.barred)).toEqual(["t0"]);
    vi.advanceTimersByTime(1_000);
    await change(made);
    await made.cycle();
    expect(made.starter.barred).toEqual({});
  });

  test.each(["__proto__", "constructor", "toString"])(
    "S14: a task called %s is one like any other",
    async (slug) => {
      const { world, starter, cycle, barred } = await setUpBarred([slug], 0);
      world.tree.write(taskPath(slug), taskText({ priority: "p1" }));
      world.tree.write(taskPath("other"), taskText({ priority: "p2" }));
      await cycle();
      await cycle();
      expect(Object.entries(starter.barred)).toEqual([[slug, `No ground for ${slug}.`]]);
      expect(await world.open("other")).toMatchObject({ state: "running" });
      await world.endWorker("other", 0);
      barred.clear();
      await cycle();
      expect(await world.open(slug)).toMatchObject({ state: "running" });
      expect(starter.barred).toEqual({});
    },
  );
});

test("stopping lets starts give up, and begins none", async () => {
  const { world, starter, due } = await setUp(1);
  Object.assign(world.runs.worktrees, {
    prepare: (_slug: string, signal: AbortSignal) =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => resolve({ kind: "failed", message: "No.", hint: "" })),
      ),
  });
  const input = await due();
  starter.startDue(input);
  await vi.advanceTimersByTimeAsync(10);
  expect(starter.starting.size).toBe(1);
  await starter.stop();
  expect(starter.starting.size).toBe(0);
  expect(await world.open("t0")).toMatchObject({ state: "failed" });
  starter.startDue({ ...input });
  await starter.stop();
  expect(world.played.launches).toEqual([]);
});

test("the recovery leaves alone what this process is starting", async () => {
  const { world, due } = await setUp(1);
  const gate = Promise.withResolvers<void>();
  const { prepare } = world.runs.worktrees;
  Object.assign(world.runs.worktrees, {
    prepare: async (slug: string, signal: AbortSignal) => {
      await gate.promise;
      return await prepare(slug, signal);
    },
  });
  const maintenance = new RunMaintenance(world.runs);
  maintenance.startDue(await due());
  await vi.advanceTimersByTimeAsync(10);
  await maintenance.recover(await world.world.store.readOpenRuns(), null);
  expect(await world.open("t0")).toMatchObject({ state: "dispatching" });
  gate.resolve();
  await vi.advanceTimersByTimeAsync(10);
  expect(await world.open("t0")).toMatchObject({ state: "running" });
  await maintenance.stop();
});
