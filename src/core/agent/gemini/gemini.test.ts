// Lines as Gemini CLI 0.61.0 wrote them; test/streams/gemini has whole streams.

import { describe, expect, test } from "vitest";
import { agentOrder, agentSettings, talkTo } from "../../../../test/support/agent-talk.ts";
import type { AgentExit, AgentOrder, Permissions } from "../contract/agent-kind.ts";
import { gemini } from "./gemini.ts";

function orderFor(permissions: Permissions, changes: Partial<AgentOrder> = {}): AgentOrder {
  const settings = agentSettings({ kind: "gemini", permissions, model: "pro", args: ["--debug"] });
  return agentOrder(settings, { session: { id: "S", resume: false }, ...changes });
}

/** The events of these lines, and of the process's end. */
function eventsOf(lines: readonly object[], exit: AgentExit, order = orderFor("full")) {
  const talk = talkTo(gemini, order);
  talk.conversation.begin();
  talk.hear(...lines);
  talk.conversation.processEnded(exit);
  expect(talk.sent).toEqual([]);
  return talk.events;
}

const DONE: AgentExit = { code: 0, signal: null };
const failed = (message: string) => ({
  type: "result",
  status: "error",
  error: { type: "unknown", message },
});

describe("K12: Gemini CLI is started", () => {
  test("K12: with its prompt in one argument, the chosen session, the model and JSON lines", () => {
    expect(gemini.launch(orderFor("full", { prompt: "- Do it." }))).toEqual({
      command: [
        ...["/bin/gemini", "--prompt=- Do it.", "--session-id", "S", "--approval-mode", "yolo"],
        ...["--model", "pro", "--output-format", "stream-json", "--debug"],
      ],
      variables: { GEMINI_CLI_TRUST_WORKSPACE: "true", GEMINI_CLI_NO_RELAUNCH: "true" },
      stdin: "closed",
    });
  });

  test("K12: again in its session; a prompt that is too long for an argument is in its file", () => {
    const session = { id: "S", resume: true };
    const { command } = gemini.launch(orderFor("full", { session, prompt: "é".repeat(60_000) }));
    expect(command.slice(1, 4)).toEqual([
      "--prompt=Read the file /state/prompt.md: it says what you are to do. Do it.",
      ...["--resume", "S"],
    ]);
  });

  test("K12: with permissions `edits` it may commit and report, and `ask` is refused", () => {
    const command = gemini.launch(orderFor("edits")).command.join(" ");
    expect(command).toContain("--approval-mode auto_edit --allowed-tools run_shell_command(git add),");
    expect(command).toContain("run_shell_command(tasks finish)");
    expect(gemini.permissions.ask).toMatchObject({ kind: "refused" });
    expect(gemini.takeOver("S", agentSettings({ kind: "gemini" }))).toEqual(["gemini", "--resume", "S"]);
  });

  test("K12: nothing reaches it after its prompt", () => {
    const { conversation } = talkTo(gemini, orderFor("full"));
    const { steer, nextTurn, answer, interrupt } = conversation;
    expect([steer("x"), nextTurn("x"), answer("1", "x"), interrupt()]).toEqual([false, false, false, false]);
  });
});

