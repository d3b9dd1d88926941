// The tests below read lines as Claude Code 2.1.197 and 2.1.332 wrote them; test/streams/claude has whole streams.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentOrder, agentSettings, talkTo } from "../../../../test/support/agent-talk.ts";
import { rounds } from "../../../../test/support/rounds.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import type { AgentOrder } from "../contract/agent-kind.ts";
import { claude } from "./claude.ts";

const SETTINGS = agentSettings({ kind: "claude" });
const ORDER = agentOrder(SETTINGS, { session: { id: "S", resume: false }, worktree: "/w" });

/** A conversation after its prompt was sent. */
function talk(order: Partial<AgentOrder> = {}) {
  const it = talkTo(claude, { ...ORDER, ...order });
  it.conversation.begin();
  return it;
}

const says = (text: string) => ({
  type: "user",
  message: { role: "user", content: [{ type: "text", text }] },
});
const answer = (...content: readonly object[]) => ({ type: "assistant", message: { id: "m", content } });
const result = (fields: object = {}) => ({ type: "result", subtype: "success", is_error: false, ...fields });
const uses = (name: string, input: object, id = "t1") => answer({ type: "tool_use", id, name, input });
const returns = (content: unknown, fields: object = {}, line: object = {}) => ({
  type: "user",
  message: { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content, ...fields }] },
  ...line,
});
const ended = { kind: "ended", how: "completed" };

describe("K12: how Claude Code is started", () => {
  const commandOf = (order: Partial<AgentOrder>) => claude.launch({ ...ORDER, ...order }).command.join(" ");

  test("a chosen session is created or resumed, on a channel", () => {
    expect(claude.launch(ORDER)).toEqual({
      command: [
        ...[
          "/bin/claude",
          "-p",
          "--input-format",
          "stream-json",
          "--output-format",
          "stream-json",
          "--verbose",
          "--replay-user-messages",
        ],
        ...["--session-id", "S", "--dangerously-skip-permissions", "--permission-prompt-tool", "stdio"],
      ],
      variables: { DISABLE_AUTOUPDATER: "1", CLAUDE_CODE_ENABLE_TODO_TOOLS: "1" },
      stdin: "channel",
    });
    expect(commandOf({ session: { id: "S", resume: true } })).toContain("--resume S");
    expect(commandOf({ session: { id: null, resume: false } })).not.toMatch(/--session-id|--resume/);
  });

  test("every mode may commit and report; only `full` skips permissions; the model and own arguments come last", () => {
    const settings = { ...SETTINGS, model: "opus", args: ["--max-turns", "9"] };
    for (const [permissions, mode] of [
      ["ask", "default"],
      ["edits", "acceptEdits"],
    ] as const) {
      const command = commandOf({ settings: { ...settings, permissions } });
      expect(command).toContain(`--permission-mode ${mode} --permission-prompt-tool stdio`);
      expect(command).toMatch(/Bash\(git commit:\*\).*Bash\(tasks report:\*\).*Bash\(tasks finish:\*\)/);
      expect(command).not.toContain("dangerously");
      expect(command).toMatch(/--model opus --max-turns 9$/);
    }
  });

  test("in `edits` its commands run in its sandbox, which may write what a commit writes and no more", () => {
    const settings = { ...SETTINGS, permissions: "edits" } as const;
    const git = { own: "/r/.git/worktrees/w", common: "/r/.git" };
    const { command } = claude.launch({ ...ORDER, settings, git });
    expect(JSON.parse(command[command.indexOf("--settings") + 1] ?? "")).toEqual({
      sandbox: {
        enabled: true,
        autoAllowBashIfSandboxed: true,
        excludedCommands: ["tasks *"],
        filesystem: {
          allowWrite: ["/r/.git/worktrees/w", "/r/.git/objects", "/r/.git/refs", "/r/.git/logs"],
        },
      },
    });
    expect(commandOf({ settings })).toContain('"allowWrite":[]');
    for (const other of [
      { wrap: ["docker", "run"] },
      { permissions: "ask" },
      { permissions: "full" },
    ] as const)
      expect(commandOf({ settings: { ...settings, ...other } })).not.toContain("sandbox");
  });

  test("its native file, and the command that takes a session over", () => {
    const machine = { platform: "linux", arch: "x64" };
    expect(claude.nativeFiles("/n/@anthropic-ai/claude-code/cli.js", machine)).toEqual([
      "/n/@anthropic-ai/claude-code-linux-x64/claude",
    ]);
    expect(claude.nativeFiles("/home/mia/.local/share/claude/versions/2.1.332", machine)).toEqual([]);
    expect(claude.takeOver("S", { ...SETTINGS, model: "opus" })).toEqual([
      "claude",
      "--model",
      "opus",
      "--resume",
      "S",
    ]);
  });
});

