// `dispatch.at`: new tasks start only between two times of the day, in local time.

import type { DispatchHold } from "../contract/run-view.ts";
import { isoTimeOrNull } from "../text/iso-time.ts";
import {
  clockTime,
  localTime,
  nextMoment,
  parseTimeSpan,
  type TimeSpan,
  type Zone,
} from "../values/local-time.ts";

/** `at`: the setting, `22:00-06:00`; null: at any time. */
export function scheduleHold(at: string | null, nowMs: number, zone: Zone): DispatchHold | null {
  const span = at === null ? null : parseTimeSpan(at);
  if (span === null) return null;
  const isOpen = (atMs: number): boolean => isWithin(span, localTime(atMs, zone).minute);
  if (isOpen(nowMs)) return null;
  const untilMs = nextMoment(nowMs, isOpen, { zone, at: [span.from], days: DAYS_SEARCHED });
  const until = untilMs === null ? at : clockTime(untilMs, zone);
  return {
    code: "schedule",
    sentence: `holds: new tasks start at ${until}`,
    applies: "new",
    worker: null,
    until: isoTimeOrNull(untilMs),
  };
}

/** A span may not exist on the day when clocks go forward. */
const DAYS_SEARCHED = 2;

export function isWithin({ from, to }: TimeSpan, minute: number): boolean {
  if (from === to) return true;
  return from < to ? from <= minute && minute < to : minute >= from || minute < to;
}
