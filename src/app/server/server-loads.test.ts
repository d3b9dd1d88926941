import { expect, test, vi } from "vitest";
import {
  claim,
  flush,
  publish,
  setUpLeading,
  setUpServer,
  useFakeServerTime,
  WAIT_MS,
} from "../../../test/support/driven-server.ts";
import type { ServerDriver } from "./server-driver.ts";

useFakeServerTime();

test("F2: 100 loads on a cold server wait for the one first cycle and see its snapshot", async () => {
  const { live, store, runner } = await setUpServer();
  const loads = Array.from({ length: 100 }, async () => {
    const outcome = await live.refresh({ waitMs: WAIT_MS });
    return [outcome, live.view()?.snapshot.seq];
  });
  await claim(store);
  runner.lead();
  runner.begin("start");
  runner.end(await publish(store, ["a"]));
  await flush();
  expect(new Set((await Promise.all(loads)).map(String))).toEqual(new Set(["refreshed,1"]));
  // A runner that starts needs no asking: asking it again would be a second heartbeat.
  expect(runner.refresh).not.toHaveBeenCalled();
});

test("F4: a load whose cycle no runner starts is late after its wait, and fresh again after the cycle", async () => {
  const { live, store, runner } = await setUpLeading();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(live.freshness().state).toBe("fresh");
  const load = live.refresh({ waitMs: WAIT_MS });
  await vi.advanceTimersByTimeAsync(WAIT_MS);
  expect(await load).toBe("timed_out");
  expect(live.freshness()).toMatchObject({ state: "late", stale: true, stale_reason: "timeout" });
  runner.end(await publish(store, ["a", "b"]));
  await flush();
  expect(live.freshness()).toMatchObject({ state: "fresh", stale: false });
});

test("F3: while a cycle hangs loads are answered in time and late; once it is ended, stale by timeout", async () => {
  const { live, store, runner, events } = await setUpServer();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  await vi.advanceTimersByTimeAsync(5_000);
  const load = live.refresh({ waitMs: WAIT_MS });
  expect(runner.refresh).toHaveBeenCalledTimes(1);
  runner.begin();
  await vi.advanceTimersByTimeAsync(WAIT_MS);
  expect(await load).toBe("timed_out");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(live.freshness()).toMatchObject({ state: "late", stale: true, stale_reason: "timeout" });
  const failure = {
    reason: "timeout",
    detail: "The update did not finish within 15 s and was stopped.",
  } as const;
  runner.say({ kind: "gone", failure, restartAtMs: Date.now() + 250 });
  await flush();
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "timeout", detail: failure.detail });
  expect(live.view()?.snapshot.seq).toBe(1);
  expect(live.counters().cyclesFailedByReason).toEqual({ timeout: 1 });
  expect(events.at(-1)).toEqual({ kind: "freshness" });
});

for (const how of ["load", "change made here"] as const) {
  const ask = (live: ServerDriver) =>
    how === "load" ? live.refresh({ waitMs: WAIT_MS }) : live.refreshNow();

  test(`F11, F15: for a ${how} a cycle that began before does not count`, async () => {
    const { live, store, runner } = await setUpLeading();
    // The runner is in a cycle that has read already, and the server has not even heard of it.
    const beganMs = performance.now();
    vi.advanceTimersByTime(20);
    const shown = vi.fn<() => void>();
    const refreshed = ask(live).then(shown);
    expect(runner.refresh.mock.calls).toEqual([[performance.now()]]);
    runner.begin("cycle_timer", beganMs);
    runner.end(await publish(store, ["a"], 1));
    await flush();
    expect(shown).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20);
    runner.begin();
    runner.end(await publish(store, ["a", "b"]));
    await refreshed;
    expect(live.view()?.snapshot.tasks).toHaveLength(2);
    // The request made during the first cycle is answered by the second.
    expect(runner.refresh).toHaveBeenCalledTimes(1);
  });
}

test("F11: the wait after a change is bounded, and short when no runner updates", async () => {
  const { live, store, runner } = await setUpServer();
  await claim(store);
  runner.lead();
  const settled = vi.fn<() => void>();
  void live.refreshNow().then(settled);
  await vi.advanceTimersByTimeAsync(WAIT_MS - 1);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(settled).toHaveBeenCalledTimes(1);

  const { live: alone } = await setUpServer({ alone: true });
  void alone.refreshNow().then(settled);
  await flush();
  expect(settled).toHaveBeenCalledTimes(2);
});

test("F15: loads survive a runner that is killed: the first cycle of the next one answers them", async () => {
  const { live, store, runner } = await setUpLeading();
  const load = live.refresh({ waitMs: WAIT_MS });
  const failure = { reason: "exit", detail: "The runner ended: signal SIGKILL." } as const;
  runner.say({ kind: "gone", failure, restartAtMs: Date.now() + 250 });
  await vi.advanceTimersByTimeAsync(300);
  runner.lead();
  runner.begin("start");
  runner.end(await publish(store, ["a", "b"]));
  expect(await load).toBe("refreshed");
  expect(live.view()?.snapshot.tasks).toHaveLength(2);
  // A runner that is not back in time delays no load.
  runner.say({ kind: "gone", failure, restartAtMs: Date.now() + 30_000 });
  await flush();
  expect(await live.refresh({ waitMs: WAIT_MS })).toBe("failed");
  expect(live.freshness("failed")).toMatchObject({ state: "stale", stale_reason: "exit" });
});

test("F12: a load that is held back is late, and says why", async () => {
  const { live, store, runner } = await setUpServer();
  await claim(store);
  runner.lead();
  const dear = live.refresh({ waitMs: WAIT_MS });
  runner.begin();
  runner.end(await publish(store, ["a"]), { cpuMs: 4_000 });
  expect(await dear).toBe("refreshed");
  await vi.advanceTimersByTimeAsync(1);
  const held = live.refresh({ waitMs: WAIT_MS });
  await vi.advanceTimersByTimeAsync(WAIT_MS);
  expect(live.freshness(await held)).toMatchObject({
    state: "late",
    stale: true,
    stale_reason: "rate-limit",
    detail: expect.stringContaining("refresh.max_cpu_percent"),
  });
  // The open page gets no event: what it shows is as old as it was.
  expect(live.freshness()).toMatchObject({ state: "fresh" });
  expect(runner.refresh).toHaveBeenCalledTimes(1);
  // A change of a file makes a cycle of its own, which answers the loads that are held back.
  const served = live.refresh({ waitMs: WAIT_MS });
  runner.begin("file_change");
  runner.end(await publish(store, ["a", "b"]));
  expect(live.freshness(await served)).toMatchObject({ state: "fresh" });
});