describe("K12: turns of Claude Code", () => {
  test("the prompt is the first message, a message steers while it works, the next turn is another message", () => {
    const it = talk();
    expect(it.sent).toEqual([says("Do it.")]);
    expect(it.conversation.nextTurn("Too early.")).toBe(false);
    expect(it.conversation.steer("Rather so.")).toBe(true);
    expect(it.hear(result())).toEqual([ended]);
    expect(it.conversation.steer("Too late.")).toBe(false);
    expect(it.conversation.nextTurn("And now?")).toBe(true);
    expect(it.sent.slice(1)).toEqual([says("Rather so."), says("And now?")]);
    expect(it.hear(result())).toEqual([ended]);
  });

  test("a result before the agent has read every message ends nothing", () => {
    const reads = (...texts: readonly string[]) => {
      const content = texts.map((text) => ({ type: "text", text }));
      return { type: "user", message: { role: "user", content }, isReplay: true };
    };
    const it = talk();
    it.hear(reads("Do it."));
    it.conversation.steer("One.");
    it.conversation.steer("Two.");
    expect(it.hear(result())).toEqual([]);
    expect(it.conversation.steer("Three.")).toBe(true);
    expect(it.hear(reads("One.\n", "Two."), result())).toEqual([]);
    expect(it.hear(reads("Three."), result())).toEqual([ended]);

    it.conversation.nextTurn("On.");
    it.hear(reads("On."));
    it.conversation.steer("Never read.");
    it.conversation.interrupt();
    expect(it.hear(result({ is_error: true }))).toEqual([{ kind: "ended", how: "interrupted" }]);
  });

  test("a version that does not repeat messages is believed; one that counts those it has queued as well", () => {
    const it = talk();
    it.conversation.steer("One.");
    expect(it.hear(result({ queued_turn_count: 1 }))).toEqual([]);
    expect(it.hear(result({ queued_turn_count: 0 }))).toEqual([ended]);
  });

  test("an interrupt is a request, and the turn it ends was interrupted, not failed", () => {
    const it = talk();
    expect(it.conversation.interrupt()).toBe(true);
    expect(it.sent[1]).toEqual({
      type: "control_request",
      request_id: "interrupt-1",
      request: { subtype: "interrupt" },
    });
    const aborted = { subtype: "error_during_execution", is_error: true, errors: ["[ede_diagnostic]"] };
    expect(it.hear({ type: "control_response", response: {} }, result(aborted))).toEqual([
      { kind: "ended", how: "interrupted" },
    ]);
    expect(it.conversation.interrupt()).toBe(false);
  });

  test("a process that ends within a turn says how, once; after a turn it says nothing", () => {
    const it = talk();
    it.conversation.receiveError("--dangerously-skip-permissions cannot be used with root/sudo privileges");
    it.conversation.processEnded({ code: 1, signal: null });
    expect(it.events).toEqual([
      expect.objectContaining({
        kind: "error",
        code: "other",
        why: expect.stringMatching(/exit code 1 .*root/),
      }),
    ]);
    const done = talk();
    done.hear(result());
    done.conversation.processEnded({ code: 0, signal: null });
    expect(done.events).toEqual([ended]);
  });

  test("the session is said when it is new, with model and version", () => {
    const it = talk();
    const init = {
      type: "system",
      subtype: "init",
      session_id: "S",
      model: "opus",
      claude_code_version: "2.1.332",
    };
    const session = { kind: "session", id: "S", model: "opus", version: "2.1.332" };
    expect(it.hear(init)).toEqual([session]);
    expect(it.hear(init)).toEqual([]);
    expect(it.hear({ ...init, model: "sonnet" })).toEqual([{ ...session, model: "sonnet" }]);
  });

  test("a session that is gone is said once, on whichever stream it comes first", () => {
    const gone = {
      subtype: "error_during_execution",
      is_error: true,
      errors: ["No conversation found with session ID: S"],
    };
    for (const isFirstOnStderr of [true, false]) {
      const it = talk({ session: { id: "S", resume: true } });
      if (isFirstOnStderr) it.conversation.receiveError("No conversation found with session ID: S");
      it.hear(result(gone));
      if (!isFirstOnStderr) it.conversation.receiveError("No conversation found with session ID: S");
      it.conversation.processEnded({ code: 1, signal: null });
      expect(it.events.map((event) => (event.kind === "error" ? event.code : event.kind))).toEqual([
        "session_gone",
        "ended",
      ]);
    }
  });

  test("a session that exists already is one to resume", () => {
    const it = talk();
    it.conversation.receiveError("Error: Session ID S is already in use.");
    it.conversation.processEnded({ code: 1, signal: null });
    expect(it.events).toEqual([
      { kind: "session", id: "S", model: null, version: null },
      expect.objectContaining({ kind: "error", why: expect.stringContaining("resumed") }),
    ]);
  });
});

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

