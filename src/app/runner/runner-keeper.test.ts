import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SILENT_LOG, TIMER_CLOCK } from "../../../test/support/app-world.ts";
import { createFakeRunners, cycleEnded, cycleStarted } from "../../../test/support/fake-runner.ts";
import { RunnerKeeper, type RunnerLinkEvent } from "./runner-keeper.ts";

const LIMIT_MS = 15_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp({ random = 0.5 }: { random?: number } = {}) {
  const launcher = createFakeRunners();
  const released: number[] = [];
  const store = { releaseLease: async ({ epoch }: { epoch: number }) => void released.push(epoch) };
  const clock = { ...TIMER_CLOCK };
  const keeper = new RunnerKeeper(
    { launcher, clock, log: SILENT_LOG, store },
    { cycleTimeoutMs: LIMIT_MS, random: () => random },
  );
  const events: RunnerLinkEvent[] = [];
  keeper.subscribe((event) => events.push(event));
  keeper.start();
  const newest = () => launcher.started.at(-1) ?? expect.fail("nothing was started");
  return { launcher, released, keeper, events, newest, clock };
}

test("F3: a cycle that hangs is ended from outside at 15 s, and its lease is free at once", async () => {
  const { newest, launcher, released, events } = setUp();
  const [first] = launcher.started;
  newest().say({ kind: "leading", epoch: 7 });
  newest().say(cycleStarted(Date.now()));
  await vi.advanceTimersByTimeAsync(LIMIT_MS - 1);
  expect(newest().killed).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(first?.killed).toEqual(["kill"]);
  expect(released).toEqual([7]);
  expect(events.at(-1)).toMatchObject({ kind: "gone", failure: { reason: "timeout" } });
  await vi.advanceTimersByTimeAsync(250);
  expect(launcher.started).toHaveLength(2);
});

test("R27: the limit of a cycle counts from its last progress; the same numbers again are none", async () => {
  const { newest, launcher } = setUp();
  const say = (done: number) =>
    newest().say({ kind: "cycle_progress", progress: { phase: "reading", done, total: 100_000 } });
  newest().say({ kind: "leading", epoch: 7 });
  newest().say(cycleStarted(Date.now()));
  for (let done = 1; done <= 20; done += 1) {
    await vi.advanceTimersByTimeAsync(LIMIT_MS - 1_000);
    say(done);
  }
  expect(newest().killed).toEqual([]);
  for (let waitedMs = 0; waitedMs < LIMIT_MS - 1_000; waitedMs += 1_000) {
    await vi.advanceTimersByTimeAsync(1_000);
    say(20);
  }
  expect(newest().killed).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_300);
  expect(launcher.started[0]?.killed).toEqual(["kill"]);
});

test("R27: progress that is reported after a cycle gives the next one no more time", async () => {
  const { newest, launcher } = setUp();
  newest().say({ kind: "leading", epoch: 7 });
  newest().say({ kind: "cycle_progress", progress: { phase: "listing", done: 1, total: null } });
  newest().say(cycleStarted(Date.now()));
  await vi.advanceTimersByTimeAsync(LIMIT_MS);
  expect(launcher.started[0]?.killed).toEqual(["kill"]);
});

test("R6: a runner that answers nothing is ended, also when it never says a word", async () => {
  const { launcher, newest } = setUp();
  newest().answers = false;
  await vi.advanceTimersByTimeAsync(LIMIT_MS - 1);
  expect(newest().killed).toEqual([]);
  await vi.advanceTimersByTimeAsync(300);
  expect(launcher.started[0]?.killed).toEqual(["kill"]);
});

test("R6: a runner that falls silent between two cycles is pinged, and ended when it does not answer", async () => {
  const { launcher, newest } = setUp();
  newest().say({ kind: "leading", epoch: 1 });
  newest().say(cycleStarted(Date.now()));
  newest().say(cycleEnded(Date.now()));
  newest().answers = false;
  await vi.advanceTimersByTimeAsync(10_000 + LIMIT_MS - 1);
  expect([newest().pings, newest().killed]).toEqual([1, []]);
  await vi.advanceTimersByTimeAsync(250);
  expect(launcher.started[0]?.killed).toEqual(["kill"]);
});

