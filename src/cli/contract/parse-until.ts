// `--until`: a time of day, a duration from now, or a date and time, as people and agents write it.

import { quote } from "../../core/text/quote.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import { usage } from "./errors.ts";

const UNITS_MS = {
  s: 1000,
  m: MINUTE_MS,
  min: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: 24 * 60 * MINUTE_MS,
} as const;

/** A longer wait is a typing error. */
const AHEAD_MAX_MS = 366 * 24 * 60 * MINUTE_MS;

/** `14:20` is the next such time of day here. Throws UserError `usage` for anything that is no time ahead. */
export function parseUntil(text: string, nowMs: number): number {
  const untilMs = timeOfDay(text, nowMs) ?? duration(text, nowMs) ?? moment(text);
  if (untilMs === null)
    throw usage(
      `--until is ${quote(text)}, which is not a time.`,
      "Write a time of day (14:20), a duration (45m, 2h), or a date and time (2026-03-24T14:20).",
    );
  if (untilMs <= nowMs || untilMs > nowMs + AHEAD_MAX_MS)
    throw usage(
      `--until is ${quote(text)}, which is not within the next year.`,
      "Write a time in the future, such as 14:20 or 2h.",
    );
  return untilMs;
}

function timeOfDay(text: string, nowMs: number): number | null {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const today = new Date(nowMs);
  today.setHours(Number(hours), Number(minutes), 0, 0);
  // By the calendar, since a day may have 23 or 25 hours.
  if (today.getTime() <= nowMs) today.setDate(today.getDate() + 1);
  return today.getTime();
}

function duration(text: string, nowMs: number): number | null {
  const [, number, unit] = /^(\d{1,6}(?:\.\d{1,3})?)\s?(s|m|min|h|d)$/.exec(text) ?? [];
  if (number === undefined || unit === undefined) return null;
  return nowMs + Number(number) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

/** ISO 8601; without a zone it is local time. */
function moment(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return null;
  // A date alone would be read as midnight in Greenwich.
  const ms = Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(" ", "T"));
  return Number.isNaN(ms) ? null : ms;
}
