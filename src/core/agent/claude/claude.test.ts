import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ORDER, SETTINGS, talk } from "../../../../test/support/claude-talk.ts";
import { rounds } from "../../../../test/support/rounds.ts";
import type { AgentOrder } from "../contract/agent-kind.ts";
import { claude } from "./claude.ts";

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
