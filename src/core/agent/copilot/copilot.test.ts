// The tests below read lines as Copilot CLI 1.0.102 wrote them; test/streams/copilot has whole streams.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentOrder, agentSettings, talkTo } from "../../../../test/support/agent-talk.ts";
import { rounds } from "../../../../test/support/rounds.ts";
import { copilot } from "./copilot.ts";

const SETTINGS = agentSettings({ kind: "copilot" });
const ORDER = agentOrder(SETTINGS, { session: { id: "S", resume: false }, worktree: "/w" });

const talk = () => talkTo(copilot, ORDER);

const line = (type: string, data: object = {}, more: object = {}) => ({ type, data, ...more });
const begins = (toolName: string, input: object, more: object = {}) =>
  line("tool.execution_start", { toolCallId: "c1", toolName, arguments: input, ...more });
const ends = (data: object, more: object = {}) =>
  line("tool.execution_complete", { toolCallId: "c1", ...data }, more);
const result = (exitCode: unknown) => ({ type: "result", sessionId: "S", exitCode });

describe("K12: how Copilot is started", () => {
  test("one process a turn, in the chosen session, with stdin closed and without updates of its own", () => {
    expect(copilot.launch(ORDER)).toEqual({
      command: [
        ...["/bin/copilot", "--prompt=Do it.", "--output-format", "json", "--no-ask-user"],
        ...["--session-id", "S", "--allow-all"],
      ],
      variables: { COPILOT_AUTO_UPDATE: "false" },
      stdin: "closed",
    });
    const settings = {
      ...SETTINGS,
      permissions: "edits",
      model: "gpt-5",
      args: ["--add-dir", "/x"],
    } as const;
    const { command } = copilot.launch({ ...ORDER, settings, session: { id: "S", resume: true } });
    expect(command.slice(5)).toEqual([
      "--resume",
      "S",
      "--allow-all-tools",
      "--model",
      "gpt-5",
      "--add-dir",
      "/x",
    ]);
    expect(copilot.permissions.ask).toMatchObject({ kind: "refused" });
  });

  test("its native file is beside the wrapper, or below it", () => {
    const machine = { platform: "linux", arch: "x64" };
    expect(copilot.nativeFiles("/n/@github/copilot/npm-loader.js", machine)).toEqual([
      "/n/@github/copilot-linux-x64/copilot",
      "/n/@github/copilot-linuxmusl-x64/copilot",
      "/n/@github/copilot/node_modules/@github/copilot-linux-x64/copilot",
      "/n/@github/copilot/node_modules/@github/copilot-linuxmusl-x64/copilot",
    ]);
    expect(copilot.nativeFiles("/usr/bin/copilot", machine)).toEqual([]);
    expect(copilot.takeOver("S", SETTINGS)).toEqual(["copilot", "--resume", "S"]);
  });

  test("it takes no message and no answer while it works", () => {
    const { conversation } = talk();
    expect([
      conversation.steer("a"),
      conversation.nextTurn("a"),
      conversation.answer("a", "b"),
      conversation.interrupt(),
    ]).toEqual([false, false, false, false]);
  });
});

