// A clock that stands still until a test steps it. Its times can be moved apart, as a suspended machine or
// a corrected clock does (F7, F8, R10).

import type { Clock } from "../../src/ports/system/clock.ts";

export type MemoryClock = Clock & {
  /** Time passes: both clocks move. */
  advance(ms: number): void;
  /** The wall clock is set: neither monotonic time nor the time since boot moves. */
  stepWall(ms: number): void;
  /** The machine sleeps: only the wall clock and the time since boot go on. */
  sleep(ms: number): void;
};

/** Starts at `wallMs`, by default 2026-03-24T12:00:00Z, with monotonic time 0. */
export function createMemoryClock(wallMs = Date.UTC(2026, 2, 24, 12)): MemoryClock {
  let wall = wallMs;
  let monotonic = 0;
  let asleep = 0;
  return {
    wallMs: () => wall,
    monotonicMs: () => monotonic,
    bootMs: () => monotonic + asleep,
    cpuMs: () => 0,
    advance(ms) {
      wall += ms;
      monotonic += ms;
    },
    stepWall(ms) {
      wall += ms;
    },
    sleep(ms) {
      wall += ms;
      asleep += ms;
    },
  };
}