test("P21: a runner that owes nothing costs its keeper one ping in a silence of 10 s, and no ticks", async () => {
  const { newest, clock } = setUp();
  let readings = 0;
  clock.monotonicMs = () => {
    readings += 1;
    return performance.now();
  };
  newest().say({ kind: "leading", epoch: 1 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(newest().pings).toBe(6);
  // One for each ping: the time from which on its answer is owed.
  expect(readings).toBeLessThanOrEqual(6);
});

test("a leading runner that starts no requested cycle is killed", async () => {
  const { launcher, newest, keeper } = setUp();
  newest().say({ kind: "leading", epoch: 1 });
  keeper.refresh(7);
  expect(newest().commands).toEqual([{ kind: "refresh", askedMs: 7 }]);
  await vi.advanceTimersByTimeAsync(LIMIT_MS - 1);
  expect(newest().killed).toEqual([]);
  await vi.advanceTimersByTimeAsync(300);
  expect(launcher.started[0]?.killed).toEqual(["kill"]);
});

test("a runner at work, or waiting for another process's lease, is left alone", async () => {
  const { newest, launcher, keeper } = setUp();
  newest().say({ kind: "leading", epoch: 1 });
  for (let cycle = 0; cycle < 10; cycle += 1) {
    newest().say(cycleStarted(Date.now()));
    await vi.advanceTimersByTimeAsync(LIMIT_MS - 1000);
    newest().say(cycleEnded(Date.now()));
  }
  newest().say({ kind: "standby", holder: { id: "b", host: "desk", pid: 2, url: null } });
  keeper.refresh(7);
  await vi.advanceTimersByTimeAsync(10 * LIMIT_MS);
  expect(launcher.started).toHaveLength(1);
});

test("F8: a server that slept blames no runner for the time", async () => {
  const { newest, clock } = setUp();
  newest().say({ kind: "leading", epoch: 1 });
  newest().say(cycleStarted(Date.now()));
  let sleptMs = 0;
  clock.monotonicMs = () => performance.now() + sleptMs;
  sleptMs = 600_000;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(newest().killed).toEqual([]);
});

test("restarts back off from 250 ms to 30 s, and start over after a good cycle", async () => {
  const { newest, events } = setUp();
  const delays: number[] = [];
  for (let failure = 0; failure < 9; failure += 1) {
    const atMs = Date.now();
    newest().exit({ code: 1, signal: null });
    const gone = events.at(-1);
    if (gone?.kind !== "gone") expect.fail("no event");
    delays.push(gone.restartAtMs - atMs);
    await vi.advanceTimersByTimeAsync(delays.at(-1) ?? 0);
  }
  expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  newest().say(cycleEnded(Date.now()));
  newest().exit({ code: null, signal: "SIGKILL" });
  expect(events.at(-1)).toMatchObject({
    restartAtMs: Date.now() + 250,
    failure: { reason: "exit", detail: expect.stringContaining("SIGKILL") },
  });
});

test("F14: restarts are spread by a tenth", () => {
  for (const [random, delayMs] of [
    [0, 225],
    [1, 275],
  ] as const) {
    const { newest, events } = setUp({ random });
    newest().exit({ code: 1, signal: null });
    expect(events.at(-1)).toMatchObject({ restartAtMs: Date.now() + delayMs });
  }
});

test("R17: stop asks first and forces after; nothing is started again", async () => {
  const { newest, launcher, keeper } = setUp();
  await keeper.stop();
  expect(newest().killed).toEqual(["terminate"]);
  await keeper.stop();

  const hung = setUp();
  hung.newest().answers = false;
  const stopping = hung.keeper.stop();
  await vi.advanceTimersByTimeAsync(4_999);
  await stopping;
  expect(hung.newest().killed).toEqual(["terminate", "kill"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([launcher.started.length, hung.launcher.started.length]).toEqual([1, 1]);
});

test("where the pages are is said to each runner", () => {
  const { newest, keeper } = setUp();
  keeper.announce("http://127.0.0.1:8005/status");
  newest().exit({ code: 1, signal: null });
  vi.advanceTimersByTime(250);
  expect(newest().commands).toEqual([{ kind: "url", url: "http://127.0.0.1:8005/status" }]);
});