describe("K12: what Copilot says and does", () => {
  test("its session is known with the prompt, and its turn ends with the result", () => {
    const it = talk();
    expect(
      it.hear(line("session.tools_updated", { model: "gpt-5" }, { ephemeral: true }), line("user.message")),
    ).toEqual([{ kind: "session", id: "S", model: "gpt-5", version: null }]);
    expect(it.hear(result(0))).toEqual([{ kind: "ended", how: "completed" }]);
    it.conversation.processEnded({ code: 0, signal: null });
    expect(it.events).toHaveLength(2);
  });

  test("text, thoughts and a sub-agent's words", () => {
    expect(
      talk().hear(
        line("assistant.message", { content: "I look.", reasoningText: "Hm." }),
        line("assistant.message", { content: "" }),
        line("assistant.reasoning", { content: "Hm, hm." }),
        line("assistant.message", { content: "Inside.", parentToolCallId: "c1" }),
      ),
    ).toEqual([
      { kind: "reasoning", text: "Hm.", part: null },
      { kind: "message", from: "agent", text: "I look.", part: null, delivered: null },
      { kind: "reasoning", text: "Hm, hm.", part: null },
      { kind: "reasoning", text: "Inside.", part: null },
    ]);
  });

  test("a command that fails is failed, though the tool succeeded", () => {
    const it = talk();
    it.hear({ ...begins("bash", { command: "npm test" }), timestamp: "2026-01-01T00:00:00.000Z" });
    const content = "1 failed\n<shellId: 1 completed with exit code 3>";
    const data = { success: true, shellExecution: { exitCode: 3 }, result: { content } };
    expect(it.hear(ends(data, { timestamp: "2026-01-01T00:00:01.500Z" }))).toEqual([
      {
        ...{ kind: "tool", id: "c1", name: "bash", does: "run", input: "npm test", state: "failed" },
        ...{ exitCode: 3, ms: 1500, output: "1 failed", lines: null },
      },
    ]);
  });

  test("an edit with its lines, and a tool of a sub-agent", () => {
    const it = talk();
    expect(it.hear(begins("edit", { path: "/w/src/a.ts" }))).toMatchObject([
      { input: "src/a.ts", state: "running" },
    ]);
    const toolTelemetry = { metrics: { linesAdded: 3, linesRemoved: 1 } };
    expect(it.hear(ends({ success: true, toolTelemetry }))).toMatchObject([
      { does: "edit", state: "ok", exitCode: null, lines: { added: 3, removed: 1 } },
    ]);
    it.hear(begins("task", { description: "Look" }));
    expect(
      it.hear(begins("grep", { pattern: "x" }, { toolCallId: "c2", parentToolCallId: "c1" })),
    ).toMatchObject([{ name: "task › grep", does: "search" }]);
    expect(it.hear(ends({ toolCallId: "of an earlier process", success: false }))).toEqual([]);
  });

  test("a denial is one, with the tool that was denied", () => {
    const it = talk();
    it.hear(begins("create", { path: "/etc/x" }));
    expect(
      it.hear(ends({ success: false, error: { code: "denied", message: "Permission denied." } })),
    ).toMatchObject([
      { kind: "denied", tool: "create", input: "/etc/x", why: "Permission denied." },
      { kind: "tool", state: "denied" },
    ]);
  });

  test("a repeated request, and the limit that it may wait for", () => {
    const it = talk();
    const failure = { statusCode: 500, retryAttempt: 1, errorMessage: "Internal server error" };
    expect(it.hear(line("model.call_failure", failure, { ephemeral: true }))).toEqual([]);
    expect(it.hear(line("assistant.turn_retry", { reason: "api_error" }, { ephemeral: true }))).toEqual([
      {
        kind: "retrying",
        retry: 2,
        retriesMax: null,
        delayMs: null,
        status: 500,
        why: "Internal server error",
      },
    ]);
    const limited = line("model.call_failure", { statusCode: 429 }, { ephemeral: true });
    expect(it.hear(limited, limited)).toMatchObject([{ kind: "limit", status: "reached", resetsAtMs: null }]);
  });

  test.each([
    ["rate_limit", 429, "limit"],
    ["authentication", 401, "signed_out"],
    ["query", 500, "overloaded"],
    ["query", undefined, "network"],
    ["query", 402, "billing"],
    ["context_limit", undefined, "context_full"],
    ["odd", undefined, "other"],
  ])("%s (%s) is the error %s", (errorType, statusCode, code) => {
    const events = talk().hear(
      line("session.error", { errorType, statusCode, message: "It failed." }),
      result(1),
    );
    expect(events.filter(({ kind }) => kind !== "limit" && kind !== "session")).toMatchObject([
      { kind: "error", code, why: "It failed." },
      { kind: "ended", how: "failed" },
    ]);
  });

  test("a turn that was aborted is interrupted; one that failed without a word says so", () => {
    expect(
      talk()
        .hear(line("abort", { reason: "user_initiated" }), result(0))
        .at(-1),
    ).toEqual({
      kind: "ended",
      how: "interrupted",
    });
    expect(talk().hear(result(1)).slice(1)).toMatchObject([
      { kind: "error", code: "other" },
      { how: "failed" },
    ]);
  });

  test("a process that ends without a result did not finish, whatever its exit code", () => {
    const killed = talk();
    killed.conversation.processEnded({ code: null, signal: "SIGKILL" });
    expect(killed.events).toMatchObject([{ kind: "error", why: expect.stringContaining("by SIGKILL") }]);
    const gone = talk();
    gone.conversation.receiveError("Error: No session, task, or name matched 'S'");
    gone.conversation.processEnded({ code: 1, signal: null });
    expect(gone.events).toMatchObject([{ kind: "error", code: "session_gone" }]);
  });

  test("unknown lines are shown; ephemeral and known ones without news are not", () => {
    const it = talk();
    const why = (value: object | string) =>
      it.hear(value).map((event) => event.kind === "unparsed" && event.why);
    expect(why("Welcome!")).toEqual(["no JSON object"]);
    expect(why(line("new.thing"))).toEqual(['a line of type "new.thing"']);
    expect(why({ data: {} })).toEqual(["a line without a type"]);
    expect(why(line("new.thing", {}, { ephemeral: true }))).toEqual([]);
    expect(why(line("session.skills_loaded"))).toEqual([]);
    expect(why("")).toEqual([]);
  });
});

test("K14: no line of Copilot, however wrong, throws", () => {
  const types = fc.constantFrom(
    ...[
      "user.message",
      "assistant.message",
      "tool.execution_start",
      "tool.execution_complete",
      "session.error",
    ],
    ...["model.call_failure", "assistant.turn_retry", "abort", "result", "toString", "assistant.reasoning"],
  );
  const keys = fc.constantFrom(
    ...[
      "toolCallId",
      "toolName",
      "arguments",
      "error",
      "result",
      "success",
      "shellExecution",
      "toolTelemetry",
      "content",
    ],
    ...[
      "statusCode",
      "errorType",
      "message",
      "retryAttempt",
      "parentToolCallId",
      "reasoningText",
      "__proto__",
    ],
  );
  const record = fc.record({
    type: types,
    data: fc.dictionary(keys, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 }),
  });
  const any = fc.oneof(
    record,
    fc.jsonValue(),
    types.map((type) => ({ type, data: 7, exitCode: {}, sessionId: [] })),
  );
  fc.assert(
    fc.property(fc.array(any, { maxLength: 6 }), (lines) => {
      const it = talk();
      for (const value of lines) it.hear(JSON.stringify(value));
      it.conversation.processEnded({ code: null, signal: null });
    }),
    { numRuns: rounds({ short: 300, full: 5000 }) },
  );
});