describe("K12: how a turn of Gemini CLI ends", () => {
  const RESULT = {
    type: "result",
    status: "success",
    stats: { input_tokens: 9, output_tokens: 2, cached: 4 },
  };

  test("K12: with its result, and the tokens of the turn", () => {
    expect(eventsOf([RESULT], DONE)).toEqual([
      { kind: "usage", input: 9, output: 2, cached: 4, contextPercent: null },
      { kind: "ended", how: "completed" },
    ]);
  });

  test.each<[AgentExit, string]>([
    [DONE, "Gemini CLI ended with exit code 0 before its turn was over."],
    [{ code: null, signal: "SIGTERM" }, "Gemini CLI ended by SIGTERM before its turn was over."],
  ])("K12: without a result it has not ended: %j", (exit, why) => {
    expect(eventsOf([], exit)).toEqual([{ kind: "error", code: "other", status: null, why }]);
  });

  test.each<[number, string, number | null]>([
    [145, "signed_out", 401],
    [146, "billing", 402],
    [144, "other", 400],
    [244, "overloaded", 500],
    [41, "signed_out", null],
    [53, "own_limit", null],
    [1, "other", null],
  ])("K12: exit code %d is %s", (code, expected, status) => {
    expect(eventsOf([failed("No.")], { code, signal: null })).toEqual([
      { kind: "error", code: expected, status, why: "No." },
      { kind: "ended", how: "failed" },
    ]);
  });

  test.each([
    ["network", "[API Error: exception TypeError: fetch failed sending request]"],
    ["network", "[API Error: terminated]"],
    ["network", "[API Error: connect ECONNREFUSED 127.0.0.1:443]"],
    ["other", "[API Error: Model stream ended with empty response text.]"],
    ["other", "The test says: TypeError: fetch failed"],
  ])("N76: a turn without a status is %s: %s", (code, why) => {
    expect(eventsOf([failed(why)], { code: 1, signal: null })).toEqual([
      { kind: "error", code, status: null, why },
      { kind: "ended", how: "failed" },
    ]);
    const [said] = eventsOf([failed(why)], { code: 244, signal: null });
    expect(said, "a status counts").toMatchObject({ code: "overloaded" });
  });

  test("K12: a limit is said as one", () => {
    expect(eventsOf([failed("Quota.")], { code: 173, signal: null })).toMatchObject([
      { kind: "limit", status: "reached", resetsAtMs: null },
      { kind: "error", code: "limit", status: 429 },
      { kind: "ended", how: "failed" },
    ]);
  });

  test("K12: a session that is gone is said only of one that was resumed", () => {
    const exit = { code: 42, signal: null };
    const resumed = orderFor("full", { session: { id: "S", resume: true } });
    expect(eventsOf([], exit, resumed)).toMatchObject([{ kind: "error", code: "session_gone" }]);
    expect(eventsOf([], exit)).toMatchObject([{ kind: "error", code: "other" }]);
  });
});

describe("K12: the stream of Gemini CLI", () => {
  const said = (content: string) => ({ type: "message", role: "assistant", content, delta: true });
  const use = (tool_name: string, parameters: object) => ({
    type: "tool_use",
    tool_id: "t",
    tool_name,
    parameters,
  });
  const denial = { type: "tool_result", tool_id: "t", status: "error", error: { type: "", message: "No." } };

  test("K12: pieces of a message belong together until something else happens", () => {
    const lines = [said("a"), said("b"), use("glob", { pattern: "*.ts" }), said("c")];
    const parts = eventsOf(lines, DONE).flatMap((event) => (event.kind === "message" ? [event.part] : []));
    expect(parts).toEqual(["m1", "m1", "m2"]);
  });

  test.each<[string, Permissions, string]>([
    ["policy_violation", "full", "denied"],
    ["tool_not_registered", "edits", "denied"],
    ["tool_not_registered", "full", "failed"],
    ["execution_failed", "edits", "failed"],
  ])("K12: a tool with the error %s is, with permissions %s, %s", (type, permissions, state) => {
    const lines = [
      use("run_shell_command", { command: "touch x" }),
      { ...denial, error: { ...denial.error, type } },
    ];
    const [, tool, denied] = eventsOf(lines, DONE, orderFor(permissions));
    expect(tool).toMatchObject({ kind: "tool", does: "run", input: "touch x", state, output: "No." });
    const expected = { kind: "denied", tool: "run_shell_command", input: "touch x", why: "No." };
    if (state === "denied") expect(denied).toEqual(expected);
    else expect(denied?.kind).not.toBe("denied");
  });

  test("K12: a path outside of the worktree is a denial, with any permissions", () => {
    const outside = { type: "invalid_tool_params", message: "Path not in workspace: /x" };
    const lines = [use("write_file", { file_path: "/x" }), { ...denial, error: outside }];
    expect(eventsOf(lines, DONE)).toMatchObject([{}, { state: "denied" }, { kind: "denied" }, {}]);
    const wrong = { type: "invalid_tool_params", message: "params must have path" };
    expect(eventsOf([lines[0] ?? {}, { ...denial, error: wrong }], DONE)).toMatchObject([
      {},
      { state: "failed" },
      { kind: "error" },
    ]);
  });

  test("K14: what is unknown is named", () => {
    const why = ["unknown type new", "unknown type of an event", "unknown type constructor"];
    expect(eventsOf([{ type: "new" }, { type: 7 }, { type: "constructor" }], DONE).slice(0, 3)).toMatchObject(
      why.map((text) => ({ kind: "unparsed", why: text })),
    );
  });
});