describe("K13: what Claude Code asks", () => {
  const asks = (request: object) => ({
    type: "control_request",
    request_id: "r1",
    request: { subtype: "can_use_tool", ...request },
  });
  const touch = { tool_name: "Bash", tool_use_id: "t1", input: { command: "touch /x", odd: [1, null] } };
  const replied = (response: object) => ({
    type: "control_response",
    response: { subtype: "success", request_id: "r1", response },
  });

  test("N24: a permission is known again by its tool, input and place, where these are certain", () => {
    const exactly = (request: object, ...before: readonly object[]) => {
      const it = talk();
      it.hear(...before, asks(request));
      return it.conversation.requestOf?.("r1") ?? null;
    };
    const bash = (input: object) => ({ ...touch, input });
    const known = exactly(touch);
    expect(known).not.toBeNull();
    expect(exactly({ ...touch, tool_use_id: "t2" })).toBe(known);
    expect(exactly(bash({ ...touch.input, description: "Touches it" }))).toBe(known);
    expect(exactly(bash({ ...touch.input, command: "touch /x " }))).not.toBe(known);
    expect(exactly({ ...touch, tool_name: "Write" })).not.toBe(known);
    expect(exactly({ ...touch, blocked_path: "/x" })).not.toBe(known);
    // The shell of a later process begins in the worktree.
    const ran = (command: string) => [
      uses("Bash", { command }, "t0"),
      { type: "user", message: { role: "user", content: [{ type: "tool_result", tool_use_id: "t0" }] } },
    ];
    expect(exactly(touch, ...ran("ls"))).toBe(known);
    expect(exactly(touch, ...ran("cd build && make"))).toBeNull();
    expect(exactly({ tool_name: "AskUserQuestion", input: { questions: [{ question: "?" }] } })).toBeNull();
  });

  test("a permission is asked, allowed with the very input, or denied with a reason", () => {
    const it = talk();
    expect(it.hear(asks({ ...touch, decision_reason: "Path is outside" }))).toEqual([
      {
        kind: "asked",
        id: "r1",
        about: "permission",
        text: "May it run `touch /x`? Path is outside",
        choices: ["Allow", "Deny"],
      },
    ]);
    expect(it.conversation.answer("r2", "Allow")).toBe(false);
    expect(it.conversation.answer("r1", "Allow")).toBe(true);
    expect(it.sent.at(-1)).toEqual(replied({ behavior: "allow", updatedInput: touch.input }));
    expect(it.conversation.answer("r1", "Allow")).toBe(false);

    it.hear(asks(touch));
    it.conversation.answer("r1", "Deny");
    expect(it.sent.at(-1)).toEqual(replied({ behavior: "deny", message: "A person denied this." }));
    it.hear(asks(touch));
    it.conversation.answer("r1", "Use ./x instead.");
    expect(it.sent.at(-1)).toEqual(replied({ behavior: "deny", message: "Use ./x instead." }));
  });

  test("a host that its sandbox keeps from it is asked about", () => {
    expect(
      talk().hear(asks({ tool_name: "SandboxNetworkAccess", input: { host: "example.com" } })),
    ).toMatchObject([{ kind: "asked", about: "permission", text: "May its commands reach example.com?" }]);
  });

  test("the time a person took is not the command's", () => {
    const it = talk();
    it.hear({ ...uses("Bash", { command: "x" }), timestamp: "2026-01-01T00:00:00Z" }, asks(touch));
    expect(it.hear(returns("", {}, { timestamp: "2026-01-01T08:00:00Z" }))).toMatchObject([{ ms: null }]);
  });

  test("a request that the agent withdrew, or whose turn is over, is no longer answered", () => {
    const it = talk();
    it.hear(asks(touch), { type: "control_cancel_request", request_id: "r1" });
    expect(it.conversation.answer("r1", "Allow")).toBe(false);
    it.hear(asks(touch), result());
    expect(it.conversation.answer("r1", "Allow")).toBe(false);
  });

  test("its own questions are asked one after the other and answered together", () => {
    const it = talk();
    const questions = [
      {
        question: "Which region?",
        header: "R",
        options: [{ label: "eu" }, { label: "us" }],
        multiSelect: false,
      },
      { question: "Which name?", header: "N", options: [], multiSelect: false },
    ];
    const input = { questions };
    expect(it.hear(asks({ tool_name: "AskUserQuestion", tool_use_id: "t1", input }))).toEqual([
      { kind: "asked", id: "r1", about: "question", text: "Which region?", choices: ["eu", "us"] },
    ]);
    expect(it.conversation.answer("r1", "eu")).toBe(true);
    expect(it.events.at(-1)).toMatchObject({ kind: "asked", id: "r1/2", text: "Which name?", choices: [] });
    expect(it.sent).toHaveLength(1);
    expect(it.conversation.answer("r1/2", "blue")).toBe(true);
    const answers = { "Which region?": "eu", "Which name?": "blue" };
    expect(it.sent.at(-1)).toEqual(replied({ behavior: "allow", updatedInput: { questions, answers } }));
  });

  test("any other request is refused, so that the agent does not wait", () => {
    const it = talk();
    const events = it.hear({
      type: "control_request",
      request_id: "r9",
      request: { subtype: "mcp_message" },
    });
    expect(events).toMatchObject([{ kind: "unparsed", why: 'a request of type "mcp_message"' }]);
    expect(it.sent.at(-1)).toMatchObject({ response: { subtype: "error", request_id: "r9" } });
  });
});

