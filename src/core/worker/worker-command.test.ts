import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findCommandProblem, workerCommand, workerName } from "./worker-command.ts";

const VALUES = {
  prompt: "Do it.",
  prompt_file: "/app/.tasks/task_manager/runs/r1/prompt.md",
  slug: "fix-it",
  task_file: "/app/tasks/workstreams/infra/tasks/fix-it.md",
  worktree: "/app/.worktrees/fix-it",
};

describe("a command with its placeholders replaced", () => {
  test.each<[readonly string[], readonly string[]]>([
    [
      ["claude", "-p", "{prompt}"],
      ["claude", "-p", "Do it."],
    ],
    [
      ["aider", "--message-file", "{prompt_file}"],
      ["aider", "--message-file", VALUES.prompt_file],
    ],
    [
      ["x", "{slug}:{worktree}", "{task_file}"],
      ["x", `fix-it:${VALUES.worktree}`, VALUES.task_file],
    ],
    [
      ["x", "{{slug}} {}", '{"a":{"b":1}}'],
      ["x", "{slug} {}", '{"a":{"b":1}}'],
    ],
    [["x"], ["x"]],
  ])("%j", (command, expected) => {
    expect(findCommandProblem(command)).toBeNull();
    expect(workerCommand(command, VALUES)).toEqual(expected);
  });

  test("S17: what a value holds is data: it is never replaced again, split or interpreted", () => {
    const hostile = '{slug} {{prompt}} $(rm -rf /) `x` ; --upload-pack=x\n"$&$1';
    const command = ["agent", "--", "{prompt}", "{slug}-{prompt}"];
    expect(workerCommand(command, { ...VALUES, prompt: hostile })).toEqual([
      "agent",
      "--",
      hostile,
      `fix-it-${hostile}`,
    ]);
  });

  test("any value reaches its one argument as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (prompt) => {
        const [, argument] = workerCommand(["agent", "{prompt}"], { ...VALUES, prompt });
        expect(argument).toBe(prompt.replaceAll("\0", "\uFFFD"));
      }),
    );
  });

  test("a prompt that no argument can hold is read from its file", () => {
    const [, argument = ""] = workerCommand(["agent", "{prompt}"], { ...VALUES, prompt: "é".repeat(70_000) });
    expect(argument).toContain(VALUES.prompt_file);
    expect(argument.length).toBeLessThan(300);
  });
});

describe("a problem is a sentence with a remedy", () => {
  test.each<[readonly string[], string, string]>([
    [[], "No worker is configured.", "tasks worker use claude"],
    [["  "], "The worker's program is empty.", "names a program"],
    [["{worktree}/bin/agent"], "is the placeholder", "names a program"],
    [["claude", "{promt}"], "the placeholder {promt}, which does not exist", "Did you mean {prompt}?"],
    [["claude", "{whatever}"], "{whatever}", "write {{whatever}}"],
    [["claude", "{title}"], "{title}", "{prompt}, {prompt_file}, {slug}, {task_file}, {worktree}"],
  ])("%j", (command, message, hint) => {
    const problem = findCommandProblem(command);
    expect(problem?.message).toContain(message);
    expect(problem?.hint).toContain(hint);
  });
});

test.each<[readonly string[], string | null]>([
  [["claude", "-p"], "claude"],
  [["/usr/local/bin/codex"], "codex"],
  [["C:\\tools\\aider.exe"], "aider"],
  [["node", "--no-warnings", "tools/my-agent.mjs", "{slug}"], "my-agent"],
  [["/usr/bin/python3", "agent.py"], "agent"],
  [["bash", "-c"], "bash"],
  [[], null],
  [["/"], null],
])("the worker of %j is called %j", (command, name) => {
  expect(workerName(command)).toBe(name);
});
