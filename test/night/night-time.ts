// The time of one night, without waiting for it. Timers fire in order, and everything that follows from one settles before
// the next does. The world outside of the machine (services, people) is a list of its own by the true time: it continues while
// the machine is asleep or off, and whatever the machine's clock says.

import { vi } from "vitest";
import type { Clock } from "../../src/ports/system/clock.ts";

type Outside = { readonly atMs: number; readonly happen: () => void | Promise<void> };

export class NightTime {
  readonly #outside: Outside[] = [];
  #sleptMs = 0;
  #clockErrorMs = 0;

  /** Time stands at `startMs` and is moved only by `until`. Real timers come back with `stop`. */
  constructor(startMs: number) {
    vi.useFakeTimers({
      now: startMs,
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
    });
  }

  /** The true time. */
  get nowMs(): number {
    return Date.now() - this.#clockErrorMs;
  }

  /** How much the machine's clock is ahead of it. */
  get clockErrorMs(): number {
    return this.#clockErrorMs;
  }

  /** As the machine's processes read it. */
  readonly clock: Clock = {
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    bootMs: () => performance.now() + this.#sleptMs,
    cpuMs: () => 0,
  };

  /** Something outside of the machine. */
  at(atMs: number, happen: Outside["happen"]): void {
    const after = this.#outside.findIndex((other) => other.atMs > atMs);
    this.#outside.splice(after === -1 ? this.#outside.length : after, 0, { atMs, happen });
  }

  /** Lets everything happen that is due until then. */
  async until(untilMs: number): Promise<void> {
    for (;;) {
      await settle();
      const next = this.#outside[0];
      if (next !== undefined && next.atMs <= Math.min(this.nowMs, untilMs)) {
        this.#outside.shift();
        await next.happen();
      } else if (this.nowMs >= untilMs) return;
      else this.#step(Math.min(untilMs, next?.atMs ?? untilMs));
    }
  }

  /** The machine is suspended: its wall clock jumps when it wakes, and its timers have not moved. */
  suspend(ms: number): void {
    this.#sleptMs += ms;
    vi.setSystemTime(Date.now() + ms);
  }

  /** The machine's clock is set; its timers do not notice. */
  stepClock(byMs: number): void {
    this.#clockErrorMs += byMs;
    vi.setSystemTime(Date.now() + byMs);
  }

  /** The machine is off: nothing that it had planned will happen. */
  dropTimers(): void {
    vi.clearAllTimers();
  }

  stop(): void {
    vi.clearAllTimers();
    vi.useRealTimers();
  }

  #step(untilMs: number): void {
    const stop = setTimeout(() => {}, Math.max(0, untilMs - this.nowMs));
    vi.advanceTimersToNextTimer();
    clearTimeout(stop);
  }
}

/** Promises settle before the event loop turns. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
