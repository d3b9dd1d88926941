// What the runner does about runs: it notices changes in the store, lets the recovery go first, starts what is
// due after a cycle, and comes back in time for the next attempt.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createTestWorld, TIMER_CLOCK, taskPath, taskText } from "../../../test/support/app-world.ts";
import { sampleRun } from "../../../test/support/run-samples.ts";
import type { ActionChange } from "../../core/contract/activity.ts";
import type { Run } from "../../core/contract/run.ts";
import { Runner } from "./runner.ts";

const running = new Set<Runner>();

beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  const stopped = Promise.all([...running].map((runner) => runner.stop()));
  await vi.advanceTimersByTimeAsync(5_000);
  await stopped;
  running.clear();
  vi.useRealTimers();
});

const ACTION: ActionChange = {
  kind: "acted",
  action: "kickoff",
  key: "a",
  title: "A",
  owner: null,
  by: "dave",
  note: null,
  atMs: 0,
  group: null,
};

function setUp({ keepAwake = false } = {}) {
  const { world } = createTestWorld({ clock: TIMER_CLOCK, texts: { [taskPath("a")]: taskText() } });
  const log: string[] = [];
  const care = {
    recover: async (runs: readonly Run[]) =>
      void log.push(`recover ${runs.map(({ key, state }) => `${key} ${state}`)}`),
    startDue: ({ rows, dispatch }: { rows: ReadonlyMap<string, unknown>; dispatch: { live: number } }) =>
      void log.push(`start of ${rows.size}, ${dispatch.live} live`),
    barred: () => ({}),
    prune: async () => void log.push("prune"),
    stop: async () => void log.push("stop"),
  };
  const awake = {
    hold: (why: string) => void log.push(`awake: ${why}`),
    release: () => void log.push("sleepy"),
  };
  const runner = new Runner(world, { care, ...(keepAwake ? { awake } : {}) });
  world.config.dispatch.keep_awake = keepAwake;
  running.add(runner);
  runner.subscribe((event) => {
    if (event.kind === "cycle_started") log.push(event.causes.join());
  });
  const take = () => log.splice(0).filter((line) => line !== "commit_dates");
  return { runner, take, store: world.store, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

test("a queued run is noticed at once, recovered before the cycle and started after it", async () => {
  const { runner, take, store, pass } = setUp();
  runner.start();
  await pass(1_000);
  expect(take()).toEqual(["start", "start of 1, 0 live"]);
  await store.insertRun({ run: sampleRun(), action: ACTION });
  await pass(250);
  expect(take()).toEqual(["run_event", "recover a queued", "start of 1, 0 live"]);
  // The same number again is no news.
  await pass(5_000);
  expect(take()).toEqual([]);
});

test("it comes back for the next attempt when that is due, not at its usual time", async () => {
  const { runner, take, store, pass } = setUp();
  runner.start();
  await pass(1_000);
  await store.insertRun({ run: sampleRun({ notBeforeMs: Date.now() + 4_000 }), action: ACTION });
  await pass(250);
  take();
  await pass(3_500);
  expect(take()).toEqual([]);
  await pass(300);
  expect(take()).toEqual(["cycle_timer", "recover a queued", "start of 1, 0 live"]);
});

test("once an hour old output is dropped", async () => {
  const { runner, take, pass } = setUp();
  runner.start();
  await pass(3_600_000);
  expect(take().filter((line) => line === "prune")).toEqual(["prune"]);
});

test("R17: a runner that stops begins nothing more", async () => {
  const { runner, take, pass } = setUp();
  runner.start();
  await pass(1_000);
  take();
  const stopped = runner.stop();
  await pass(3_000);
  await stopped;
  expect(take()).toEqual(["stop"]);
});

test("N68: idle sleep is held off while a worker runs, and no longer once the runner stops", async () => {
  const { runner, take, store, pass } = setUp({ keepAwake: true });
  const words = () => take().filter((line) => line.startsWith("awake") || line === "sleepy");
  runner.start();
  await pass(1_000);
  expect(words().filter((line) => line !== "sleepy")).toEqual([]);
  await store.insertRun({ run: sampleRun({ state: "running" }), action: ACTION });
  await pass(1_000);
  expect(words()).toEqual(["awake: 1 worker at work"]);
  const stopped = runner.stop();
  await pass(5_000);
  await stopped;
  expect(words()).toContain("sleepy");
});
