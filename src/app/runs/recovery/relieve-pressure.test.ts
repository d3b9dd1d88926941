import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import { rounds } from "../../../../test/support/rounds.ts";
import { createRunsTestWorld, type RunsTestWorld } from "../../../../test/support/runs-world.ts";
import type { Run } from "../../../core/contract/run.ts";
import { NO_RUNS } from "../../../core/run/run-facts.ts";
import { changeRun } from "../change/change-run.ts";
import { kickoff } from "../requests/kickoff.ts";
import { startRun } from "../start/start-run.ts";
import { relievePressure } from "./relieve-pressure.ts";
import { RunMaintenance } from "./run-maintenance.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const signal = new AbortController().signal;
const ALL = { neededBytes: null, signal };

const TAKEN: Partial<Run> = { state: "exited", takenOver: { by: "mia", atMs: 0, holder: null } };
const ASKING: Partial<Run> = {
  state: "exited",
  question: { number: 1, text: "?", choices: [], askedAtMs: 0, answer: null },
};

/** What a run of a task may be in; those that may lose what can be made again first. */
const STATES: readonly (readonly [string, Partial<Run>, boolean])[] = [
  ["closed", { state: "closed", closing: { as: "delivered", why: "", by: "x", atMs: 0 } }, true],
  ["exited", { state: "exited" }, true],
  ["queued", { state: "queued" }, false],
  ["dispatching", { state: "dispatching" }, false],
  ["running", { state: "running" }, false],
  ["failed, to be retried", { state: "failed" }, false],
  ["interrupted", { state: "interrupted" }, false],
  ["asking", ASKING, false],
  ["taken over", TAKEN, false],
];

/** Each task has a worktree with installed packages, and its run is as given. */
async function worldOf(runs: readonly Partial<Run>[]): Promise<RunsTestWorld> {
  const keys = runs.map((_, index) => `t${index}`);
  const texts = Object.fromEntries(keys.map((key) => [taskPath(key), taskText()]));
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts });
  await world.refresh();
  await kickoff(world.runs, keys, { by: "dave", note: null });
  for (const [index, values] of runs.entries()) {
    const key = `t${index}`;
    const starting = startRun(world.runs, (await world.open(key)) as Run, signal);
    await vi.advanceTimersByTimeAsync(1_000);
    await starting;
    await world.endWorker(key, 0);
    const { id, epoch } = (await world.open(key)) as Run;
    await changeRun(world.world.store, {
      ...{ id, epoch },
      change: (run) => ({ kind: "changed", run: { ...run, sinceMs: run.sinceMs + index, ...values } }),
    });
    world.worktrees.install(key);
  }
  return world;
}

test("N53: no folder of a run that is not over is ever removed", async () => {
  const state = fc.constantFrom(...STATES.keys());
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ state, works: fc.boolean() }), { minLength: 1, maxLength: 4 }),
      async (tasks) => {
        const world = await worldOf(tasks.map((task) => STATES[task.state]?.[1] ?? {}));
        for (const [index, { works }] of tasks.entries())
          if (works) world.played.working.set(`.worktrees/t${index}`, [PROCESS]);
        await relievePressure(world.runs, ALL);
        for (const [index, task] of tasks.entries()) {
          const goes = STATES[task.state]?.[2] === true && !task.works;
          expect(world.worktrees.hasInstalled(`t${index}`), STATES[task.state]?.[0]).toBe(!goes);
        }
      },
    ),
    { numRuns: rounds({ short: 25, full: 500 }) },
  );
});

const PROCESS = { id: "linux:desk:9:9", host: "desk", pid: 9, name: "node", startedAtMs: 0 };

test("N53: those of closed runs go first, and no more than is needed", async () => {
  const world = await worldOf([{ state: "exited" }, STATES[0]?.[1] ?? {}, { state: "exited" }]);
  const relieved = await relievePressure(world.runs, { neededBytes: 3e9, signal });
  expect(relieved.map(({ slug }) => slug)).toEqual(["t1", "t0"]);
  expect(world.worktrees.hasInstalled("t2")).toBe(true);
});

test("N53: a run that starts meanwhile keeps its own", async () => {
  const world = await worldOf([{ state: "exited" }]);
  const { worktrees } = world.runs;
  const runs = {
    ...world.runs,
    worktrees: {
      ...worktrees,
      freeDisposable: async (...[slug, options]: Parameters<typeof worktrees.freeDisposable>) => {
        const { id, epoch } = (await world.open("t0")) as Run;
        const change = (run: Run) => ({ kind: "changed", run: { ...run, state: "dispatching" } }) as const;
        await changeRun(world.world.store, { id, epoch, change });
        return await worktrees.freeDisposable(slug, options);
      },
    },
  };
  expect(await relievePressure(runs, ALL)).toEqual([]);
  expect(world.worktrees.hasInstalled("t0")).toBe(true);
});

test("N53: the feed says what was removed, and why", async () => {
  const world = await worldOf([{ state: "exited" }]);
  await relievePressure(world.runs, ALL);
  const [newest] = await world.world.store.readTransitions({ limit: 1 });
  expect(newest).toMatchObject({
    action: "release",
    by: "room",
    note: "there was no room: removed node_modules (2.0 GB) from its worktree; they can be made again",
  });
});

test("N53: the runner does so while the disk or its inodes lack, and looks again after ten minutes", async () => {
  const world = await worldOf([{ state: "exited" }]);
  const care = new RunMaintenance(world.runs);
  const rows = await world.refresh();
  const room = { free_gb: 1, free_inodes_percent: 50, free_memory_gb: 1, disk_used_mb: null, at: "" };
  const cycle = async (lacking: ("disk" | "inodes" | "memory")[]) => {
    care.startDue({ rows, dispatch: { ...NO_RUNS.dispatch, room: { ...room, lacking } } });
    await vi.advanceTimersByTimeAsync(1_000);
    return world.worktrees.hasInstalled("t0");
  };
  expect(await cycle(["memory"])).toBe(true);
  expect(await cycle(["disk"])).toBe(false);
  world.worktrees.install("t0");
  expect(await cycle(["disk"])).toBe(true);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(await cycle(["inodes"])).toBe(false);
  await care.stop();
});
