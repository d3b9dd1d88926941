import { describe, expect, test } from "vitest";
import { agentOrder, agentSettings, talkTo } from "../../../../test/support/agent-talk.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import { codex } from "./codex.ts";
import { commandInShell } from "./codex-command.ts";
import { codexError } from "./codex-errors.ts";

const ORDER = agentOrder(agentSettings({ kind: "codex" }));

/** In a running turn of the thread `S`. */
function turn() {
  const talk = talkTo(codex, ORDER);
  talk.conversation.begin();
  talk.hear({ id: 1, result: {} }, { id: 2, result: {} }, { id: 3, result: { thread: { id: "S" } } });
  talk.hear({ id: 4, result: { turn: { id: "T" } } });
  return talk;
}

const notification = (method: string, params: object) => ({ method, params: { threadId: "S", ...params } });
const item = (value: object, params: object = {}) =>
  notification("item/completed", { item: value, ...params });
const eventsOf = (...lines: readonly object[]): readonly AgentEvent[] => turn().hear(...lines);

describe("K12: the items of Codex", () => {
  const TOOL = { kind: "tool", id: "i", exitCode: null, ms: null, output: null, lines: null };

  test.each<[string, object, object]>([
    [
      "a failed command",
      {
        type: "commandExecution",
        command: "/bin/bash -lc 'npm test'",
        status: "failed",
        exitCode: 1,
        durationMs: 40,
        aggregatedOutput: "no\n",
        commandActions: [{ type: "unknown" }],
      },
      {
        name: "commandExecution",
        does: "run",
        input: "npm test",
        state: "failed",
        exitCode: 1,
        ms: 40,
        output: "no\n",
      },
    ],
    [
      "a search",
      {
        type: "commandExecution",
        command: "rg x",
        status: "completed",
        commandActions: [{ type: "search" }],
      },
      { name: "commandExecution", does: "search", input: "rg x", state: "ok" },
    ],
    [
      "a change of files",
      {
        type: "fileChange",
        status: "completed",
        startedAtMs: 5,
        completedAtMs: 9,
        changes: [
          { path: "/r/.worktrees/w/a.ts", kind: { type: "update" }, diff: "@@ -1 +1,2 @@\n-a\n+b\n+c\n" },
          { path: "/else/b.ts", kind: { type: "add" }, diff: "x\ny\n" },
          { path: "/r/.worktrees/w/c.ts", kind: { type: "delete" }, diff: "z" },
        ],
      },
      {
        name: "fileChange",
        does: "edit",
        input: "a.ts, /else/b.ts, c.ts",
        state: "ok",
        ms: 4,
        lines: { added: 4, removed: 2 },
      },
    ],
    [
      "a tool of an MCP server",
      {
        type: "mcpToolCall",
        server: "tasks",
        tool: "report",
        arguments: { note: "x" },
        status: "completed",
        result: { content: [{ type: "text", text: "Recorded." }] },
      },
      { name: "tasks.report", does: "other", input: '{"note":"x"}', state: "ok", output: "Recorded." },
    ],
    [
      "a tool of an MCP server that fails",
      { type: "mcpToolCall", server: "db", tool: "q", status: "failed", error: { message: "gone" } },
      { name: "db.q", does: "other", input: "", state: "failed", output: "gone" },
    ],
    [
      "a search of the web",
      { type: "webSearch", query: "codex" },
      { name: "webSearch", does: "web", input: "codex", state: "ok" },
    ],
  ])("K12: %s", (_name, value, expected) => {
    expect(eventsOf(item({ id: "i", ...value }))).toEqual([{ ...TOOL, ...expected }]);
  });

  test("K12: what was declined is a tool that was denied, and a denial", () => {
    const value = { type: "commandExecution", id: "i", command: "rm x", status: "declined" };
    expect(eventsOf(item(value))).toMatchObject([
      { kind: "tool", state: "denied" },
      { kind: "denied", tool: "commandExecution", input: "rm x", why: "It was not allowed." },
    ]);
  });

  test("K12: messages and reasoning; the words of sub-agents and empty ones are left out", () => {
    const said = { type: "agentMessage", text: "Hello." };
    expect(
      eventsOf(
        item(said),
        item({ type: "agentMessage", text: " " }),
        item(said, { threadId: "sub-agent" }),
        item({ type: "reasoning", summary: ["One.", "Two."], content: ["long"] }),
        item({ type: "userMessage", content: [] }),
      ),
    ).toEqual([
      { kind: "message", from: "agent", text: "Hello.", part: null, delivered: null },
      { kind: "reasoning", text: "One.\n\nTwo.", part: null },
    ]);
  });

  test("K12: the plan, as it is now", () => {
    const plan = [
      { step: "Read", status: "completed" },
      { step: "Write", status: "inProgress" },
      { step: "Check", status: "pending" },
    ];
    expect(eventsOf(notification("turn/plan/updated", { plan }))).toEqual([
      {
        kind: "plan",
        entries: [
          { text: "Read", state: "done" },
          { text: "Write", state: "active" },
          { text: "Check", state: "pending" },
        ],
      },
    ]);
  });

  test("K14: unknown types and methods are named, once; a sub-agent's end is not the agent's", () => {
    expect(
      eventsOf(
        notification("item/started", { item: { type: "newThing" } }),
        item({ type: "newThing" }),
        item({ type: "constructor" }),
        { method: "brand/new", params: {} },
        { method: "__proto__" },
        notification("item/agentMessage/delta", { delta: "x" }),
        notification("turn/completed", { threadId: "sub-agent", turn: { status: "completed" } }),
      ).map((event) => event.kind === "unparsed" && event.why),
    ).toEqual([
      "unknown item newThing",
      "unknown item constructor",
      "unknown notification brand/new",
      "unknown notification __proto__",
    ]);
  });
});

