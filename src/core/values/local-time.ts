// Local time without a clock: times of day, spans of them, and when the next one begins. Daylight saving is the zone's: a
// time of day may come twice on one day, or never.

import { DAY_MS, MINUTE_MS } from "./durations.ts";

/** Minutes that local time is ahead of UTC at a moment, negative to the west. */
export type Zone = (atMs: number) => number;

export const UTC: Zone = () => 0;

/** From `from` until before `to`, in minutes of the day; over midnight where `to` is not later. Equal: the whole day. */
export type TimeSpan = { readonly from: number; readonly to: number };

/** `22:00-06:00`. Null for anything else. */
export function parseTimeSpan(text: string): TimeSpan | null {
  const [from, to, ...more] = text.split("-").map(parseTimeOfDay);
  return from == null || to == null || more.length > 0 ? null : { from, to };
}

/** Minutes of the day; null for anything but `07:00`. */
export function parseTimeOfDay(text: string): number | null {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hour === undefined || minute === undefined ? null : Number(hour) * 60 + Number(minute);
}

/** `day`: since 1970-01-01, in local time; `weekday`: 0 is Sunday; `minute`: of the day. */
export type LocalTime = { readonly day: number; readonly weekday: number; readonly minute: number };

export function localTime(atMs: number, zone: Zone): LocalTime {
  const minutes = Math.floor(atMs / MINUTE_MS) + zone(atMs);
  const day = Math.floor(minutes / MINUTES_PER_DAY);
  return { day, weekday: (((day + THURSDAY) % 7) + 7) % 7, minute: minutes - day * MINUTES_PER_DAY };
}

const MINUTES_PER_DAY = 1_440;
/** 1970-01-01. */
const THURSDAY = 4;

/** 22:00, in local time. */
export function clockTime(atMs: number, zone: Zone): string {
  const { minute } = localTime(atMs, zone);
  const digits = (value: number): string => String(value).padStart(2, "0");
  return `${digits(Math.floor(minute / 60))}:${digits(minute % 60)}`;
}

export type Search = {
  readonly zone: Zone;
  /** Minutes of the day at which the answer may change, beside jumps of the clocks. */
  readonly at: readonly number[];
  readonly days: number;
};

/** The first moment after `nowMs` for which `isIt` holds; null if there is none within so many days. */
export function nextMoment(
  nowMs: number,
  isIt: (atMs: number) => boolean,
  { zone, at, days }: Search,
): number | null {
  const today = localTime(nowMs, zone).day;
  const searched = Array.from({ length: days + 2 }, (_, index) => today - 1 + index);
  const moments = searched.flatMap((day) => [
    ...at.flatMap((minute) => momentsOf(day, minute, zone)),
    ...jumpWithin(day, zone),
  ]);
  return moments.toSorted((a, b) => a - b).find((moment) => moment > nowMs && isIt(moment)) ?? null;
}

/** None where the clocks skip it, two where they repeat it. */
function momentsOf(day: number, minute: number, zone: Zone): readonly number[] {
  const local = (day * MINUTES_PER_DAY + minute) * MINUTE_MS;
  const offsets = new Set([zone(local - DAY_MS), zone(local + DAY_MS)]);
  return [...offsets].flatMap((offset) => {
    const atMs = local - offset * MINUTE_MS;
    return zone(atMs) === offset ? [atMs] : [];
  });
}

/** The moment of that local day at which the zone's offset changes. */
function jumpWithin(day: number, zone: Zone): readonly number[] {
  const localMidnight = day * DAY_MS;
  let beforeMs = localMidnight - zone(localMidnight) * MINUTE_MS - HALF_DAY_MS;
  let afterMs = beforeMs + 2 * DAY_MS;
  const offset = zone(beforeMs);
  if (zone(afterMs) === offset) return [];
  while (afterMs - beforeMs > MINUTE_MS) {
    const middleMs = Math.floor((beforeMs + afterMs) / 2 / MINUTE_MS) * MINUTE_MS;
    if (middleMs <= beforeMs) break;
    if (zone(middleMs) === offset) beforeMs = middleMs;
    else afterMs = middleMs;
  }
  return [afterMs];
}

const HALF_DAY_MS = DAY_MS / 2;
