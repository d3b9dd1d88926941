import { expect, test } from "vitest";
import { sampleRun } from "../../../test/support/run-samples.ts";
import type { ActivityEvent } from "../contract/activity.ts";
import type { Attempt } from "../contract/run.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { summarizeNight } from "./night-summary.ts";

const SINCE_MS = Date.UTC(2026, 11, 1, 22);
const NOW_MS = SINCE_MS + 9 * 3_600_000;
const HOUR_MS = 3_600_000;

const row = (key: string, group: TaskRow["group"]) => ({ key, group }) as TaskRow;
const moved = (key: string, atMs = SINCE_MS + 1): ActivityEvent => ({
  ...{ kind: "moved", key, atMs, title: key, owner: null, id: 1, seq: 1 },
  ...{ from: "active", to: "done", reason: "" },
});
const attempt = (over: Partial<Attempt>): Attempt => ({
  ...{ number: 1, startedAtMs: SINCE_MS, endedAtMs: SINCE_MS + HOUR_MS },
  end: { kind: "exited", code: 0 },
  ...over,
});
const LIMIT = {
  kind: "paused",
  cause: "limit",
  scope: { kind: "account", name: "claude@desk" },
  why: "5-hour limit reached",
} as const;

const summary = summarizeNight({
  sinceMs: SINCE_MS,
  nowMs: NOW_MS,
  rows: [row("a", "done"), row("b", "done"), row("c", "in_review"), row("d", "needs_attention")],
  transitions: [moved("a"), moved("c"), moved("b", SINCE_MS - 1)],
  runs: [
    {
      ...sampleRun(),
      key: "d",
      attempts: [
        attempt({ end: { kind: "exited", code: 2 } }),
        attempt({ end: { kind: "exited", code: 2 }, endedAtMs: SINCE_MS - 1 }),
        attempt({ end: { kind: "exited", code: 1 }, spared: LIMIT }),
        attempt({ end: { kind: "stopped", by: "dave" } }),
      ],
    },
    { ...sampleRun(), key: "e", attempts: [attempt({ end: { kind: "exited", code: 2 } }), attempt({})] },
  ],
  usage: [],
  spans: [
    { host: "desk", fromMs: SINCE_MS, toMs: NOW_MS, uses: { working: 18 * HOUR_MS, limit: 18 * HOUR_MS } },
  ],
  sleeps: [],
  host: "desk",
  slots: 4,
  cycleS: 15,
});

test("N91: what landed and what is ready for review moved since then; what waits for you waits now", () => {
  expect(summary).toMatchObject({ landed: ["a"], inReview: ["c"], needsYou: ["d"] });
});

test("N91: failed attempts are counted by cause, apart from those that did not count and those a person stopped", () => {
  expect(summary.failed).toMatchObject([{ words: "exit code 2", keys: ["d", "e"], attempts: 2 }]);
  expect(summary.spared).toMatchObject([
    { words: "interrupted: 5-hour limit reached", keys: ["d"], attempts: 1 },
  ]);
});

test("N98: the attempts of a cause are as many as its number, each with its run", () => {
  const [failed] = summary.failed;
  expect(failed?.ended.map(({ key, number }) => `${key} ${number}`)).toEqual(["d 1", "e 1"]);
  for (const { attempts, ended } of [...summary.failed, ...summary.spared])
    expect(ended).toHaveLength(attempts);
});

test("N91: slot hours by use are the slots times the hours; an unknown cost is not 0", () => {
  expect(summary.slots).toEqual({ working: 18 * HOUR_MS, limit: 18 * HOUR_MS });
  expect(summary.cost).toMatchObject({ usd: null, runs: 0 });
});
