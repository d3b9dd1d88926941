// When the digest is due: once a day at a local time, whatever the clocks do that night.

import type { Notification } from "../../core/records/notification.ts";
import { HOUR_MS } from "../../core/values/durations.ts";

/** A machine that was off or asleep says it this much later, at most. */
const LATE_MAX_MS = 6 * HOUR_MS;

/** The digest of a day. `name`: the same for the same day. */
export type DigestDay = { readonly name: string; readonly dueMs: number };

/**
 * The digest of the day of `nowMs`, in the machine's zone. A time that a change of the clocks leaves out is the one after
 * it; one that comes twice counts once.
 */
export function digestOf(timeOfDay: string, nowMs: number): DigestDay {
  const now = new Date(nowMs);
  const [hour = 0, minute = 0] = timeOfDay.split(":").map(Number);
  const due = new Date(now.getFullYear(), now.getMonth(), now.getDate(), hour, minute);
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  return { name: `digest ${day}`, dueMs: due.getTime() };
}

/** The first one after `nowMs`. */
export function nextDigestMs(timeOfDay: string, nowMs: number): number {
  const today = digestOf(timeOfDay, nowMs).dueMs;
  if (today > nowMs) return today;
  const now = new Date(nowMs);
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 12);
  return digestOf(timeOfDay, tomorrow.getTime()).dueMs;
}

/** Whether it is said now. `watchedSinceMs`: since when this process would have said it. */
export function isDigestDue(
  { name, dueMs }: DigestDay,
  outbox: readonly Pick<Notification, "id" | "kind">[],
  { nowMs, watchedSinceMs }: { readonly nowMs: number; readonly watchedSinceMs: number },
): boolean {
  if (nowMs < dueMs || nowMs - dueMs > LATE_MAX_MS) return false;
  const digests = outbox.filter(({ kind }) => kind === "digest");
  if (digests.some(({ id }) => id.endsWith(name))) return false;
  // The first day after notifications were switched on, it is not said for a time that was over then.
  return watchedSinceMs <= dueMs || digests.length > 0;
}
