import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rounds } from "../../../../test/support/rounds.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import { type AgentActivity, emptyActivity, foldEvent } from "./agent-activity.ts";
import { ACTIVITY_LENGTH_MAX, decodeActivity, encodeActivity } from "./stored-activity.ts";

const EVENTS: readonly AgentEvent[] = [
  { kind: "session", id: "s", model: "m", version: "1.2" },
  { kind: "message", from: "agent", text: "I look.", part: null, delivered: null },
  { kind: "plan", entries: [{ text: "Read", state: "active" }] },
  { kind: "usage", input: 12, output: 4, cached: 9, contextPercent: 41 },
  { kind: "cost", usd: 0.02, isEstimate: true },
  { kind: "limit", status: "reached", window: null, usedPercent: 100, resetsAtMs: 5_000 },
  { kind: "denied", tool: "Write", input: "/etc/x", why: "not allowed" },
  { kind: "asked", id: "r", about: "permission", text: "touch z?", choices: [] },
  { kind: "retrying", retry: 1, retriesMax: 10, delayMs: 500, status: 529, why: "overloaded" },
  { kind: "error", code: "signed_out", status: 401, why: "bad key" },
  { kind: "unparsed", line: "?", why: "no JSON" },
  { kind: "ended", how: "completed" },
];

const folded = (events: readonly AgentEvent[]): AgentActivity =>
  events.reduce((fold, event, at) => foldEvent(fold, { ...event, atMs: at, attempt: 1 }), emptyActivity(1))
    .activity;

describe("K30: the digest of an attempt as a file", () => {
  test("comes back as it was, after each event", () => {
    for (const [at] of EVENTS.entries()) {
      const activity = folded(EVENTS.slice(0, at));
      expect(decodeActivity(encodeActivity(activity))).toEqual(activity);
    }
  });

  test("has a greatest length: a long plan loses its texts, never its steps", () => {
    const entries = Array.from({ length: 300 }, () => ({ text: "x".repeat(2_000), state: "done" as const }));
    const text = encodeActivity(folded([{ kind: "plan", entries }]));
    expect(text.length).toBeLessThan(ACTIVITY_LENGTH_MAX);
    expect(decodeActivity(text)?.plan).toHaveLength(300);
  });

  test.each(["", "{", "null", "[]", "{}", '"x"'])("%j is no digest", (text) => {
    expect(decodeActivity(text)).toBeNull();
  });

  test("with any field of any other value it is a digest or none, never an error", () => {
    const whole = folded(EVENTS);
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(whole)), fc.jsonValue(), (name, value) => {
        const read = decodeActivity(JSON.stringify({ ...whole, [name]: value }));
        if (read !== null) expect(decodeActivity(encodeActivity(read))).toEqual(read);
      }),
      { numRuns: rounds({ short: 200, full: 2_000 }) },
    );
  });
});
