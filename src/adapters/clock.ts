// The machine's clocks. Everything that needs the time gets a Clock, so that tests can control it.

import { uptime } from "node:os";
import type { Zone } from "../core/values/local-time.ts";
import type { Clock } from "../ports/system/clock.ts";

const NANOSECONDS_PER_MS = 1e6;
const MICROSECONDS_PER_MS = 1e3;

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  // performance.now() counts from the start of each process.
  monotonicMs: () => Number(process.hrtime.bigint()) / NANOSECONDS_PER_MS,
  // Elsewhere the time since boot is derived from the wall clock, and the monotonic clock keeps running during sleep.
  ...(process.platform === "linux" ? { bootMs: () => uptime() * 1000 } : {}),
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / MICROSECONDS_PER_MS;
  },
};

/** Of this process: `TZ`, else the system's. */
export const localZone: Zone = (atMs) => -new Date(atMs).getTimezoneOffset();
