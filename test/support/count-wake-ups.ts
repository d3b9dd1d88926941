// How often a process would wake up, by its timers under a fake clock.

import { vi } from "vitest";

/** Lets `forMs` pass; the number of moments at which a timer fired. */
export async function countWakeUps(forMs: number): Promise<number> {
  const untilMs = Date.now() + forMs;
  const end = setTimeout(() => {}, forMs);
  let wakeUps = 0;
  while (Date.now() < untilMs) {
    const beforeMs = Date.now();
    await vi.advanceTimersToNextTimerAsync();
    if (Date.now() > beforeMs) wakeUps += 1;
  }
  clearTimeout(end);
  return wakeUps - 1;
}
