import { describe, expect, test } from "vitest";
import type { TimedEvent } from "../contract/agent-event.ts";
import { decodeEvent, EVENT_LENGTH_MAX, encodeEvent } from "./stored-event.ts";

const AT = { atMs: 1_000, attempt: 2 };
const asIs = (text: string) => text;

const EVENTS: readonly TimedEvent[] = [
  { ...AT, kind: "session", id: "s", model: "m", version: null },
  { ...AT, kind: "message", from: "agent", text: "I look.", part: null, delivered: null },
  { ...AT, kind: "message", from: { person: "mia" }, text: "Stop.", part: null, delivered: "mid_turn" },
  { ...AT, kind: "reasoning", text: "hm", part: "1" },
  {
    ...AT,
    kind: "tool",
    id: "t",
    name: "Bash",
    does: "run",
    input: "npm test",
    state: "failed",
    exitCode: 1,
    ms: 41_000,
    output: "1 failed",
    lines: { added: 1, removed: 2 },
  },
  { ...AT, kind: "plan", entries: [{ text: "Read", state: "done" }] },
  { ...AT, kind: "usage", input: 1200, output: 42, cached: 900, contextPercent: 41 },
  { ...AT, kind: "cost", usd: 0.02, isEstimate: true },
  { ...AT, kind: "limit", status: "reached", window: "five_hour", usedPercent: 100, resetsAtMs: 5_000 },
  { ...AT, kind: "denied", tool: "Write", input: "/etc/x", why: "not allowed" },
  { ...AT, kind: "asked", id: "r", about: "permission", text: "touch z?", choices: ["Allow", "Deny"] },
  {
    ...AT,
    kind: "retrying",
    retry: 1,
    retriesMax: 10,
    delayMs: 500,
    status: 529,
    why: "overloaded",
  },
  { ...AT, kind: "error", code: "signed_out", status: 401, why: "bad key" },
  { ...AT, kind: "ended", how: "completed" },
  { ...AT, kind: "unparsed", line: "?", why: "no JSON" },
];

describe("K11: an event as a line", () => {
  test.each(EVENTS.map((event) => [event.kind, event] as const))("%s comes back as it was", (_, event) => {
    const line = encodeEvent(event, asIs);
    expect(line).not.toContain("\n");
    expect(decodeEvent(line)).toEqual(event);
  });

  test("every text in it is cleaned", () => {
    for (const event of EVENTS)
      expect(encodeEvent(event, () => "*")).not.toMatch(/npm test|I look|Stop|hm|Read|bad key/);
  });

  test.each([
    "",
    "{",
    "[]",
    "null",
    '{"kind":"tool"}',
    '{"kind":"toString"}',
    '{"kind":"ended","how":"well"}',
  ])("%j is shown as unparsed", (line) =>
    expect(decodeEvent(line)).toMatchObject({ kind: "unparsed", line }),
  );

  test("one that is too large says so instead", () => {
    const entries = Array.from({ length: 200 }, () => ({
      text: "x".repeat(1_000),
      state: "pending" as const,
    }));
    const line = encodeEvent({ ...AT, kind: "plan", entries }, asIs);
    expect(line.length).toBeLessThan(EVENT_LENGTH_MAX);
    expect(decodeEvent(line)).toMatchObject({ kind: "unparsed", why: expect.stringContaining("plan") });
  });
});
