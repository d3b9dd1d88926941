import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TIMER_CLOCK } from "../../../test/support/app-world.ts";
import { IdleMemory } from "./idle-memory.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const freeMemory = vi.fn<() => void>();
  return { freeMemory, freeing: new IdleMemory({ clock: TIMER_CLOCK, freeMemory }) };
}

test("P23: memory is given back 2 s after the last work, and not while it continues", async () => {
  const { freeing, freeMemory } = setUp();
  for (let work = 0; work < 100; work += 1) {
    freeing.note();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(freeMemory).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1_900);
  expect(freeMemory).toHaveBeenCalledTimes(1);
});

test("P23: at most once in 10 s, and after each burst within 15 s of it", async () => {
  const { freeing, freeMemory } = setUp();
  for (let burst = 1; burst <= 5; burst += 1) {
    freeing.note();
    await vi.advanceTimersByTimeAsync(3_000);
    freeing.note();
    const before = freeMemory.mock.calls.length;
    await vi.advanceTimersByTimeAsync(12_000);
    expect(freeMemory.mock.calls.length).toBe(before + 1);
  }
});

test("P21: where nothing was done nothing wakes up", async () => {
  const { freeing, freeMemory } = setUp();
  freeing.note();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([freeMemory.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
  freeing.note();
  freeing.stop();
  freeing.stop();
  expect(vi.getTimerCount()).toBe(0);
});
