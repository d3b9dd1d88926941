// The time and processor time of a cycle. Work after its report (the index, due starts) counts for the next report, so
// that nothing is left out.

import type { Clock } from "../../ports/system/clock.ts";

export type CycleBegin = {
  readonly startedAtMs: number;
  /** By the machine's monotonic clock. */
  readonly beganMs: number;
  readonly beganCpuMs: number;
};

export class CycleMeter {
  readonly #clock: Clock;
  #reportedCpuMs = 0;
  #followedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Called before a cycle reads anything. */
  begin(): CycleBegin {
    const clock = this.#clock;
    return { startedAtMs: clock.wallMs(), beganMs: clock.monotonicMs(), beganCpuMs: clock.cpuMs() };
  }

  end({ startedAtMs, beganMs, beganCpuMs }: CycleBegin) {
    this.#reportedCpuMs = this.#clock.cpuMs();
    const cpuMs = this.#reportedCpuMs - beganCpuMs + this.#followedMs;
    this.#followedMs = 0;
    return { startedAtMs, endedAtMs: this.#clock.wallMs(), beganMs, cpuMs };
  }

  /** The work after the last cycle is done. */
  followed(): void {
    this.#followedMs = this.#clock.cpuMs() - this.#reportedCpuMs;
  }
}
