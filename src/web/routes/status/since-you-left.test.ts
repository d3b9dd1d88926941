import { describe, expect, test } from "vitest";
import { leftCookie, lookedAt } from "./since-you-left.ts";

const T0_MS = Date.UTC(2026, 11, 1, 22);
const HOUR_MS = 3_600_000;

const open = (cookie: string | undefined, nowMs: number, mode = "navigate") =>
  lookedAt({ "sec-fetch-mode": mode, ...(cookie === undefined ? {} : { cookie }) }, nowMs);
const cookieOf = (left: Parameters<typeof leftCookie>[0]) => (leftCookie(left).split(";")[0] ?? "").trim();

describe("N92: since you left", () => {
  test("four hours after the page was opened last, and until four hours after that", () => {
    const evening = open(undefined, T0_MS);
    expect(evening).toEqual({ left: { seenMs: T0_MS, away: null }, isNew: true });
    const soon = open(cookieOf(evening.left), T0_MS + HOUR_MS);
    expect(soon.left.away).toBeNull();
    const backMs = T0_MS + 9 * HOUR_MS;
    const morning = open(cookieOf(soon.left), backMs);
    expect(morning.left.away).toEqual({ sinceMs: T0_MS + HOUR_MS, backMs });
    const updated = open(cookieOf(morning.left), backMs + HOUR_MS, "cors");
    expect(updated).toEqual({ left: morning.left, isNew: false });
    expect(open(cookieOf(morning.left), backMs + HOUR_MS).left.away).toEqual(morning.left.away);
    expect(open(cookieOf(morning.left), backMs + 4 * HOUR_MS, "cors").left.away).toBeNull();
  });

  test("a tab that updates itself all night is no look", () => {
    const evening = open(undefined, T0_MS);
    const night = open(cookieOf(evening.left), T0_MS + 8 * HOUR_MS, "cors");
    expect(night).toEqual({ left: evening.left, isNew: false });
    expect(open(cookieOf(night.left), T0_MS + 9 * HOUR_MS).left.away?.sinceMs).toBe(T0_MS);
  });

  test.each(["tasks_seen=x", "tasks_seen=99999999999999", "tasks_seen=1.2.3", "other=1"])(
    "a cookie that is not ours is a first visit: %s",
    (cookie) => expect(open(cookie, T0_MS).left).toEqual({ seenMs: T0_MS, away: null }),
  );
});
