// For how long each reason of an idle slot was one, as seen from outside.

import type { SlotUse } from "../../../src/core/records/slot-time.ts";
import { MINUTE_MS } from "../../../src/core/values/durations.ts";
import type { NightWorld } from "../night-world.ts";
import { type Alive, type OnTheWall, wallOf } from "./on-the-wall.ts";
import { integrate, type Span, union } from "./time-spans.ts";

/** Back-off goes up to an hour, another pause may keep the probe waiting, and easing lets two start at a time. */
const LASTS_ON_MS = 120 * MINUTE_MS;
/** What is free is measured now and then, and a tenth more than needed has to be. */
const MEASURED_MS = 12 * MINUTE_MS;
/** `worker.retries` and the first one. */
const ATTEMPTS_MAX = 3;
const OUTAGES = ["overloaded", "network", "signed_out"];

export type Idle = {
  readonly world: NightWorld;
  readonly seen: OnTheWall;
  readonly stretch: Span;
  readonly slots: number;
};

/** In slots times time. What is no reason of an idle slot is compared elsewhere. */
export function idleConfirmed(idle: Idle, use: SlotUse): number {
  const { world, seen, stretch, slots } = idle;
  switch (use) {
    case "working":
    case "asleep":
    case "not_running":
      return Number.POSITIVE_INFINITY;
    case "elsewhere":
    case "not_automatic":
    case "paused":
    case "review":
    case "owner_limit":
    case "blocked":
      return 0;
    case "limit":
      return slots * union(met(seen, ["limit"]), stretch);
    case "outage":
      return slots * union([...met(seen, OUTAGES), ...setUps(seen)], stretch);
    case "room": {
      const { lowFromMs, lowToMs } = world.plan.disk;
      const low = { fromMs: wallOf(world, lowFromMs), toMs: wallOf(world, lowToMs) + MEASURED_MS };
      return slots * union([low], stretch);
    }
    case "schedule":
      return world.plan.place.at === null ? 0 : Number.POSITIVE_INFINITY;
    case "budget":
      return over(idle, (atMs) => world.plan.tasks.filter((task) => isBurnt(idle, task, atMs)).length);
    case "nothing_ready":
      return over(idle, (atMs) =>
        Math.max(0, slots - world.plan.tasks.filter(({ slug }) => isOpen(idle, slug, atMs)).length),
      );
    case "waiting":
      return (
        over(idle, (atMs) => world.plan.tasks.filter(({ slug }) => mayWait(idle, slug, atMs)).length) +
        slots * union([fullDisk(world)], stretch)
      );
  }
}

/** A start that met it is made again a minute later. */
function fullDisk(world: NightWorld): Span {
  const { fullFromMs, fullToMs } = world.plan.disk;
  return { fromMs: wallOf(world, fullFromMs), toMs: wallOf(world, fullToMs) + MINUTE_MS };
}

/** From when a worker was refused so, until it can no longer be known. */
function met(seen: OnTheWall, kinds: readonly string[]): readonly Span[] {
  return seen.alive
    .flatMap(({ refused }) => refused)
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ atMs, untilMs }) => ({ fromMs: atMs, toMs: lastsOn(seen, untilMs) }));
}

/** A machine that is off or asleep tries nothing. */
function lastsOn({ off }: OnTheWall, fromMs: number): number {
  return off.reduce(
    (toMs, one) => (one.fromMs < toMs && one.toMs > fromMs ? toMs + one.toMs - one.fromMs : toMs),
    fromMs + LASTS_ON_MS,
  );
}

function setUps(seen: OnTheWall): readonly Span[] {
  return seen.failedSetUps.map(({ atMs }) => ({ fromMs: atMs, toMs: lastsOn(seen, atMs) }));
}

/** Of what changes only with workers. */
function over({ seen, stretch }: Idle, at: (atMs: number) => number): number {
  const changes = [
    ...seen.alive.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
    ...seen.finished.values(),
    ...seen.failedSetUps.map(({ atMs }) => atMs),
  ];
  return integrate(changes, stretch, at);
}

function isFinished({ seen }: Idle, slug: string, atMs: number): boolean {
  return (seen.finished.get(slug) ?? Number.POSITIVE_INFINITY) <= atMs;
}

/** Something of it is left that a worker could do without a person. */
function isOpen(idle: Idle, slug: string, atMs: number): boolean {
  if (isFinished(idle, slug, atMs) || failuresUntil(idle, slug, atMs) >= ATTEMPTS_MAX) return false;
  const last = lastOf(idle, slug, atMs);
  if (last === undefined || lives(last, atMs)) return true;
  return last.refused.length > 0 && last.how !== "exit 3";
}

/** For its next attempt, or an answer. */
function mayWait(idle: Idle, slug: string, atMs: number): boolean {
  const last = lastOf(idle, slug, atMs);
  const hasFailed = idle.seen.failedSetUps.some((one) => one.key === slug && one.atMs <= atMs);
  return !isFinished(idle, slug, atMs) && (hasFailed || (last !== undefined && !lives(last, atMs)));
}

/** It used up its budget at some time before. */
function isBurnt(idle: Idle, task: NightWorld["plan"]["tasks"][number], atMs: number): boolean {
  return task.steps.some(({ kind }) => kind === "burn") && lastOf(idle, task.slug, atMs) !== undefined;
}

function failuresUntil({ world, seen }: Idle, slug: string, atMs: number): number {
  const setUpsFailed = seen.failedSetUps.filter((one) => one.key === slug && one.atMs <= atMs).length;
  return setUpsFailed === 0 ? 0 : Math.min(setUpsFailed, world.recorder.failuresOf(slug));
}

function lastOf({ seen }: Idle, slug: string, atMs: number): Alive | undefined {
  return seen.alive.findLast(({ key, fromMs }) => key === slug && fromMs <= atMs);
}

const lives = ({ isAlive, toMs }: Alive, atMs: number): boolean => isAlive || toMs > atMs;
