// When a snooze ends, from the values in the pages' menus.

import { HOUR_MS } from "../../core/values/durations.ts";

/** Start of the working day. */
const MORNING_HOUR = 9;
/** To silence a signal for longer, change its threshold. */
const HOURS_MAX = 24 * 14;

/** "1h", "4h", or "tomorrow": 9:00 in the server's time zone, which is the local user's. Null if neither. */
export function untilMsOf(text: string, nowMs: number): number | null {
  if (text === "tomorrow") return tomorrowMorningMs(nowMs);
  const [, hours] = /^(\d{1,3})h$/.exec(text) ?? [];
  const count = Number(hours ?? 0);
  return count >= 1 && count <= HOURS_MAX ? nowMs + count * HOUR_MS : null;
}

function tomorrowMorningMs(nowMs: number): number {
  const morning = new Date(nowMs);
  morning.setDate(morning.getDate() + 1);
  return morning.setHours(MORNING_HOUR, 0, 0, 0);
}
