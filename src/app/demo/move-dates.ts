// The dates in the demo's files, moved to the day on which it runs: a milestone that is planned for next month stays so.

import { DAY_MS } from "../../core/values/durations.ts";

/** A calendar day as task files write it, not a part of a longer number or word. */
const DATE = /(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])/g;

/** Whole days between two moments' days, in UTC as targets are. */
export function daysBetween(writtenOn: string, nowMs: number): number {
  return Math.floor(nowMs / DAY_MS) - Math.floor(Date.parse(writtenOn) / DAY_MS);
}

/** Every date of the text, so many days later; what only looks like a date stays. */
export function moveDates(text: string, days: number): string {
  return text.replace(DATE, (date) => {
    const ms = Date.parse(date);
    return Number.isFinite(ms) ? new Date(ms + days * DAY_MS).toISOString().slice(0, date.length) : date;
  });
}
