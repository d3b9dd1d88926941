// Durations and times for people. Ages are rounded down: what is "2 h" old is at least that.

import type { TimeBasis } from "../../core/contract/parsed-file.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../core/values/durations.ts";

/** `12 s`, `5 min`, `3 h`, `4 d`; from 48 h on in days. Never negative. */
export function shortDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < MINUTE_MS) return `${Math.floor(ms / 1000)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

/** The same for a time of that basis: a lower bound is marked as one. */
export function knownDuration(durationMs: number, basis: TimeBasis | null): string {
  if (basis !== "first_seen") return shortDuration(durationMs);
  return `at least ${durationMs < 1000 ? "a moment" : shortDuration(durationMs)}`;
}

/** `12:04:31` in the reader's zone, with the date when it is another day. */
export function clockTime(atMs: number, nowMs: number): string {
  // Without Intl: the first use of a locale takes longer than a heartbeat that finds nothing new.
  const at = new Date(atMs);
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(":");
  if (at.toDateString() === new Date(nowMs).toDateString()) return time;
  return `${at.getFullYear()}-${twoDigits(at.getMonth() + 1)}-${twoDigits(at.getDate())} ${time}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
