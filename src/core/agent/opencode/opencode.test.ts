// Lines as opencode 1.18.33 wrote them; test/streams/opencode has whole streams.

import { describe, expect, test } from "vitest";
import { agentOrder, agentSettings, talkTo } from "../../../../test/support/agent-talk.ts";
import type { AgentExit, AgentOrder, Permissions } from "../contract/agent-kind.ts";
import { opencode } from "./opencode.ts";

function orderFor(permissions: Permissions, changes: Partial<AgentOrder> = {}): AgentOrder {
  return agentOrder(agentSettings({ kind: "opencode", permissions, model: "a/b", args: ["--x"] }), changes);
}

function eventsOf(lines: readonly object[], exit: AgentExit) {
  const talk = talkTo(opencode, orderFor("edits"));
  talk.conversation.begin();
  talk.hear(...lines.map((line) => ({ sessionID: "S", ...line })));
  talk.conversation.processEnded(exit);
  return talk.events.filter(({ kind }) => kind !== "session");
}

const DONE: AgentExit = { code: 0, signal: null };
const finish = (reason: string, part: object = {}) => ({ type: "step_finish", part: { reason, ...part } });
const tool = (name: string, state: object) => ({
  type: "tool_use",
  part: { tool: name, callID: "c", state: { input: {}, ...state } },
});

describe("K12: opencode is started", () => {
  test("K12: with a title, the model, what it may do, and its prompt at the end", () => {
    expect(opencode.launch(orderFor("full", { prompt: "- Do it." }))).toEqual({
      command: [
        ...["/bin/opencode", "run", "--format", "json", "--title", "a-task", "--auto"],
        ...["--model", "a/b", "--x", "--", "- Do it."],
      ],
      variables: { OPENCODE_DISABLE_AUTOUPDATE: "1" },
      stdin: "closed",
    });
    expect(opencode.launch(orderFor("edits")).command).not.toContain("--auto");
    expect(opencode.permissions.ask).toMatchObject({ kind: "refused" });
  });

  test("K12: again in the session that it named", () => {
    const { command } = opencode.launch(orderFor("full", { session: { id: "S", resume: true } }));
    expect(command.slice(4, 6)).toEqual(["--session", "S"]);
    expect(opencode.takeOver("S", agentSettings({ kind: "opencode" }))).toEqual([
      "opencode",
      "--session",
      "S",
    ]);
    const talk = talkTo(opencode, orderFor("full"));
    const named = { type: "step_start", sessionID: "S", part: {} };
    expect(talk.hear(named, named)).toEqual([{ kind: "session", id: "S", model: "a/b", version: null }]);
  });

  test("K12: a session that is gone is said only of one that was resumed", () => {
    const errorsOf = (resume: boolean) => {
      const { conversation, events } = talkTo(opencode, orderFor("full", { session: { id: "S", resume } }));
      conversation.receiveError("Error: Session not found");
      conversation.processEnded({ code: 1, signal: null });
      return events;
    };
    expect(errorsOf(true)).toMatchObject([{ code: "session_gone" }, { kind: "ended", how: "failed" }]);
    expect(errorsOf(false)).toMatchObject([{ kind: "error", code: "other" }]);
  });
});

describe("K12: how a turn of opencode ends", () => {
  test.each<[string, readonly object[], AgentExit, readonly object[]]>([
    ["a last step that stopped", [finish("stop")], DONE, [{ kind: "ended", how: "completed" }]],
    [
      "a step after it",
      [finish("stop"), { type: "text", part: { text: "x" } }],
      DONE,
      [{}, { kind: "error" }],
    ],
    ["a step that called tools", [finish("tool-calls")], DONE, [{ kind: "error", code: "other" }]],
    ["a failed process", [finish("stop")], { code: 1, signal: null }, [{ kind: "error" }]],
    ["a kill", [], { code: null, signal: "SIGKILL" }, [{ kind: "error", code: "other" }]],
  ])("K12: %s", (_name, lines, exit, expected) => {
    expect(eventsOf(lines, exit)).toMatchObject(expected);
  });

  test.each<[object, string, number | null]>([
    [{ name: "APIError", data: { message: "No.", statusCode: 401 } }, "signed_out", 401],
    [{ name: "APIError", data: { message: "No.", statusCode: 529 } }, "overloaded", 529],
    [{ name: "APIError", data: { message: "No.", metadata: { code: "ECONNRESET" } } }, "network", null],
    [{ name: "ProviderAuthError", data: { message: "No." } }, "signed_out", null],
    [{ name: "ContextOverflowError", data: { message: "No." } }, "context_full", null],
    [{ name: "constructor", data: { message: "No." } }, "other", null],
  ])("K12: the error %j is %s", (error, code, status) => {
    expect(eventsOf([{ type: "error", error }], { code: 1, signal: null })).toEqual([
      { kind: "error", code, status, why: "No." },
      { kind: "ended", how: "failed" },
    ]);
  });
});

describe("K12: the stream of opencode", () => {
  test("K12: a denied tool is a denial, and ends the turn", () => {
    const error = "The user rejected permission to use this specific tool call.";
    const denied = tool("write", { status: "error", input: { filePath: "/x" }, error });
    expect(eventsOf([denied, finish("tool-calls")], DONE)).toMatchObject([
      { kind: "tool", name: "write", does: "edit", input: "/x", state: "denied" },
      { kind: "denied", tool: "write", input: "/x", why: error },
      { kind: "ended", how: "completed" },
    ]);
  });

  test("K12: tools come when they are over: with exit code, time and lines", () => {
    const bash = tool("bash", {
      status: "completed",
      input: { command: "npm test" },
      output: "no\n",
      metadata: { exit: 3 },
      time: { start: 5, end: 9 },
    });
    const edit = tool("edit", {
      status: "completed",
      input: { filePath: "/r/.worktrees/w/a.ts" },
      metadata: { filediff: { additions: 4, deletions: 1 } },
    });
    expect(eventsOf([bash, edit, tool("new", { status: "error", error: "Bad." })], DONE)).toMatchObject([
      { input: "npm test", state: "failed", exitCode: 3, ms: 4, output: "no\n", lines: null },
      { input: "a.ts", state: "ok", exitCode: null, lines: { added: 4, removed: 1 } },
      { name: "new", does: "other", input: "{}", state: "failed", output: "Bad." },
      { kind: "error" },
    ]);
  });

  test("K12: tokens and cost of each step, the cache counted as input", () => {
    const tokens = { input: 900, output: 40, reasoning: 2, cache: { read: 300, write: 10 } };
    expect(eventsOf([finish("stop", { tokens, cost: 0.5 })], DONE)).toEqual([
      { kind: "usage", input: 1210, output: 42, cached: 300, contextPercent: null },
      { kind: "cost", usd: 0.5, isEstimate: true },
      { kind: "ended", how: "completed" },
    ]);
  });

  test("K14: what is unknown is named", () => {
    expect(eventsOf([{ type: "new" }, { type: "__proto__" }], DONE)).toMatchObject([
      { kind: "unparsed", why: "unknown type new" },
      { kind: "unparsed", why: "unknown type __proto__" },
      { kind: "error" },
    ]);
  });
});
