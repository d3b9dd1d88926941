// Starts that room or the hour hold back: none happens, and the pages say why.

import type { Seen } from "./night-pages.ts";
import { localMinutes } from "./night-place.ts";
import { clockErrorAt, type NightPlan } from "./night-plan.ts";
import type { NightWorld } from "./night-world.ts";
import type { Sitting } from "./recorder.ts";

/** A cycle asks for a new measure of the room, the next one has it; each takes a minute at most. */
const KNOWN_AFTER_MS = 150_000;

/** Of the whole night, as sentences. */
export function heldStarts(world: NightWorld): readonly string[] {
  const { disk } = world.plan;
  const attempts = firstOfAttempts(world.recorder.sittings);
  const intoFullDisk = attempts.filter(
    ({ fromMs }) => fromMs > disk.lowFromMs + KNOWN_AFTER_MS && fromMs < disk.lowToMs,
  );
  const { recorder } = world;
  // One whose set-up failed is no new start.
  const isRepeated = ({ key, fromMs }: Sitting) =>
    recorder.failedSetUps.some((failed) => failed.key === key && failed.atMs < fromMs);
  const firsts = attempts.filter((one) => recorder.of(one.key)[0] === one && !isRepeated(one));
  const outOfHours = firsts.filter(
    ({ fromMs }) => isClosed(world.plan, fromMs) && isClosed(world.plan, fromMs - KNOWN_AFTER_MS),
  );
  return [
    ...intoFullDisk.map(({ key, fromMs }) => `${key}: it began at ${isoTime(fromMs)}, without room`),
    ...outOfHours.map(({ key, fromMs }) => `${key}: it began at ${isoTime(fromMs)}, out of hours`),
  ];
}

/** Of one look: what holds starts back is said while it does, and no longer. */
export function heldClaims({ plan }: NightWorld, { status, atMs }: Seen): readonly string[] {
  const { lowFromMs, lowToMs } = plan.disk;
  const isLow = (nowMs: number) => lowFromMs <= nowMs && nowMs < lowToMs;
  const claims = [
    { code: "room", holds: isLow },
    { code: "schedule", holds: (nowMs: number) => isClosed(plan, nowMs) },
  ];
  return claims.flatMap(({ code, holds }) => {
    if (holds(atMs) !== holds(atMs - KNOWN_AFTER_MS)) return [];
    const said = status.dispatch.holds.find((hold) => hold.code === code)?.sentence ?? "nothing";
    return holds(atMs) === (said !== "nothing")
      ? []
      : [
          `${isoTime(atMs)} starts are ${holds(atMs) ? "" : "not "}held for ${code}, and the page says ${said}`,
        ];
  });
}

/** By the machine's clock, as it is shown on a wall there. */
function isClosed(plan: NightPlan, atMs: number): boolean {
  return !isOpen(plan.place.at, localMinutes(plan.place, atMs + clockErrorAt(plan, atMs)));
}

/** An attempt may take several processes. */
function firstOfAttempts(sittings: readonly Sitting[]): readonly Sitting[] {
  return sittings.filter(
    ({ run, epoch }, at) => sittings.findIndex((one) => one.run === run && one.epoch === epoch) === at,
  );
}

function isOpen(at: string | null, minutes: number): boolean {
  if (at === null) return true;
  const [from = 0, to = 0] = at.split("-").map((time) => {
    const [hour = 0, minute = 0] = time.split(":").map(Number);
    return hour * 60 + minute;
  });
  return from <= to ? from <= minutes && minutes < to : minutes >= from || minutes < to;
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}
