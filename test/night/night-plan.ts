// What a seed decides: twenty tasks with what their workers do, and what goes wrong in the night.

import { HOUR_MS, MINUTE_MS } from "../../src/core/values/durations.ts";
import { type NightPlace, placeOf } from "./night-place.ts";
import { type PlannedTask, planTasks } from "./planned-tasks.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";
import type { Outage } from "./services.ts";

/** The machine is off, or asleep, for that long. */
export type Interruption = {
  readonly kind: "reboot" | "sleep";
  readonly atMs: number;
  readonly forMs: number;
};

/** Someone else fills the disk; at its worst nothing can be written. */
export type FullDisk = {
  readonly lowFromMs: number;
  readonly fullFromMs: number;
  readonly fullToMs: number;
  readonly lowToMs: number;
};

/** The machine's clock is set, forwards or back. */
export type ClockStep = { readonly atMs: number; readonly byMs: number };

export type NightPlan = {
  readonly seed: number;
  readonly place: NightPlace;
  readonly startMs: number;
  readonly endMs: number;
  /** Workers at once; 3 unless said. */
  readonly slots?: number;
  readonly tasks: readonly PlannedTask[];
  readonly outages: readonly Outage[];
  readonly interruptions: readonly Interruption[];
  readonly disk: FullDisk;
  readonly clockSteps: readonly ClockStep[];
  /** What a worker whose budget is used up is asked. */
  readonly atLimit: "finish_turn" | "interrupt";
  /** When someone looks at the pages. */
  readonly looks: readonly number[];
};

const LOOKS = 20;
const SLEEP_MS = 3 * HOUR_MS;

/** An instant while the machine is awake, that many minutes of being awake after the start. */
type Awake = (minutes: number) => number;

export function planNight(seed: number): NightPlan {
  const random = seededRandom(seed);
  const place = placeOf(seed);
  const { startMs, endMs } = place;
  const tasks = planTasks(random);
  const sleep = {
    kind: "sleep",
    atMs: startMs + random.whole(40, 170) * MINUTE_MS,
    forMs: SLEEP_MS,
  } as const;
  const awake: Awake = (minutes) => {
    const atMs = startMs + minutes * MINUTE_MS;
    return atMs < sleep.atMs ? atMs : atMs + SLEEP_MS;
  };
  return {
    ...{ seed, place, startMs, endMs, tasks },
    outages: planOutages(random, awake),
    ...planMachine(random, awake, sleep),
    clockSteps: planClockSteps(random, awake),
    atLimit: random.pick(["finish_turn", "finish_turn", "interrupt"]),
    looks: Array.from({ length: LOOKS }, () =>
      Math.round(startMs + (0.02 + 0.93 * random.next()) * (endMs - startMs)),
    ).sort((a, b) => a - b),
  };
}

/** All of them while there is work that meets them. */
function planOutages(random: SeededRandom, awake: Awake): readonly Outage[] {
  const span = (minutes: number) => {
    const fromMs = awake(random.whole(5, 200));
    return { fromMs, toMs: fromMs + minutes * MINUTE_MS };
  };
  const team = span(random.whole(30, 90));
  return [
    { kind: "limit", account: "team", ...team },
    // Runs that waited for the first one learn of it when they try.
    { kind: "limit", account: "team", fromMs: team.toMs, toMs: team.toMs + random.whole(10, 40) * MINUTE_MS },
    { kind: "limit", account: "solo", ...span(random.whole(30, 120)) },
    { kind: "overloaded", account: "team", ...span(40) },
    { kind: "signed_out", account: "solo", ...span(random.whole(20, 60)) },
    { kind: "network", account: null, ...span(60) },
    { kind: "registry", account: null, ...span(random.whole(10, 40)) },
  ];
}

function planMachine(
  random: SeededRandom,
  awake: Awake,
  sleep: Interruption,
): Pick<NightPlan, "interruptions" | "disk"> {
  const off = reboot(random, awake, sleep);
  const disk = planDisk(random, awake);
  // What a worker has used since its disk was full is nowhere when the machine goes off.
  const isLost = off.atMs >= disk.fullFromMs && off.atMs < disk.fullToMs + MINUTE_MS;
  return { interruptions: [sleep, off], disk: isLost ? later(disk, off.forMs + HOUR_MS / 2) : disk };
}

function later(disk: FullDisk, byMs: number): FullDisk {
  return {
    lowFromMs: disk.lowFromMs + byMs,
    fullFromMs: disk.fullFromMs + byMs,
    fullToMs: disk.fullToMs + byMs,
    lowToMs: disk.lowToMs + byMs,
  };
}

/** Neither into the sleep nor out of it. */
function reboot(random: SeededRandom, awake: Awake, sleep: Interruption): Interruption {
  const forMs = random.whole(1, 10) * MINUTE_MS;
  const atMs = awake(random.whole(20, 220));
  const isCutOff = atMs < sleep.atMs && atMs + forMs >= sleep.atMs;
  return { kind: "reboot", atMs: isCutOff ? sleep.atMs + SLEEP_MS + MINUTE_MS : atMs, forMs };
}

/** In some nights it is full at once, before any measure has said that it is low. */
function planDisk(random: SeededRandom, awake: Awake): FullDisk {
  const lowFromMs = awake(random.whole(10, 200));
  const fullFromMs = lowFromMs + random.pick([0, 5, 15]) * MINUTE_MS;
  const fullToMs = fullFromMs + random.whole(2, 15) * MINUTE_MS;
  return { lowFromMs, fullFromMs, fullToMs, lowToMs: fullToMs + random.whole(5, 20) * MINUTE_MS };
}

/** Nothing else begins or ends at the same instant, so that what is stamped then has one time. */
const HALF_MINUTE_MS = MINUTE_MS / 2;

/** Wrong by some minutes for a time, and right again. */
function planClockSteps(random: SeededRandom, awake: Awake): readonly ClockStep[] {
  const byMs = random.pick([-1, 1]) * random.whole(30, 300) * 1_000;
  const fromMinutes = random.whole(10, 150);
  const toMinutes = fromMinutes + random.whole(5, 90);
  return [
    { atMs: awake(fromMinutes) + HALF_MINUTE_MS, byMs },
    { atMs: awake(toMinutes) + HALF_MINUTE_MS, byMs: -byMs },
  ];
}

/** How much the machine's clock is ahead of the true time then. */
export function clockErrorAt({ clockSteps }: Pick<NightPlan, "clockSteps">, nowMs: number): number {
  return clockSteps.reduce((error, { atMs, byMs }) => error + (atMs <= nowMs ? byMs : 0), 0);
}
