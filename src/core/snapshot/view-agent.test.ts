import { describe, expect, test } from "vitest";
import { sampleActivity, sampleRun } from "../../../test/support/run-samples.ts";
import { NOON_MS } from "../../../test/support/task-tree.ts";
import type { AgentActivity, Doing } from "../agent/activity/agent-activity.ts";
import type { Attempt, Run } from "../contract/run.ts";
import { isoTime } from "../text/iso-time.ts";
import { viewAgent } from "./view-agent.ts";

const SINCE = isoTime(NOON_MS);
const view = (activity: Partial<AgentActivity> | null, run: Partial<Run> = {}) =>
  viewAgent(sampleRun({ state: "running", ...run }), activity && sampleActivity(activity));

const attempt = (number: number, use: Attempt["use"]): Attempt => ({
  number,
  startedAtMs: 0,
  endedAtMs: 1,
  end: { kind: "exited", code: 0 },
  use: use ?? null,
});
const used = (usd: number, input: number) => ({
  tokens: { input, output: 1, cached: 0 },
  cost: { usd, isEstimate: false },
  events: 9,
  unparsed: 0,
});

describe("K33: what a row says of its agent", () => {
  test.each<[Doing, object]>([
    [{ kind: "starting" }, { kind: "starting", text: null, since: null }],
    [
      { kind: "thinking", sinceMs: NOON_MS },
      { kind: "thinking", since: SINCE },
    ],
    [
      { kind: "tool", name: "Bash", does: "run", input: "npm test", sinceMs: NOON_MS, others: 2 },
      { kind: "tool", text: "npm test", tool: "Bash", does: "run", others: 2, since: SINCE },
    ],
    [
      { kind: "retrying", retry: 3, status: 503, why: "overloaded", sinceMs: NOON_MS },
      { kind: "retrying", text: "503, retry 3" },
    ],
    [
      { kind: "retrying", retry: 1, status: null, why: "no route", sinceMs: NOON_MS },
      { kind: "retrying", text: "no route, retry 1" },
    ],
    [{ kind: "retrying", retry: 1, status: null, why: "", sinceMs: NOON_MS }, { text: "retry 1" }],
    [
      { kind: "asking", about: "permission", text: "rm x?", sinceMs: NOON_MS },
      { kind: "permission", text: "rm x?" },
    ],
    [{ kind: "asking", about: "question", text: "Which?", sinceMs: NOON_MS }, { kind: "question" }],
    [
      { kind: "between_turns", sinceMs: NOON_MS },
      { kind: "between_turns", since: SINCE },
    ],
  ])("$kind", (doing, expected) => {
    expect(view({ doing }).doing).toMatchObject(expected);
  });

  test("one that has ended does nothing", () => {
    expect(view({ doing: { kind: "thinking", sinceMs: 0 } }, { state: "exited" }).doing).toBeNull();
    expect(view(null).doing).toBeNull();
  });

  test("its plan: how far, and the step it works on", () => {
    const steps = [
      { text: "Read", state: "done" },
      { text: "Write", state: "active" },
      { text: "Test", state: "pending" },
    ] as const;
    expect(view({ plan: steps }).plan).toEqual({ done: 1, total: 3, current: "Write" });
    expect(view({ plan: steps.slice(0, 1) }).plan).toEqual({ done: 1, total: 1, current: null });
    expect(view({ plan: [] }).plan).toBeNull();
  });

  test("N20: an attempt that is made again under its number is counted beside what ended", () => {
    const now = { attempt: 1, cost: { usd: 0.5, isEstimate: false }, tokens: used(0, 20).tokens };
    const attempts = [attempt(1, used(1, 100))];
    const cost = (lastEventAtMs: number) =>
      view({ ...now, lastEventAtMs }, { attempt: 1, attempts }).cost?.usd;
    expect([cost(1), cost(2)]).toEqual([1, 1.5]);
  });

  test("cost and tokens of all attempts, the running one's once", () => {
    const attempts = [attempt(1, used(1, 100)), attempt(2, null)];
    const now = { attempt: 3, cost: { usd: 0.5, isEstimate: true }, tokens: used(0, 20).tokens };
    expect(view(now, { attempt: 3, attempts })).toMatchObject({
      cost: { usd: 1.5, estimated: true },
      tokens: { input: 120, output: 2 },
    });
    const ended = [...attempts, attempt(3, used(0.75, 30))];
    expect(view(now, { attempt: 3, attempts: ended })).toMatchObject({
      cost: { usd: 1.75, estimated: false },
      tokens: { input: 130 },
    });
    expect(view(null, { attempts })).toMatchObject({ cost: { usd: 1 }, tokens: { input: 100 } });
    expect(view(null)).toMatchObject({ cost: null, tokens: null });
  });

  test("who it is: the version that it says, until its supervisor looked", () => {
    const agent = { name: "careful", kind: "claude", program: null, version: null, permissions: "ask" };
    const shown = { name: "careful", kind: "claude", permissions: "ask" };
    expect(view({ version: "2.1" }, { agent }).agent).toEqual({ ...shown, version: "2.1" });
    expect(view({ version: "2.1" }, { agent: { ...agent, version: "2.0" } }).agent?.version).toBe("2.0");
    const { permissions: _, ...earlier } = agent;
    expect(view(null, { agent: earlier }).agent).toEqual({ ...shown, version: null, permissions: null });
    expect(view(null).agent).toBeNull();
  });

  test("long texts are cut: a row is not a transcript", () => {
    const long = "x".repeat(1_000);
    const { doing, denied } = view({
      doing: { kind: "tool", name: "Bash", does: "run", input: long, sinceMs: 0, others: 0 },
      denied: 1,
      lastDenied: { tool: "Bash", input: long, why: long },
    });
    for (const text of [doing?.text, denied?.input, denied?.why]) expect(text?.length).toBeLessThan(250);
  });
});
