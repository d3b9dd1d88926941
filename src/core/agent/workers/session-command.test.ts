import { describe, expect, test } from "vitest";
import { sampleRun } from "../../../../test/support/run-samples.ts";
import type { Run } from "../../contract/run.ts";
import type { KindName } from "../contract/agent-kind.ts";
import type { WorkerEntry, WorkersConfig } from "./configured-workers.ts";
import { sessionCommand } from "./session-command.ts";

const ENTRY: WorkerEntry = {
  kind: "claude",
  program: null,
  command: [],
  model: null,
  args: [],
  permissions: null,
  wrap: [],
  variables: {},
  selectable: false,
  account: null,
  fallback: [],
};

const configOf = (named: Record<string, Partial<WorkerEntry>>): WorkersConfig => ({
  workers: {
    default: null,
    named: Object.fromEntries(Object.entries(named).map(([name, entry]) => [name, { ...ENTRY, ...entry }])),
  },
  worker: { command: [] },
});

const runOf = (kind: KindName, changes: Partial<Run> = {}): Run =>
  sampleRun({
    state: "exited",
    agent: { name: "main", kind, program: null, version: "1.2" },
    session: { kind, id: "SESSION", isStarted: true },
    ...changes,
  });

describe("K41: the command that opens the agent's own session", () => {
  test.each([
    ["claude", ["claude", "--resume", "SESSION"]],
    ["codex", ["codex", "resume", "SESSION"]],
    ["gemini", ["gemini", "--resume", "SESSION"]],
    ["opencode", ["opencode", "--session", "SESSION"]],
    ["copilot", ["copilot", "--resume", "SESSION"]],
  ] as const)("of kind %s", (kind, command) => {
    expect(sessionCommand(runOf(kind), configOf({ main: { kind } }))).toMatchObject({
      kind: "session",
      command,
    });
  });

  test("starts the file that ran it, with the worker's own variables and model", () => {
    const agent = { name: "main", kind: "claude", program: "/opt/claude", version: "2" };
    const config = configOf({ main: { model: "opus", variables: { API: "x" } } });
    expect(sessionCommand(runOf("claude", { agent }), config)).toMatchObject({
      command: ["/opt/claude", "--model", "opus", "--resume", "SESSION"],
      variables: { API: "x" },
    });
  });

  test("is known for a worker that is no longer configured", () => {
    expect(sessionCommand(runOf("claude"), configOf({}))).toMatchObject({
      command: ["claude", "--resume", "SESSION"],
      variables: {},
    });
  });

  test.each<[string, Run, string]>([
    ["no session", runOf("claude", { session: null }), "has no session that could be opened"],
    [
      "one that the agent has not confirmed",
      runOf("claude", { session: { kind: "claude", id: "S", isStarted: false } }),
      "has no session that could be opened",
    ],
    ["a kind without sessions", runOf("command"), "A worker of kind command has no session"],
    [
      "a kind of a later version",
      runOf("claude", { session: { kind: "later", id: "S", isStarted: true } }),
      "A worker of kind later has no session",
    ],
    ["a claim by hand", runOf("claude", { kind: "by_hand" }), "was claimed by hand"],
  ])("is refused with %s", (_name, run, message) => {
    expect(sessionCommand(run, configOf({ main: {} }))).toMatchObject({
      kind: "refused",
      message: expect.stringContaining(message),
    });
  });

  test("is named, not run, for a worker inside a wrapper", () => {
    expect(sessionCommand(runOf("claude"), configOf({ main: { wrap: ["docker", "run"] } }))).toMatchObject({
      kind: "refused",
      hint: "Open it there: claude --resume SESSION",
    });
  });
});
