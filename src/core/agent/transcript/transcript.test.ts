import { describe, expect, test } from "vitest";
import type { AgentEvent, ToolEvent } from "../contract/agent-event.ts";
import { filterSteps, transcriptOf } from "./transcript.ts";

const said = (text: string, part: string | null = null): AgentEvent => ({
  kind: "message",
  from: "agent",
  text,
  part,
  delivered: null,
});
const tool = (id: string, more: Partial<ToolEvent> = {}): AgentEvent => ({
  kind: "tool",
  id,
  name: "Bash",
  does: "run",
  input: id,
  state: "ok",
  exitCode: 0,
  ms: 5,
  output: null,
  lines: null,
  ...more,
});
const retrying = (retry: number): AgentEvent => ({
  kind: "retrying",
  retry,
  retriesMax: 10,
  delayMs: 500,
  status: 503,
  why: "overloaded",
});
const limit = (resetsAtMs: number): AgentEvent => ({
  kind: "limit",
  status: "reached",
  window: "five_hour",
  usedPercent: 100,
  resetsAtMs,
});

/** At 1 s, 2 s, … of attempt 1. */
const steps = (...events: readonly AgentEvent[]) =>
  transcriptOf(events.map((event, index) => ({ ...event, atMs: (index + 1) * 1000, attempt: 1 })));
const kinds = (...events: readonly AgentEvent[]) => steps(...events).map(({ kind }) => kind);

describe("K37: events as people read them", () => {
  test("the parts of a message are one, another message is another", () => {
    expect(steps(said("Good, ", "1"), said("that.", "1"), said("Next.", "2"), said("Whole."))).toMatchObject([
      { kind: "message", text: "Good, that.", atMs: 1000 },
      { kind: "message", text: "Next." },
      { kind: "message", text: "Whole." },
    ]);
    expect(kinds(said("a", "1"), tool("x"), said("b", "1"))).toEqual(["message", "tool", "message"]);
    expect(kinds(said(" \n"))).toEqual([]);
  });

  test("a tool is one step where it began, as it was last seen", () => {
    const running = tool("npm test", { state: "running", exitCode: null, ms: null });
    expect(steps(running)).toMatchObject([{ kind: "tool", atMs: 1000, endedAtMs: null }]);
    const failed = tool("npm test", { state: "failed", exitCode: 1 });
    expect(steps(running, said("Waiting."), failed)).toMatchObject([
      { kind: "tool", atMs: 1000, endedAtMs: 3000, tool: { state: "failed", exitCode: 1 } },
      { kind: "message" },
    ]);
  });

  test("three reads and searches in a row that went well are folded; a failed one stays open", () => {
    const read = (id: string, more = {}) => tool(id, { does: "read", ...more });
    expect(kinds(read("a"), read("b"))).toEqual(["tool", "tool"]);
    expect(steps(read("a"), read("b"), tool("c", { does: "search" }), tool("d"))).toMatchObject([
      { kind: "tools", tools: [{ id: "a" }, { id: "b" }, { id: "c" }] },
      { kind: "tool" },
    ]);
    expect(kinds(read("a"), read("b", { state: "failed" }), read("c"))).toEqual(["tool", "tool", "tool"]);
  });

  test("retries in a row are the newest one, and lines not understood are counted", () => {
    expect(steps(retrying(1), retrying(2), said("On."), retrying(1))).toMatchObject([
      { kind: "retrying", retry: 2 },
      { kind: "message" },
      { kind: "retrying", retry: 1 },
    ]);
    const bad = (line: string): AgentEvent => ({ kind: "unparsed", line, why: "no JSON" });
    expect(steps(bad("one"), bad("two"))).toMatchObject([{ kind: "unparsed", lines: 2, first: "one" }]);
  });

  test("the same limit is said once, another reset again", () => {
    expect(kinds(limit(5), limit(5), limit(9))).toEqual(["limit", "limit"]);
  });

  test("attempts have headings, and a session says whether it is the same", () => {
    const session: AgentEvent = { kind: "session", id: "s", model: "m", version: null };
    const at = (attempt: number, event: AgentEvent) => ({ ...event, atMs: attempt, attempt });
    expect(
      transcriptOf([at(1, session), at(1, session), at(2, session), at(3, { ...session, id: "t" })]),
    ).toMatchObject([
      { kind: "session", isResumed: false },
      { kind: "attempt", attempt: 2 },
      { kind: "session", isResumed: true },
      { kind: "attempt", attempt: 3 },
      { kind: "session", isResumed: false },
    ]);
  });

  test("filters: what was said, and what went wrong", () => {
    const all = steps(
      said("I look."),
      { kind: "message", from: { person: "mia" }, text: "Stop.", part: null, delivered: "mid_turn" },
      tool("x", { state: "failed", exitCode: 1 }),
      tool("y"),
      { kind: "denied", tool: "Write", input: "/etc/x", why: "no" },
      { kind: "asked", id: "r", about: "question", text: "Which?", choices: [] },
      { kind: "ended", how: "completed" },
      { kind: "ended", how: "failed" },
    );
    expect(filterSteps(all, "messages").map(({ kind }) => kind)).toEqual(["message", "person", "asked"]);
    expect(filterSteps(all, "failures").map(({ kind }) => kind)).toEqual(["tool", "denied", "ended"]);
    expect(filterSteps(all, "all")).toBe(all);
  });
});
