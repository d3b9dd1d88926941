import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RefreshGate } from "./refresh-gate.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const WAIT_MS = 1_500;
const MIN_INTERVAL_MS = 1_000;

function setUp() {
  const ask = vi.fn<() => void>();
  const gate = new RefreshGate({ monotonicMs: () => performance.now(), minIntervalMs: MIN_INTERVAL_MS, ask });
  return { gate, ask, wish: () => gate.request({ waitMs: WAIT_MS }) };
}

test("F2: 100 wishes on a cold server ask once, and the one cycle answers all", async () => {
  const { gate, ask, wish } = setUp();
  const wishes = Array.from({ length: 50 }, wish);
  gate.cycleStarted();
  wishes.push(...Array.from({ length: 50 }, wish));
  gate.cycleEnded("refreshed");
  expect(new Set(await Promise.all(wishes))).toEqual(new Set(["refreshed"]));
  expect(ask).toHaveBeenCalledTimes(1);
  expect(gate.counters()).toEqual({ refreshesRequested: 100, refreshesCoalesced: 99 });
});

test("F2: a wish right after that cycle starts no second one", async () => {
  const { gate, ask, wish } = setUp();
  gate.cycleStarted();
  gate.cycleEnded("refreshed");
  expect(await wish()).toBe("throttled");
  expect(ask).not.toHaveBeenCalled();
});

test("F12: 1,000 wishes in 10 s start at most ten cycles", async () => {
  const { gate, ask, wish } = setUp();
  ask.mockImplementation(() => {
    gate.cycleStarted();
    gate.cycleEnded("refreshed");
  });
  for (let count = 0; count < 1_000; count += 1) {
    void wish();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(ask.mock.calls.length).toBeGreaterThan(5);
  expect(ask.mock.calls.length).toBeLessThanOrEqual(10);
});

test("F3: a wish is answered within its wait when the cycle hangs, and when nobody takes it up", async () => {
  for (const hang of [(gate: RefreshGate) => gate.cycleStarted(), () => {}]) {
    const { gate, wish } = setUp();
    const outcome = wish();
    hang(gate);
    await vi.advanceTimersByTimeAsync(WAIT_MS);
    expect(await outcome).toBe("timed_out");
  }
});

test("a failed cycle answers those who waited for it", async () => {
  const { gate, wish } = setUp();
  const outcome = wish();
  gate.cycleEnded("failed");
  expect(await outcome).toBe("failed");
});

test("a wish that was lost is made again by the next request", async () => {
  const { ask, wish } = setUp();
  void wish();
  await vi.advanceTimersByTimeAsync(MIN_INTERVAL_MS);
  void wish();
  expect(ask).toHaveBeenCalledTimes(2);
});

test("F11: after a change made here a cycle is asked for whatever the least interval says", async () => {
  const { gate, ask, wish } = setUp();
  gate.cycleStarted();
  gate.cycleEnded("refreshed");
  expect(await wish()).toBe("throttled");
  const outcome = gate.insist({ waitMs: WAIT_MS });
  expect(ask).toHaveBeenCalledTimes(1);
  gate.cycleStarted();
  gate.cycleEnded("refreshed");
  expect(await outcome).toBe("refreshed");
});
