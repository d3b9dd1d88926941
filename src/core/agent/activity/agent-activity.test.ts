import { describe, expect, test } from "vitest";
import type { AgentEvent } from "../contract/agent-event.ts";
import { emptyActivity, foldEvent } from "./agent-activity.ts";

const tool = (id: string, state: "running" | "ok", input = id): AgentEvent => ({
  kind: "tool",
  id,
  name: "Bash",
  does: "run",
  input,
  state,
  exitCode: null,
  ms: null,
  output: null,
  lines: null,
});
const said = (text: string, part: string | null = null): AgentEvent => ({
  kind: "message",
  from: "agent",
  text,
  part,
  delivered: null,
});

/** Folded at 1 s, 2 s, …. */
function activityOf(...events: readonly AgentEvent[]) {
  const start = emptyActivity(1);
  return events.reduce(
    (fold, event, index) => foldEvent(fold, { ...event, atMs: (index + 1) * 1000, attempt: 1 }),
    start,
  ).activity;
}

describe("K20: what an agent does now", () => {
  test("a tool since it began, however many events come meanwhile; then thinking", () => {
    expect(
      activityOf(tool("npm test", "running"), said("Waiting."), tool("npm test", "running")).doing,
    ).toEqual({
      kind: "tool",
      name: "Bash",
      does: "run",
      input: "npm test",
      sinceMs: 1000,
      others: 0,
    });
    expect(activityOf(tool("a", "running"), tool("b", "running")).doing).toMatchObject({
      input: "a",
      others: 1,
    });
    expect(activityOf(tool("a", "running"), tool("a", "ok")).doing).toEqual({
      kind: "thinking",
      sinceMs: 2000,
    });
    expect(activityOf(said("a"), said("b")).doing).toEqual({ kind: "thinking", sinceMs: 1000 });
  });

  test("how many tools ended that may have changed files", () => {
    const read = { ...tool("r", "ok"), does: "read" } as const;
    expect(activityOf(tool("a", "running"), tool("a", "ok"), read, tool("b", "ok")).writes).toBe(2);
  });

  test("retrying and asking until it continues; between turns until the next", () => {
    const retrying: AgentEvent = {
      kind: "retrying",
      retry: 3,
      retriesMax: 10,
      delayMs: 2_400,
      status: 503,
      why: "overloaded",
    };
    expect(activityOf(retrying).doing).toMatchObject({ kind: "retrying", retry: 3, status: 503 });
    expect(activityOf(retrying, said("On.")).doing).toMatchObject({ kind: "thinking" });
    const asked: AgentEvent = { kind: "asked", id: "r", about: "permission", text: "rm x?", choices: [] };
    expect(activityOf(tool("x", "running"), asked).doing).toMatchObject({ kind: "asking", text: "rm x?" });
    expect(activityOf(tool("x", "running"), { kind: "ended", how: "completed" }).doing).toEqual({
      kind: "between_turns",
      sinceMs: 2000,
    });
  });

  test("tokens and cost add up, a plan replaces the last, parts make one message", () => {
    const usage: AgentEvent = { kind: "usage", input: 10, output: 1, cached: 5, contextPercent: null };
    expect(activityOf(usage, usage).tokens).toEqual({ input: 20, output: 2, cached: 10 });
    const cost: AgentEvent = { kind: "cost", usd: 0.25, isEstimate: false };
    expect(activityOf(cost, { ...cost, isEstimate: true }).cost).toEqual({ usd: 0.5, isEstimate: true });
    expect(activityOf(said("Whole."), said("a", "1"), said("b", "1")).lastMessage).toBe("ab");
    expect(activityOf(said("a", "1"), said("b", "2")).lastMessage).toBe("b");
  });

  test("the first line that was not understood is kept, and how many there were", () => {
    const bad = (line: string): AgentEvent => ({ kind: "unparsed", line, why: "no JSON" });
    expect(activityOf(bad("one"), bad("two"))).toMatchObject({
      events: 2,
      unparsed: 2,
      firstUnparsed: "one",
    });
  });
});
