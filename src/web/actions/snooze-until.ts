// Until when somebody snoozes a signal, in the words of the pages' menus.

const HOUR_MS = 3_600_000;
/** When people are back at work. */
const MORNING_HOUR = 9;
/** A longer one is a signal that nobody wants: that is for the thresholds. */
const HOURS_MAX = 24 * 14;

/** "1h", "4h", or "tomorrow": nine o'clock by the server's clock, which on this machine is the reader's. Null: neither. */
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
