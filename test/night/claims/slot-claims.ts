// What the slots were used for, against what the recorder saw: which workers were alive, when the machine was off or asleep, and
// what kept starts waiting.

import type { SlotStretch } from "../../../src/core/night/slot-hours.ts";
import { SPAN_WRITTEN_IDLE_MS } from "../../../src/core/night/slot-timing.ts";
import { SLOT_USES } from "../../../src/core/records/slot-time.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../src/core/values/durations.ts";
import type { Seen } from "../night-pages.ts";
import type { NightWorld } from "../night-world.ts";
import { idleConfirmed } from "./idle-reasons.ts";
import { type OnTheWall, onTheWall } from "./on-the-wall.ts";
import { overlap } from "./time-spans.ts";

/** The accounting's minute: a span in which something changed is at least that long. */
const ACCOUNTED_MS = MINUTE_MS;
/** A cycle sees a start or an end within this. */
const SEEN_MS = 10 * SECOND_MS;
/** The oldest held run goes first; when it cannot start, another one is about to for that long. */
const OLDEST_FIRST_MS = 2 * MINUTE_MS;
/** JSON has hundredths of hours. */
const ROUNDED_HOURS = 0.0051;

export function ofSlots(world: NightWorld, { atMs, night, status }: Seen): readonly string[] {
  const { summary, json } = night;
  const slots = status.dispatch.per_host;
  const wrong: string[] = [];
  const all = SLOT_USES.reduce((sum, use) => sum + (summary.slots[use] ?? 0), 0);
  const passedMs = slots * (summary.nowMs - summary.sinceMs);
  if (Math.abs(all - passedMs) > 1) wrong.push(`slots times time is ${passedMs} ms, and its uses are ${all}`);
  for (const use of SLOT_USES) {
    const hours = (summary.slots[use] ?? 0) / HOUR_MS;
    if (Math.abs((json.slot_hours[use] ?? 0) - hours) > ROUNDED_HOURS)
      wrong.push(`/night.json has ${json.slot_hours[use]} h of ${use}, not ${hours}`);
  }
  const seen = onTheWall(world, atMs);
  return [
    ...wrong,
    ...summary.stretches.flatMap((stretch) =>
      ofStretch({ world, seen, slots, nowMs: summary.nowMs }, stretch),
    ),
  ];
}

type Slots = {
  readonly world: NightWorld;
  readonly seen: OnTheWall;
  readonly slots: number;
  /** The end of the newest stretch. */
  readonly nowMs: number;
};

function ofStretch(given: Slots, stretch: SlotStretch): readonly string[] {
  const { world, seen, slots } = given;
  const { fromMs, toMs, uses } = stretch;
  const wrong: string[] = [];
  const say = (what: string) => wrong.push(`slots ${clock(fromMs)}–${clock(toMs)}: ${what}`);
  const off = offWithin(given, stretch);
  const slackMs = slackOf(given, stretch);
  const [worked = 0, asleepMs = 0] = [uses.working, uses.asleep];
  const awayMs = asleepMs + (uses.not_running ?? 0);
  // What is about to start counts as work. It does not begin while its set-up fails, or another run probes before it.
  const isHeldUp = (["outage", "limit", "room"] as const).some(
    (use) => idleConfirmed({ world, seen, stretch, slots: 1 }, use) > 0,
  );
  const tooMuchMs = worked - off.workedMs;
  if (tooMuchMs > slackMs + (isHeldUp ? OLDEST_FIRST_MS + 2 * cycleMs(world) : 0) || -tooMuchMs > slackMs)
    say(`${minutes(worked)} worked, and workers were alive for ${minutes(off.workedMs)}`);
  const edges = slots * SEEN_MS + edgesMs(given, stretch);
  if (!isUnnoted(given) && Math.abs(asleepMs - off.sleepMs) > edges + stepsMs(given, stretch))
    say(`${minutes(asleepMs)} asleep, and it slept ${minutes(off.sleepMs)}`);
  if (Math.abs(awayMs - off.sleepMs - off.rebootMs) > edges + lostMs(given, stretch))
    say(
      `${minutes(awayMs)} asleep or without a runner, and it was off for ${minutes(off.sleepMs + off.rebootMs)}`,
    );
  for (const use of SLOT_USES) {
    const confirmedMs = idleConfirmed({ world, seen, stretch, slots }, use);
    const ms = uses[use] ?? 0;
    if (ms > confirmedMs + slackMs + slots * SEEN_MS)
      say(`${minutes(ms)} idle because of ${use}, and the recorder confirms ${minutes(confirmedMs)}`);
  }
  return wrong;
}

