import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentOrder, agentSettings, talkTo } from "../../../../test/support/agent-talk.ts";
import { rounds } from "../../../../test/support/rounds.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import { command } from "./command.ts";
import { CommandTools } from "./command-tools.ts";
import { EVENT_LINE_NAMES, readEventLine } from "./event-line.ts";

const SETTINGS = agentSettings({
  kind: "command",
  command: ["my-agent", "--yes", "{prompt}", "{worktree}/{slug}", "{prompt_file}", "{task_file}"],
  args: ["--last"],
});
const ORDER = agentOrder(SETTINGS, { program: "/bin/my-agent", worktree: "/w" });

/** The events of these lines, in one process. */
function hear(...lines: readonly (object | string)[]): readonly AgentEvent[] {
  const it = talkTo(command, ORDER);
  it.conversation.begin();
  it.hear(...lines);
  it.conversation.receiveError('{"tasks":"message","text":"not on stderr"}');
  it.conversation.processEnded({ code: 1, signal: null });
  return it.events;
}

test("K16: a command is started as it is written, with its placeholders filled in and stdin closed", () => {
  expect(command.launch(ORDER)).toEqual({
    command: [
      "/bin/my-agent",
      "--yes",
      "Do it.",
      "/w/a-task",
      "/state/prompt.md",
      "/r/tasks/a-task.md",
      "--last",
    ],
    variables: {},
    stdin: "closed",
  });
  expect(command.permissions.ask).toMatchObject({ kind: "refused" });
  expect(command.takeOver("s", SETTINGS)).toBeNull();
});