test("K14: no line of Claude Code, however wrong, throws", () => {
  const words = fc.constantFrom(
    ...[
      "type",
      "subtype",
      "message",
      "content",
      "request",
      "request_id",
      "input",
      "questions",
      "usage",
      "modelUsage",
    ],
    ...[
      "system",
      "assistant",
      "user",
      "result",
      "control_request",
      "rate_limit_event",
      "rate_limit_info",
      "init",
    ],
    ...[
      "can_use_tool",
      "AskUserQuestion",
      "tool_use",
      "tool_result",
      "tool_use_id",
      "tool_use_result",
      "name",
      "errors",
    ],
    ...[
      "toString",
      "constructor",
      "__proto__",
      "permission_denials",
      "is_error",
      "tool_result_meta",
      "TaskCreate",
    ],
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(words, fc.jsonValue({ maxDepth: 0 })),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.array(fc.tuple(words, tie("any")), { maxLength: 6 }).map((pairs) => Object.fromEntries(pairs)),
    ),
  })).any;
  fc.assert(
    fc.property(fc.array(value, { maxLength: 6 }), (lines) => {
      const it = talk();
      for (const line of lines) it.hear(JSON.stringify(line) ?? "");
      it.conversation.answer("", "x");
      it.conversation.processEnded({ code: null, signal: "SIGKILL" });
    }),
    { numRuns: rounds({ short: 300, full: 5000 }) },
  );
});
