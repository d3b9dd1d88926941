// Where a night is, and so when it begins and ends: some have the clocks changed in them.

import { HOUR_MS } from "../../src/core/values/durations.ts";
import type { Zone } from "../../src/core/values/local-time.ts";

export type NightPlace = {
  readonly timeZone: string;
  /** As the product is given it; what is right is judged by the system's own tables (`localMinutes`). */
  readonly zone: Zone;
  /** 22:30 to 07:00, as a clock on the wall there shows. */
  readonly startMs: number;
  readonly endMs: number;
  /** `dispatch.at`; null: at any time. */
  readonly at: string | null;
};

/** The gap is around the hour that daylight saving skips or repeats. */
const AT = "02:45-01:45";
const UTC_NIGHT: NightPlace = {
  timeZone: "UTC",
  zone: () => 0,
  startMs: Date.UTC(2026, 2, 24, 22, 30),
  endMs: Date.UTC(2026, 2, 24, 22, 30) + 8.5 * HOUR_MS,
  at: null,
};
/** 02:00 to 03:00 does not exist. */
const SPRING: NightPlace = {
  timeZone: "Europe/Berlin",
  zone: (atMs) => (atMs < Date.UTC(2026, 2, 29, 1) ? 60 : 120),
  startMs: Date.UTC(2026, 2, 28, 21, 30),
  endMs: Date.UTC(2026, 2, 29, 5),
  at: AT,
};
/** 02:00 to 03:00 comes twice. */
const AUTUMN: NightPlace = {
  timeZone: "Europe/Berlin",
  zone: (atMs) => (atMs < Date.UTC(2026, 9, 25, 1) ? 120 : 60),
  startMs: Date.UTC(2026, 9, 24, 20, 30),
  endMs: Date.UTC(2026, 9, 25, 6),
  at: AT,
};

const EVERY = 8;

export function placeOf(seed: number): NightPlace {
  if (seed % EVERY === 2) return SPRING;
  return seed % EVERY === 5 ? AUTUMN : UTC_NIGHT;
}

/** Minutes of the day on a clock on the wall. */
export function localMinutes({ timeZone }: NightPlace, atMs: number): number {
  const shown = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(
    atMs,
  );
  const [hour = 0, minute = 0] = shown.split(":").map(Number);
  return hour * 60 + minute;
}