describe("K16: event lines", () => {
  const docs = readFileSync(new URL("../../../../docs/workers.md", import.meta.url), "utf8");
  const example = /```jsonl\n([^`]*)```/.exec(docs)?.[1]?.trim().split("\n") ?? [];

  test("every line of the documented example is understood, and there is one of each event", () => {
    const kinds = hear(...example).map(({ kind }) => kind);
    expect(kinds).not.toContain("unparsed");
    expect(new Set(kinds)).toEqual(new Set(EVENT_LINE_NAMES));
    const rows = [...docs.matchAll(/^\| `(\w+)` \| /gm)].map(([, name]) => name);
    expect(rows).toEqual(expect.arrayContaining([...EVENT_LINE_NAMES]));
  });

  test("what they mean", () => {
    expect(hear(...example)).toMatchInlineSnapshot(`
      [
        {
          "id": "s-1",
          "kind": "session",
          "model": "my-model",
          "version": "1.4",
        },
        {
          "delivered": null,
          "from": "agent",
          "kind": "message",
          "part": null,
          "text": "I look at the **ledger** first.",
        },
        {
          "kind": "reasoning",
          "part": null,
          "text": "March may lack rows.",
        },
        {
          "entries": [
            {
              "state": "done",
              "text": "Read the ledger",
            },
            {
              "state": "active",
              "text": "Fix it",
            },
            {
              "state": "pending",
              "text": "Test it",
            },
          ],
          "kind": "plan",
        },
        {
          "does": "run",
          "exitCode": null,
          "id": "t1",
          "input": "npm test",
          "kind": "tool",
          "lines": null,
          "ms": null,
          "name": "Bash",
          "output": null,
          "state": "running",
        },
        {
          "does": "run",
          "exitCode": 1,
          "id": "t1",
          "input": "npm test",
          "kind": "tool",
          "lines": null,
          "ms": 4100,
          "name": "Bash",
          "output": "1 failed",
          "state": "failed",
        },
        {
          "does": "edit",
          "exitCode": null,
          "id": "t2",
          "input": "src/a.ts",
          "kind": "tool",
          "lines": {
            "added": 12,
            "removed": 3,
          },
          "ms": null,
          "name": "Edit",
          "output": null,
          "state": "ok",
        },
        {
          "cached": 900,
          "contextPercent": 41,
          "input": 1200,
          "kind": "usage",
          "output": 42,
        },
        {
          "isEstimate": true,
          "kind": "cost",
          "usd": 0.02,
        },
        {
          "kind": "limit",
          "resetsAtMs": 1772355600000,
          "status": "reached",
          "usedPercent": 100,
          "window": "five_hour",
        },
        {
          "input": "/etc/hosts",
          "kind": "denied",
          "tool": "Write",
          "why": "outside of the worktree",
        },
        {
          "delayMs": 500,
          "kind": "retrying",
          "retriesMax": 10,
          "retry": 1,
          "status": 529,
          "why": "overloaded",
        },
        {
          "code": "signed_out",
          "kind": "error",
          "status": 401,
          "why": "The key is not valid.",
        },
        {
          "how": "completed",
          "kind": "ended",
        },
      ]
    `);
  });

  test("what may be left out has a default, and unknown keys are ignored", () => {
    expect(
      hear(
        { tasks: "plan", entries: ["Test it"], colour: "red" },
        { tasks: "usage" },
        { tasks: "limit" },
        { tasks: "ended" },
        { tasks: "error", why: "It broke." },
        { tasks: "tool", id: "t" },
      ),
    ).toMatchObject([
      { entries: [{ text: "Test it", state: "pending" }] },
      { kind: "usage", input: 0, output: 0, cached: 0, contextPercent: null },
      { kind: "limit", status: "reached", resetsAtMs: null },
      { kind: "ended", how: "completed" },
      { kind: "error", code: "other", status: null },
      { kind: "tool", name: "tool", does: "other", state: "running", input: "" },
    ]);
  });

  test("a tool with an exit code is over; its id may then be used again", () => {
    const [, done, again] = hear(
      { tasks: "tool", id: "t", name: "Bash", input: "npm\n test" },
      { tasks: "tool", id: "t", exit_code: 0 },
      { tasks: "tool", id: "t" },
    );
    expect(done).toMatchObject({ name: "Bash", input: "npm ⏎ test", state: "ok", exitCode: 0 });
    expect(again).toMatchObject({ name: "tool", state: "running", exitCode: null });
  });

  test.each([
    [{ tasks: "message" }, "text is missing"],
    [{ tasks: "message", text: 7 }, "text is no text"],
    [{ tasks: "plan" }, "entries is missing"],
    [
      { tasks: "plan", entries: [{ text: "a", state: "half" }] },
      "an entry: state is none of pending, active, done",
    ],
    [{ tasks: "plan", entries: [7] }, "an entry: text is no text"],
    [{ tasks: "cost", usd: "1" }, "usd is no number of at least 0"],
    [{ tasks: "cost", usd: 1, is_estimate: "yes" }, "is_estimate is neither true nor false"],
    [{ tasks: "usage", input: -1 }, "input is no number of at least 0"],
    [{ tasks: "limit", resets_at: "soon" }, "resets_at is no time such as 2026-03-01T09:00:00Z"],
    [{ tasks: "asked", text: "Which?" }, "a worker of this kind asks with `tasks ask`"],
    [{ tasks: "mesage", text: "x" }, "an event line that this version does not know"],
    [{ tasks: "constructor" }, "an event line that this version does not know"],
  ])("%j: %s", (line, why) => {
    expect(hear(line)).toEqual([{ kind: "unparsed", line: JSON.stringify(line), why }]);
  });

  test.each(["npm test", "", "{", "[]", '{"level":"info"}', '{"tasks":3}', "null"])(
    "%j is plain output",
    (line) => expect(hear(line)).toEqual([]),
  );

  test("K14: any mutation of an event line is an event, wrong or plain, without an exception", () => {
    const keys = [
      "tasks",
      "text",
      "id",
      "entries",
      "state",
      "exit_code",
      "usd",
      "resets_at",
      "input",
      "toString",
    ];
    const names = fc.constantFrom(...EVENT_LINE_NAMES, "asked", "__proto__");
    const record = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 8 });
    fc.assert(
      fc.property(record, names, (fields, tasks) => {
        const read = readEventLine(JSON.stringify({ ...fields, tasks }), new CommandTools());
        expect(["event", "wrong"]).toContain(read.kind);
      }),
      { numRuns: rounds({ short: 300, full: 5000 }) },
    );
  });
});
