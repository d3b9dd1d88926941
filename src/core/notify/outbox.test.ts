import { describe, expect, test } from "vitest";
import { sampleRow } from "../../../test/support/sample-snapshot.ts";
import type { Notification } from "../records/notification.ts";
import { DAY_MS, HOUR_MS } from "../values/durations.ts";
import type { NeedNews } from "./needs.ts";
import { wordsOfBurst, wordsOfDigest, wordsOfNews } from "./notification-text.ts";
import { afterTry, channelsOf, toNotifications } from "./outbox.ts";

const T0 = 1_790_000_000_000;
const MESSAGE = {
  name: "needs_you a ci_failed 1",
  kind: "needs_you",
  key: "a",
  title: "t",
  text: "x",
} as const;

function waiting(): Notification {
  const [made] = toNotifications([MESSAGE], ["ntfy"], T0);
  if (made === undefined) throw new Error("none was made");
  return made;
}

describe("N84: the outbox", () => {
  test("has one for each channel that is on; open tabs fetch theirs", () => {
    const settings = { browser: true, command: ["say"], ntfy: "https://ntfy.sh/t", webhook: "" };
    const made = toNotifications([MESSAGE], channelsOf(settings), T0);
    expect(made.map(({ id, state }) => [id, state])).toEqual([
      ["browser needs_you a ci_failed 1", "sent"],
      ["command needs_you a ci_failed 1", "waiting"],
      ["ntfy needs_you a ci_failed 1", "waiting"],
    ]);
    expect(channelsOf({ browser: false, command: [], ntfy: null, webhook: null })).toEqual([]);
  });

  test("tries again after 10 s, then twice as long, at most an hour; after a day it has failed", () => {
    let one = waiting();
    let nowMs = T0;
    const waits: number[] = [];
    while (one.state === "waiting") {
      one = afterTry(one, { kind: "failed", why: "no route", retryAfterMs: null }, nowMs);
      if (one.state === "waiting") waits.push(one.nextTryMs - nowMs);
      nowMs = one.nextTryMs;
    }
    expect(waits.slice(0, 4)).toEqual([10_000, 20_000, 40_000, 80_000]);
    expect(Math.max(...waits)).toBe(HOUR_MS);
    expect(nowMs - T0).toBeGreaterThanOrEqual(DAY_MS);
    expect(nowMs - T0).toBeLessThan(DAY_MS + HOUR_MS);
    expect(one).toMatchObject({ state: "failed", error: "no route", tries: waits.length + 1 });
  });

  test("waits as long as the receiver asks, up to an hour, and never shorter than its own time", () => {
    const wait = (retryAfterMs: number) =>
      afterTry(waiting(), { kind: "failed", why: "429", retryAfterMs }, T0).nextTryMs - T0;
    expect([wait(1), wait(90_000), wait(DAY_MS)]).toEqual([10_000, 90_000, HOUR_MS]);
  });

  test("a sent one keeps no error", () => {
    const failed = afterTry(waiting(), { kind: "failed", why: "no route", retryAfterMs: null }, T0);
    expect(afterTry(failed, { kind: "sent" }, T0)).toMatchObject({ state: "sent", error: null, tries: 2 });
  });
});

describe("N80: nothing of a task is in a notification unless notify.content allows it", () => {
  const SECRET = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
  const row = sampleRow({
    key: "fix-login",
    group: "needs_attention",
    title: "Fix\nthe\u202e login",
    reason: `claude asks: “Which token, ${SECRET}?” ${"x".repeat(1_000)}`,
  });
  const need = { key: row.key, code: "needs_answer", asked: null, sinceMs: T0, row } as const;
  const news: NeedNews[] = [
    { kind: "needs_you", need },
    { kind: "resolved", need },
  ];
  const counts = { needs_attention: 2, active: 1, in_review: 0, ready: 3, waiting: 0, planned: 9, done: 1 };
  const all = (content: boolean) => {
    const around = { repository: "APP", counts, content };
    return [
      ...news.map((one) => wordsOfNews(one, around, row)),
      wordsOfBurst(news, around),
      wordsOfDigest(around, [row]),
    ];
  };

  test("without content", () => {
    expect(all(false)).toEqual([
      { title: "A task needs you", text: "2 tasks need you in APP." },
      { title: "No longer waiting", text: "2 tasks need you in APP." },
      { title: "2 tasks need you", text: "2 tasks need you in APP." },
      { title: "Digest of APP", text: "2 tasks need you in APP. 1 active, 3 ready." },
    ]);
  });

  test("S20: with content, one line each, without secrets and characters that act", () => {
    const [first, second, , digest] = all(true);
    expect(first?.title).toBe("Needs you: Fix the\\u202e login");
    expect(second?.title).toBe("No longer waiting: Fix the\\u202e login");
    expect(first?.text).toMatch(/^claude asks: “Which token, \[redacted\].*…$/);
    expect(digest?.text).toBe("2 tasks need you in APP. 1 active, 3 ready.\n– Fix the\\u202e login");
    for (const { title, text } of all(true)) {
      expect(`${title}${text}`).not.toContain(SECRET);
      expect(title.length).toBeLessThanOrEqual(200);
      expect(text.length).toBeLessThanOrEqual(300);
    }
  });
});
