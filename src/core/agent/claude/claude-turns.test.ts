import { describe, expect, test } from "vitest";
import { ended, result, says, talk } from "../../../../test/support/claude-talk.ts";

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
