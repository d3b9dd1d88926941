import { describe, expect, test } from "vitest";
import { answer, ended, result, returns, talk, uses } from "../../../../test/support/claude-talk.ts";
import type { AgentEvent } from "../contract/agent-event.ts";

describe("K12: what Claude Code says and does", () => {
  test("text is a message, thoughts are reasoning, empty ones nothing", () => {
    expect(
      talk().hear(
        answer(
          { type: "thinking", thinking: "Hm." },
          { type: "thinking", thinking: "" },
          { type: "text", text: "I look." },
        ),
      ),
    ).toEqual([
      { kind: "reasoning", text: "Hm.", part: null },
      { kind: "message", from: "agent", text: "I look.", part: null, delivered: null },
    ]);
  });

  test("a command, its exit code and how long it took", () => {
    const it = talk();
    const tool = {
      kind: "tool",
      id: "t1",
      name: "Bash",
      does: "run",
      input: "npm test ⏎ npm run x",
      lines: null,
    };
    const at = (ms: number) => ({ timestamp: new Date(ms).toISOString() });
    expect(it.hear({ ...uses("Bash", { command: "npm test\nnpm run x" }), ...at(1000) })).toEqual([
      { ...tool, state: "running", exitCode: null, ms: null, output: null },
    ]);
    expect(it.hear(returns("Exit code 3\none", { is_error: true }, at(3500)))).toEqual([
      { ...tool, state: "failed", exitCode: 3, ms: 2500, output: "Exit code 3\none" },
    ]);
    it.hear(uses("Bash", { command: "true" }));
    expect(it.hear(returns("", {}, { tool_use_result: { stdout: "", interrupted: false } }))).toEqual([
      expect.objectContaining({ state: "ok", exitCode: 0, ms: null, output: null }),
    ]);
    it.hear(uses("Bash", { command: "sleep 9", run_in_background: true }));
    expect(it.hear(returns("", {}, { tool_use_result: { stdout: "", backgroundTaskId: "b" } }))).toEqual([
      expect.objectContaining({ state: "ok", exitCode: null }),
    ]);
  });

  test.each([
    ["Edit", { file_path: "/w/src/a.ts" }, "edit", "src/a.ts"],
    ["Read", { file_path: "/etc/hosts" }, "read", "/etc/hosts"],
    ["Grep", { pattern: "TODO", path: "/w/src" }, "search", "TODO in src"],
    ["WebFetch", { url: "https://example.com", prompt: "x" }, "web", "https://example.com"],
    ["Task", { description: "Look around", prompt: "…" }, "agent", "Look around"],
    ["mcp__house__ask", { room: 3 }, "other", '{"room":3}'],
    ["Odd", {}, "other", ""],
  ])("%s is shown with what it does", (name, input, does, words) => {
    expect(talk().hear(uses(name, input))).toMatchObject([{ kind: "tool", name, does, input: words }]);
  });

  test("an edit says how many lines it added and removed", () => {
    const it = talk();
    const linesOf = (name: string, toolResult: object) => {
      it.hear(uses(name, { file_path: "/w/a" }));
      return it.hear(returns("ok", {}, { tool_use_result: toolResult }));
    };
    const structuredPatch = [{ lines: [" a", "-b", "+c", "+d"] }, { lines: ["+e"] }];
    expect(linesOf("Edit", { structuredPatch })).toMatchObject([{ lines: { added: 3, removed: 1 } }]);
    expect(linesOf("Write", { type: "create", content: "a\nb\n", structuredPatch: [] })).toMatchObject([
      { lines: { added: 2, removed: 0 } },
    ]);
    expect(linesOf("Edit", {})).toMatchObject([{ lines: null }]);
  });

  test("a sub-agent's words are thoughts, and its tools are named after it", () => {
    const it = talk();
    it.hear(uses("Task", { description: "Look around" }));
    const inside = (content: object) => ({ ...answer(content), parent_tool_use_id: "t1" });
    expect(
      it.hear(
        inside({ type: "text", text: "I search." }),
        inside({ type: "tool_use", id: "t2", name: "Grep", input: { pattern: "x" } }),
      ),
    ).toMatchObject([
      { kind: "reasoning", text: "I search." },
      { kind: "tool", name: "Task › Grep", does: "search" },
    ]);
  });

  test("the plan, from single entries, from a whole list, and from older versions; its tools show only if they fail", () => {
    const it = talk();
    const does = (name: string, input: object, toolResult: object) => {
      const events = it.hear(uses(name, input), returns("ok", {}, { tool_use_result: toolResult }));
      return events.map((event) =>
        event.kind === "plan" ? event.entries.map((e) => `${e.text}: ${e.state}`) : event.kind,
      );
    };
    expect(does("TaskCreate", { subject: "Read" }, { task: { id: "1", subject: "Read" } })).toEqual([
      ["Read: pending"],
    ]);
    expect(does("TaskCreate", { subject: "Write" }, { task: { id: "2", subject: "Write" } })).toHaveLength(1);
    expect(does("TaskUpdate", { taskId: "1", status: "in_progress" }, {})).toEqual([
      ["Read: active", "Write: pending"],
    ]);
    expect(does("TaskUpdate", { taskId: "1", status: "completed" }, {})).toEqual([
      ["Read: done", "Write: pending"],
    ]);
    expect(does("TaskUpdate", { taskId: "2", status: "deleted" }, {})).toEqual([["Read: done"]]);
    expect(does("TaskUpdate", { taskId: "77", status: "completed" }, {})).toEqual([]);
    expect(does("TaskList", {}, { tasks: [{ id: "7", subject: "Test", status: "pending" }] })).toEqual([
      ["Test: pending"],
    ]);
    const todos = [{ content: "Old", status: "in_progress", activeForm: "…" }];
    expect(does("TodoWrite", { todos }, {})).toEqual([["Old: active"]]);
    expect(it.hear(uses("TaskCreate", {}), returns("No such tool", { is_error: true }))).toMatchObject([
      { kind: "tool", name: "TaskCreate", does: "plan", state: "failed" },
    ]);
  });

  test("tokens count once an answer and are corrected at the end; the cost of a process adds up", () => {
    const it = talk();
    const usage = { input_tokens: 900, cache_read_input_tokens: 300, output_tokens: 1 };
    const block = (text: string) => ({
      type: "assistant",
      message: { id: "m1", content: [{ type: "text", text }], usage },
    });
    const used = (events: readonly AgentEvent[]) =>
      events.filter(({ kind }) => kind === "usage" || kind === "cost");
    expect(used(it.hear(block("a"), block("b")))).toEqual([
      { kind: "usage", input: 1200, output: 1, cached: 300, contextPercent: null },
    ]);
    const model = { inputTokens: 900, cacheReadInputTokens: 300, outputTokens: 42, contextWindow: 12_010 };
    expect(used(it.hear(result({ usage, modelUsage: { m: model }, total_cost_usd: 0.0045 })))).toEqual([
      { kind: "usage", input: 0, output: 41, cached: 0, contextPercent: 10 },
      { kind: "cost", usd: 0.0045, isEstimate: true },
    ]);
    it.conversation.nextTurn("On.");
    const twice = { ...model, inputTokens: 1800, cacheReadInputTokens: 600, outputTokens: 84 };
    expect(used(it.hear(result({ modelUsage: { m: twice }, total_cost_usd: 0.009 })))).toEqual([
      { kind: "usage", input: 1200, output: 42, cached: 300, contextPercent: 10 },
      { kind: "cost", usd: 0.0045, isEstimate: true },
    ]);
  });

  test("N96: a refused request that used nothing says so, once", () => {
    const it = talk();
    const none = { usage: { input_tokens: 0, output_tokens: 0 }, modelUsage: {}, total_cost_usd: 0 };
    const used = (events: readonly AgentEvent[]) =>
      events.filter(({ kind }) => kind === "usage" || kind === "cost");
    expect(used(it.hear(result({ ...none, is_error: true })))).toEqual([
      { kind: "usage", input: 0, output: 0, cached: 0, contextPercent: null },
      { kind: "cost", usd: 0, isEstimate: true },
    ]);
    it.conversation.nextTurn("Again.");
    expect(used(it.hear(result(none)))).toEqual([]);
  });

  test.each([
    [{ status: "allowed" }, []],
    [
      { status: "allowed_warning", utilization: 0.93, rateLimitType: "five_hour", resetsAt: 17 },
      [["warning", 93, 17_000]],
    ],
    [
      { status: "rejected", rateLimitType: "five_hour", resetsAt: 1796035720 },
      [["reached", null, 1796035720000]],
    ],
    [{ status: "rejected", isUsingOverage: true }, [["warning", null, null]]],
  ])("a limit: %j", (info, expected) => {
    const it = talk();
    const line = { type: "rate_limit_event", rate_limit_info: info };
    const limits = it.hear(line, line).map((event) => {
      return event.kind === "limit" ? [event.status, event.usedPercent, event.resetsAtMs] : event.kind;
    });
    expect(limits).toEqual(expected);
  });

  test("a repeated request says which, and why", () => {
    const retry = {
      attempt: 1,
      max_retries: 10,
      retry_delay_ms: 562.3,
      error_status: 529,
      error: "overloaded",
    };
    expect(talk().hear({ type: "system", subtype: "api_retry", ...retry })).toEqual([
      { kind: "retrying", retry: 1, retriesMax: 10, delayMs: 562.3, status: 529, why: "overloaded" },
    ]);
  });

  test.each([
    ["rate_limit", 429, {}, "limit"],
    ["authentication_failed", 401, {}, "signed_out"],
    ["billing_error", 400, {}, "billing"],
    ["server_error", 500, {}, "overloaded"],
    ["overloaded", 529, {}, "overloaded"],
    ["server_error", null, { api_error: "connection_failed" }, "network"],
    ["unknown", null, { result: "Unable to connect to API (ECONNRESET)" }, "network"],
    ["invalid_request", 400, { terminal_reason: "prompt_too_long" }, "context_full"],
    [
      "unknown",
      null,
      { subtype: "error_max_budget_usd", errors: ["Reached maximum budget ($0.01)"] },
      "own_limit",
    ],
    ["unknown", null, { subtype: "constructor" }, "other"],
  ])("%s (%s, %j) is the error %s", (error, status, fields, code) => {
    const it = talk();
    const failed = { is_error: true, api_error_status: status, result: "It failed.", ...fields };
    const events = it.hear({ ...answer({ type: "text", text: "It failed." }), error }, result(failed));
    expect(events.filter(({ kind }) => kind !== "limit")).toMatchObject([
      { kind: "error", code, status, why: expect.stringMatching(/\w/) },
      { kind: "ended", how: "failed" },
    ]);
    expect(events.some(({ kind }) => kind === "limit")).toBe(code === "limit");
  });

  test("a denial is said once, whichever line names it first", () => {
    const it = talk();
    const denied = {
      type: "system",
      subtype: "permission_denied",
      tool_use_id: "t1",
      tool_name: "Bash",
      message: "Outside.",
    };
    const atEnd = { tool_name: "Bash", tool_use_id: "t1", tool_input: { command: "touch /x" } };
    const denial = { kind: "denied", tool: "Bash", input: "touch /x", why: "Outside." };
    const events = it.hear(
      uses("Bash", { command: "touch /x" }),
      denied,
      returns("Outside.", { is_error: true }),
      result({ permission_denials: [atEnd] }),
    );
    expect(events.filter(({ kind }) => kind === "denied")).toEqual([denial]);
    expect(events).toContainEqual(expect.objectContaining({ kind: "tool", state: "denied", exitCode: null }));

    const meta = { tool_result_meta: [{ id: "t1", permission_decision: { decision: "reject" } }] };
    const byPerson = talk();
    byPerson.hear(uses("Bash", { command: "touch /x" }));
    expect(byPerson.hear(returns("Not there.", { is_error: true }, meta))).toMatchObject([
      { ...denial, why: "Not there." },
      { kind: "tool", state: "denied" },
    ]);
    expect(talk().hear(result({ permission_denials: [atEnd] }))).toMatchObject([
      { ...denial, why: expect.stringContaining("permissions") },
      ended,
    ]);
  });

  test("unknown lines, subtypes and blocks are shown; known ones without news are not", () => {
    const it = talk();
    const unparsed = (line: object | string) =>
      it.hear(line).map((event) => event.kind === "unparsed" && event.why);
    expect(unparsed("Welcome!")).toEqual(["no JSON object"]);
    expect(unparsed("")).toEqual([]);
    expect(unparsed({ type: "new_thing" })).toEqual(['a line of type "new_thing"']);
    expect(unparsed({ type: "system", subtype: "new_thing" })).toEqual(['a system line of type "new_thing"']);
    expect(unparsed({ nothing: 1 })).toEqual(["a line without a type"]);
    expect(unparsed(answer({ type: "hologram" }))).toEqual(['a block of type "hologram"']);
    expect(unparsed({ type: "system", subtype: "thinking_tokens" })).toEqual([]);
    expect(unparsed(answer({ type: "redacted_thinking" }))).toEqual([]);
    expect(unparsed({ type: "keep_alive" })).toEqual([]);
  });
});
