import { expect, test, vi } from "vitest";
import { attestation, holder } from "../../../test/contract/store-samples.ts";
import { countWakeUps } from "../../../test/support/count-wake-ups.ts";
import {
  claim,
  flush,
  publish,
  setUpLeading,
  setUpServer,
  useFakeServerTime,
} from "../../../test/support/driven-server.ts";

useFakeServerTime();

test("with nothing heard the page turns late after 45 s and stale after 90 s", async () => {
  const { live, events } = await setUpLeading();
  events.length = 0;
  await vi.advanceTimersByTimeAsync(46_000);
  expect(live.freshness()).toMatchObject({ state: "late", stale_reason: "old" });
  await vi.advanceTimersByTimeAsync(45_000);
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "old" });
  expect(events).toEqual([{ kind: "freshness" }, { kind: "freshness" }]);
});

test("F7, F8: a machine that slept shows the true age in its first paint and asks for a cycle at once", async () => {
  const { live, runner, clock } = await setUpLeading();
  // Suspended: the wall clock continued, the monotonic one did not.
  clock.wallMs = () => Date.now() + 600_000;
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "old", age_ms: 600_000 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(runner.refresh).toHaveBeenCalledTimes(1);
});

test("R26: the first load after the clock was set ahead is answered with what a cycle found since", async () => {
  const { live, store, runner, clock } = await setUpServer();
  await claim(store);
  runner.lead();
  runner.begin();
  runner.end(await publish(store, ["a"]));
  await flush();
  // Only the wall clock of the process.
  const { monotonicMs } = clock;
  const before = monotonicMs();
  vi.setSystemTime(Date.now() + 7_200_000);
  clock.monotonicMs = () => before;
  const load = live.refresh({ waitMs: 1_500 });
  await flush();
  expect(runner.refresh).toHaveBeenCalledTimes(1);
  runner.begin();
  runner.end(await publish(store, ["a"]));
  await flush();
  expect(await load).toBe("refreshed");
  expect(live.freshness()).toMatchObject({ state: "fresh", age_ms: 0 });
});

test("F8: a server stopped for ten minutes does the same", async () => {
  const { live, runner, clock } = await setUpLeading();
  clock.wallMs = () => Date.now() + 600_000;
  clock.monotonicMs = () => performance.now() + 600_000;
  expect(live.freshness()).toMatchObject({ state: "stale", age_ms: 600_000 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(runner.refresh).toHaveBeenCalledTimes(1);
});

test("F7: a clock stepped back an hour makes nothing younger", async () => {
  const { live, clock } = await setUpLeading();
  vi.advanceTimersByTime(30_000);
  clock.wallMs = () => Date.now() - 3_600_000;
  expect(live.freshness().age_ms).toBe(30_000);
});

test("P21: over a quiet minute a server asks the store once for each cycle, and wakes up every 5 s", async () => {
  const { live, store, runner } = await setUpServer();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  await vi.advanceTimersByTimeAsync(10_000);
  const readPublished = vi.spyOn(store, "readPublished");
  let wakeUps = 0;
  for (let cycle = 2; cycle <= 5; cycle += 1) {
    const now = { ...attestation(100 + cycle), observed_at: new Date().toISOString() };
    await store.attest({ epoch: 1, attestation: now });
    runner.end({ kind: "attested", seq: 1, epoch: 1, attestation: now, tasks: 1 });
    wakeUps += await countWakeUps(15_000);
  }
  expect(live.freshness().state).toBe("fresh");
  expect(readPublished.mock.calls.length).toBeLessThanOrEqual(4);
  expect(wakeUps).toBeLessThanOrEqual(13);
});

test("P19: how far a long update is reaches the page, from our runner and from another's, and every 5 s all pages", async () => {
  const progress = { phase: "reading", done: 41_000, total: 100_000 } as const;
  const { live, runner, events } = await setUpServer();
  runner.lead();
  runner.begin("start");
  runner.say({ kind: "cycle_progress", progress });
  await vi.advanceTimersByTimeAsync(0);
  expect(live.freshness()).toMatchObject({
    state: "unknown",
    detail: "The first update has not completed yet: it is reading 41,000 of 100,000 files.",
    progress,
  });
  const freshness = () => events.filter(({ kind }) => kind === "freshness").length;
  await vi.advanceTimersByTimeAsync(1_000);
  const before = freshness();
  for (let second = 1; second <= 10; second += 1) {
    runner.say({ kind: "cycle_progress", progress: { ...progress, done: progress.done + second } });
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(freshness() - before).toBe(2);

  const other = await setUpServer({ alone: true });
  await other.store.claimLease({ holder: holder("other"), termMs: 60_000, nowMs: Date.now() });
  const running = { startedAtMs: Date.now(), endedAtMs: null, outcome: "running", reason: null } as const;
  for (const done of [5, 6]) {
    await other.store.recordCycle({
      ...{ ...running, cause: "start", detail: null, tasks: 0 },
      progress: { ...progress, done },
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(other.live.freshness().progress).toEqual({ ...progress, done });
  }
});
