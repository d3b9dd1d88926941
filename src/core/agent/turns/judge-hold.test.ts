import { describe, expect, test } from "vitest";
import { AGENT_ERROR_CODES, type AgentErrorCode, type AgentEvent } from "../contract/agent-event.ts";
import { isAnswer, metAtEnd, metInTurn } from "./judge-hold.ts";

const PLACE = { account: "claude@desk", host: "desk" };
const NOW_MS = 1_000_000;
const ACCOUNT = { kind: "account", name: "claude@desk" };
const DAY_MS = 86_400_000;

type Limit = Extract<AgentEvent, { kind: "limit" }>;
const limit = (overrides: Partial<Limit> = {}): Limit => ({
  ...{ kind: "limit", status: "reached", window: "five_hour", usedPercent: 100, resetsAtMs: NOW_MS + 60_000 },
  ...overrides,
});
const ended = (code: AgentErrorCode, limitEvent: Limit | null = null, why = "It failed.") =>
  metAtEnd({ error: { code, why }, limit: limitEvent }, PLACE, NOW_MS);
const retrying = (status: number | null, retry = 2): AgentEvent => ({
  ...{ kind: "retrying", retry, retriesMax: 10, delayMs: 500, status, why: "overloaded" },
});

describe("N21: what ended an attempt", () => {
  test("by what the agent's events say", () => {
    const causes = AGENT_ERROR_CODES.map((code) => [code, ended(code)?.scope.kind ?? null]);
    expect(Object.fromEntries(causes)).toEqual({
      ...{
        limit: "account",
        signed_out: "account",
        billing: "account",
        overloaded: "account",
        network: "host",
      },
      ...{ context_full: null, session_gone: null, own_limit: null, other: null },
    });
    expect(metAtEnd({ error: null, limit: limit() }, PLACE, NOW_MS)).toBeNull();
  });

  test("a limit lasts until the time that the agent names", () => {
    expect(ended("limit", limit())).toEqual({
      ...{ cause: "limit", scope: ACCOUNT, why: "5-hour limit reached" },
      ...{ untilMs: NOW_MS + 60_000, window: "five_hour" },
    });
  });

  test.each<[string, Limit | null, number | null]>([
    ["none is named", limit({ resetsAtMs: null }), null],
    ["it is past", limit({ resetsAtMs: NOW_MS - 1 }), null],
    ["only a warning names one", limit({ status: "warning" }), null],
    ["there is no event", null, null],
    ["it is absurd", limit({ resetsAtMs: NOW_MS + 400 * DAY_MS }), NOW_MS + 8 * DAY_MS],
  ])("when %s, until %s", (_, event, untilMs) => {
    expect(ended("limit", event)?.untilMs ?? null).toBe(untilMs);
  });

  test("the text of a message decides nothing, and is cut", () => {
    expect(ended("other", null, "You've hit your usage limit")).toBeNull();
    expect(ended("overloaded", null, "x".repeat(5_000))?.why.length).toBeLessThan(300);
  });

  test("an unknown window is called a usage limit", () => {
    expect(ended("limit", limit({ window: "constructor" }))?.why).toBe("usage limit reached");
  });
});

describe("N22: what a turn meets that continues", () => {
  test.each<[string, AgentEvent, string | null]>([
    ["a limit", limit(), "limit"],
    ["a limit that is near", limit({ status: "warning" }), null],
    ["529 again", retrying(529), "overloaded"],
    ["503 again", retrying(503), "overloaded"],
    ["529 once, as services answer now and then", retrying(529, 1), null],
    ["a refusal that the agent repeats soon", retrying(429), null],
    ["no answer, for the third time", retrying(null, 3), "network"],
    ["no answer, again", retrying(null), null],
    ["words", { kind: "message", from: "agent", text: "limit reached", part: null, delivered: null }, null],
  ])("%s", (_, event, cause) => {
    expect(metInTurn(event, PLACE, NOW_MS)?.cause ?? null).toBe(cause);
  });

  test("a service that cannot be reached is its host's, one that answers badly its account's", () => {
    const scopes = [retrying(null, 3), retrying(529)].map((event) => metInTurn(event, PLACE, NOW_MS)?.scope);
    expect(scopes).toEqual([{ kind: "host", name: "desk" }, ACCOUNT]);
  });

  test("the model answered when the agent speaks or starts a tool", () => {
    const usage: AgentEvent = { kind: "usage", input: 1, output: 1, cached: 0, contextPercent: null };
    const said: AgentEvent = { kind: "message", from: "agent", text: "", part: null, delivered: null };
    const tool: AgentEvent = {
      ...{ kind: "tool", id: "1", name: "Bash", does: "run", input: "npm test", state: "running" },
      ...{ exitCode: null, ms: null, output: null, lines: null },
    };
    expect([said, tool].map(isAnswer)).toEqual([true, true]);
    const others: AgentEvent[] = [usage, { ...tool, state: "ok" }, { ...said, from: { person: "mia" } }];
    expect([...others, limit(), retrying(529)].filter(isAnswer)).toEqual([]);
  });
});
