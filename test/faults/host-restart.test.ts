// The host restarts while 20 workers run: the real runner, recovery and store, and processes of another boot.

import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createWorkers } from "../../src/adapters/launch/workers.ts";
import type { ProcessSystem } from "../../src/adapters/process-table/process-facts.ts";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import { Runner } from "../../src/app/runner/runner.ts";
import { RunMaintenance } from "../../src/app/runs/recovery/run-maintenance.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { ActionChange } from "../../src/core/contract/activity.ts";
import type { ProcessIdentity, Run } from "../../src/core/contract/run.ts";
import { TIMER_CLOCK, taskPath, taskText } from "../support/app-world.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import { sampleRun } from "../support/run-samples.ts";
import { createRunsTestWorld } from "../support/runs-world.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T03:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const TASKS = Array.from({ length: 20 }, (_, index) => `t${String(index + 1).padStart(2, "0")}`);
const BEFORE = "linux:boot-1:pid:[1]";
const NOW = "linux:boot-2:pid:[1]";

/** A machine after a restart: other programs have the pids of the processes from before. */
const RESTARTED: ProcessSystem = {
  place: NOW,
  read: (pid) => ({ pid, parent: 1, group: pid, start: "5", isDead: false }),
  readAll: () => [],
  readMarks: () => new Map(),
  readInherited: () => null,
  readUsers: () => new Map(),
};

const process_ = (place: string, pid: number): ProcessIdentity => ({
  id: `${place}:${pid}:5`,
  host: hostname(),
  pid,
});

/** Its worker was in its first attempt when the power failed. */
function atWork(key: string, index: number): Run {
  return sampleRun({
    key,
    state: "running",
    epoch: 1,
    attempt: 1,
    startedAtMs: Date.now() - 60_000,
    host: hostname(),
    worktree: `.worktrees/${key}`,
    branch: `tasks/${key}`,
    holder: process_(BEFORE, 100 + index),
    worker: process_(BEFORE, 200 + index),
    session: { kind: "claude", id: `session-of-${key}`, isStarted: true },
  });
}

const queuedBefore = (key: string): ActionChange => ({
  ...{ kind: "acted", action: "kickoff", key, title: key, owner: null, by: "mia", note: null },
  ...{ atMs: Date.now(), group: null },
});

test("N69: all of 20 runs go on after a restart, in their sessions, within the limits, and none has failed", async () => {
  const file = join(temporaryFolder("tasks-restart"), "store.sqlite");
  const store = await openSqliteStore({ file, nowMs: Date.now });
  const texts = Object.fromEntries(TASKS.map((key) => [taskPath(key), taskText({ title: key })]));
  const { workers } = configSchema.parse({
    workers: { default: "claude", named: { claude: { kind: "claude" } } },
  });
  const world = createRunsTestWorld({
    ...{ clock: TIMER_CLOCK, texts, store, self: process_(NOW, 7) },
    config: { workers },
  });
  for (const [index, key] of TASKS.entries())
    await store.insertRun({ run: atWork(key, index), action: queuedBefore(key) });
  const real = createWorkers(
    { root: "/r", entry: "", nodeArguments: [], environment: {}, folder: "/" },
    RESTARTED,
  );
  const { endRemains, endedWithHost } = real;
  const isNew = ({ id }: ProcessIdentity) => id.startsWith("linux:desk:");
  Object.assign(world.runs.workers, {
    ...{ endRemains, endedWithHost },
    see: (identity: ProcessIdentity) => (isNew(identity) ? "alive" : real.see(identity)),
  });
  const runner = new Runner(world.world, { care: new RunMaintenance(world.runs) });
  runner.start();
  const live = async () => (await store.readOpenRuns()).filter(({ state }) => state === "running");
  await passUntil(async () => (await live()).length === 8);

  await vi.advanceTimersByTimeAsync(30_000);
  expect(world.played.launches).toHaveLength(8);
  const runs = await store.readOpenRuns();
  expect(runs).toHaveLength(20);
  for (const { key, session, attempts, failuresInRow, state, worktree } of runs) {
    expect({ key, session: session?.id, failuresInRow, worktree }).toEqual({
      key,
      session: `session-of-${key}`,
      failuresInRow: 0,
      worktree: `.worktrees/${key}`,
    });
    expect(attempts).toMatchObject([{ number: 1, spared: { kind: "restarted" } }]);
    expect(["queued", "running"]).toContain(state);
  }

  // The feed names each of them, once.
  const feed = await store.readTransitions({ limit: 100 });
  const went = feed.filter((event) => event.kind === "acted" && event.action === "continue");
  expect(went.map(({ key }) => key).toSorted()).toEqual(TASKS);
  expect(went[0]).toMatchObject({ by: "reconciliation", note: "its host was restarted" });

  const { dispatch } = world.world.config;
  dispatch.workers_per_host = 20;
  dispatch.workers_per_owner = 20;
  world.runs.config.dispatch.workers_per_host = 20;
  world.runs.config.dispatch.workers_per_owner = 20;
  await passUntil(async () => (await live()).length === 20);
  expect(new Set(world.played.launches.map(({ run }) => run)).size).toBe(20);
  expect(world.played.launches).toHaveLength(20);
  // It is the first attempt still: nothing was spent on the restart.
  expect((await live()).map(({ attempt }) => attempt)).toEqual(TASKS.map(() => 1));

  const stopped = runner.stop();
  await vi.advanceTimersByTimeAsync(5_000);
  await stopped;
  await store.close();
});

async function passUntil(isDone: () => Promise<boolean>): Promise<void> {
  for (let seconds = 0; seconds < 120; seconds += 1) {
    if (await isDone()) return;
    await vi.advanceTimersByTimeAsync(1_000);
  }
  throw new Error("It did not happen within two minutes.");
}