/** Each start and end is seen a little later, and its minute may be another stretch's. */
function slackOf(given: Slots, stretch: SlotStretch): number {
  const changes = given.seen.alive.flatMap((one) => [one.fromMs, one.toMs]);
  const near = changes.filter((ms) => ms > stretch.fromMs - ACCOUNTED_MS && ms < stretch.toMs + ACCOUNTED_MS);
  // After the newest span its uses are taken to go on.
  const isRest = stretch.toMs === given.nowMs;
  const restMs = isRest ? given.slots * Math.min(stretch.toMs - stretch.fromMs, ACCOUNTED_MS) : 0;
  return near.length * SEEN_MS + restMs + lostMs(given, stretch) + edgesMs(given, stretch) + SECOND_MS;
}

/** What a runner had seen and not written when the machine was switched off, and what a clock that was set skipped. */
function lostMs(given: Slots, stretch: SlotStretch): number {
  const { world, seen, slots } = given;
  const isNear = seen.off.some(
    ({ kind, fromMs, toMs }) =>
      kind === "reboot" && fromMs >= stretch.fromMs && fromMs <= stretch.toMs + (toMs - fromMs),
  );
  return (isNear ? slots * (2 * cycleMs(world) + SPAN_WRITTEN_IDLE_MS) : 0) + stepsMs(given, stretch);
}

/** It was switched off before a cycle could see that it had slept. */
function isUnnoted({ world, seen }: Slots): boolean {
  const woke = seen.off.filter(({ kind }) => kind === "sleep");
  return seen.off.some(
    ({ kind, fromMs }) =>
      kind === "reboot" && woke.some(({ toMs }) => fromMs >= toMs && fromMs < toMs + 2 * cycleMs(world)),
  );
}

/** When between two looks it slept is not known: at their end, as the store says. */
function edgesMs({ world, seen, slots }: Slots, { fromMs, toMs }: SlotStretch): number {
  const edges = seen.off.flatMap((one) => (one.kind === "sleep" ? [one.fromMs, one.toMs] : []));
  const near = edges.some((ms) => ms > fromMs - cycleMs(world) && ms < toMs + cycleMs(world));
  return near ? slots * cycleMs(world) : 0;
}

function stepsMs({ seen, slots, world }: Slots, { fromMs, toMs }: SlotStretch): number {
  return seen.steps
    .filter(
      ({ atMs, byMs }) => atMs > fromMs - Math.abs(byMs) - cycleMs(world) && atMs < toMs + Math.abs(byMs),
    )
    .reduce((sum, { byMs }) => sum + slots * (Math.abs(byMs) + cycleMs(world)), 0);
}

function offWithin({ seen, slots }: Slots, { fromMs, toMs }: SlotStretch) {
  const of = (kind: "reboot" | "sleep") =>
    seen.off.filter((one) => one.kind === kind).reduce((sum, one) => sum + overlap(one, { fromMs, toMs }), 0);
  const worked = seen.alive.reduce((sum, one) => sum + overlap(one, { fromMs, toMs }), 0);
  // While it slept its workers were there, but the slots did nothing.
  const slept = seen.off
    .filter(({ kind }) => kind === "sleep")
    .flatMap((sleep) =>
      seen.alive.map((one) =>
        overlap(
          { fromMs: Math.max(one.fromMs, sleep.fromMs), toMs: Math.min(one.toMs, sleep.toMs) },
          { fromMs, toMs },
        ),
      ),
    )
    .reduce((sum, ms) => sum + ms, 0);
  return { sleepMs: of("sleep") * slots, rebootMs: of("reboot") * slots, workedMs: worked - slept };
}

const cycleMs = ({ config }: NightWorld) => config.cycle.interval_s * SECOND_MS;
const clock = (ms: number) => new Date(ms).toISOString().slice(11, 19);
const minutes = (ms: number) => `${(ms / MINUTE_MS).toFixed(1)} min`;
