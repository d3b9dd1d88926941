// "Since you left": when someone opens the status page after four hours without opening it, a summary stands on top until it is
// dismissed, or four hours have passed. A cookie remembers when the page was opened last; an open tab that updates itself is no
// proof that anyone looks, so updates do not count.

import type { IncomingHttpHeaders } from "node:http";
import { HOUR_MS } from "../../../core/values/durations.ts";

const AWAY_MS = 4 * HOUR_MS;
const SHOWN_MS = 4 * HOUR_MS;
const COOKIE = "tasks_seen";
const WRITTEN = new RegExp(`(?:^|; )${COOKIE}=([\\d.]{1,60})`);
/** Longer ago nothing is kept. */
const REMEMBERED_MS = 90 * 24 * HOUR_MS;

export type Left = {
  /** When the page was opened last. */
  readonly seenMs: number;
  /** Since when they were away, and when they came back; null: they were not. */
  readonly away: { readonly sinceMs: number; readonly backMs: number } | null;
};

/** What the cookie says after this request, and whether it has to be set. */
export function lookedAt(
  headers: IncomingHttpHeaders,
  nowMs: number,
): { readonly left: Left; readonly isNew: boolean } {
  const before = readLeft(headers.cookie, nowMs);
  const isOpened = headers["sec-fetch-mode"] === "navigate" && headers["sec-purpose"] === undefined;
  if (before === null) return { left: { seenMs: nowMs, away: null }, isNew: isOpened };
  const away = before.away !== null && nowMs - before.away.backMs < SHOWN_MS ? before.away : null;
  if (!isOpened) return { left: { ...before, away }, isNew: false };
  const isBack = nowMs - before.seenMs >= AWAY_MS;
  return {
    left: { seenMs: nowMs, away: isBack ? { sinceMs: before.seenMs, backMs: nowMs } : away },
    isNew: true,
  };
}

/** HttpOnly: the pages' script has no use for it. */
export function leftCookie({ seenMs, away }: Left): string {
  const value = away === null ? `${seenMs}` : `${seenMs}.${away.sinceMs}.${away.backMs}`;
  return `${COOKIE}=${value}; Path=/; Max-Age=${REMEMBERED_MS / 1000}; HttpOnly; SameSite=Strict`;
}

function readLeft(cookies: string | undefined, nowMs: number): Left | null {
  const [, text = ""] = WRITTEN.exec(cookies ?? "") ?? [];
  const [seenMs, sinceMs, backMs] = text.split(".").map(Number);
  const isTime = (ms: number | undefined): ms is number =>
    ms !== undefined && Number.isSafeInteger(ms) && ms > nowMs - REMEMBERED_MS && ms <= nowMs;
  if (!isTime(seenMs)) return null;
  return { seenMs, away: isTime(sinceMs) && isTime(backMs) ? { sinceMs, backMs } : null };
}