describe("K12: tokens, limits and errors of Codex", () => {
  const tokens = (input: number, lastInput: number) =>
    notification("thread/tokenUsage/updated", {
      tokenUsage: {
        total: { inputTokens: input, outputTokens: 10, cachedInputTokens: 5 },
        last: { inputTokens: lastInput, outputTokens: 10, cachedInputTokens: 5, totalTokens: 500 },
        modelContextWindow: 1000,
      },
    });

  test("K12: tokens are those since the last event; a thread's earlier ones are not counted again", () => {
    expect(eventsOf(tokens(1000, 100), tokens(1000, 100), tokens(1030, 30), tokens(0, 0))).toEqual([
      { kind: "usage", input: 100, output: 10, cached: 5, contextPercent: 50 },
      { kind: "usage", input: 30, output: 0, cached: 0, contextPercent: 50 },
    ]);
  });

  const limits = (usedPercent: number, resetsAt: number | null = 1000) =>
    notification("account/rateLimits/updated", {
      rateLimits: { primary: { usedPercent, windowDurationMins: 300, resetsAt }, secondary: null },
    });
  const failed = (codexErrorInfo: unknown, message = "No.") =>
    notification("error", { willRetry: false, error: { message, codexErrorInfo } });

  test("K12: a limit is said when it is near and when it is reached, once, with the time of its end", () => {
    const limit = { kind: "limit", window: "five_hour", resetsAtMs: 1_000_000 };
    expect(eventsOf(limits(20), limits(93), limits(94), limits(100), failed("usageLimitExceeded"))).toEqual([
      { ...limit, status: "warning", usedPercent: 93 },
      { ...limit, status: "reached", usedPercent: 100 },
      { kind: "error", code: "limit", status: null, why: "No." },
    ]);
  });

  test("K12: a limit without numbers is a limit too", () => {
    expect(eventsOf(failed("usageLimitExceeded"))).toMatchObject([
      { kind: "limit", status: "reached", window: null, resetsAtMs: null },
      { kind: "error", code: "limit" },
    ]);
  });

  test("K12: a request that is repeated is no error; the one that ends the turn is said once", () => {
    const retry = notification("error", {
      willRetry: true,
      error: {
        message: "Reconnecting... 1/5",
        codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: null } },
        additionalDetails: "stream disconnected",
      },
    });
    const error = { message: "stream disconnected", codexErrorInfo: "other" };
    const ended = notification("turn/completed", { turn: { status: "failed", error } });
    expect(eventsOf(retry, retry, failed("other", "stream disconnected"), ended)).toEqual([
      { kind: "retrying", retry: 1, retriesMax: 5, delayMs: null, status: null, why: "stream disconnected" },
      { kind: "retrying", retry: 2, retriesMax: 5, delayMs: null, status: null, why: "stream disconnected" },
      { kind: "error", code: "network", status: null, why: "stream disconnected" },
      { kind: "ended", how: "failed" },
    ]);
  });

  test.each<[unknown, string]>([
    ["contextWindowExceeded", "context_full"],
    ["serverOverloaded", "overloaded"],
    ["unauthorized", "signed_out"],
    [{ httpConnectionFailed: { httpStatusCode: 401 } }, "signed_out"],
    [{ httpConnectionFailed: { httpStatusCode: 402 } }, "billing"],
    [{ responseTooManyFailedAttempts: { httpStatusCode: 429 } }, "limit"],
    [{ responseTooManyFailedAttempts: { httpStatusCode: 503 } }, "overloaded"],
    [{ responseStreamDisconnected: { httpStatusCode: null } }, "network"],
    ["sandboxError", "other"],
    [["what"], "other"],
    [undefined, "other"],
  ])("K12: the error %j is %s", (codexErrorInfo, code) => {
    expect(codexError({ message: "No.", codexErrorInfo }).code).toBe(code);
  });

  test("K12: what a reviewing model denied in a person's place is a denial", () => {
    const params = {
      review: { status: "denied", rationale: "It deletes." },
      action: { type: "command", command: "rm -rf x" },
    };
    expect(eventsOf(notification("item/autoApprovalReview/completed", params))).toEqual([
      { kind: "denied", tool: "command", input: "rm -rf x", why: "It deletes." },
    ]);
  });
});

test.each([
  ["/bin/bash -lc 'npm test'", "npm test"],
  ["/usr/bin/zsh -c ls", "ls"],
  [`bash -lc 'echo '\\''x'\\'''`, "echo 'x'"],
  [`/bin/bash -lc "echo 'x' \\"y\\" \\$z"`, `echo 'x' "y" $z`],
  ["/bin/bash -lc 'a' 'b'", "/bin/bash -lc 'a' 'b'"],
  ["npm test", "npm test"],
])("K12: the command in %s is %s", (command, expected) => {
  expect(commandInShell(command)).toBe(expected);
});
