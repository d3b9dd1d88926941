import { describe, expect, test } from "vitest";
import { result, returns, talk, uses } from "../../../../test/support/claude-talk.ts";

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
