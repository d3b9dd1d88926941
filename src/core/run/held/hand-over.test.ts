import { expect, test } from "vitest";
import { sampleRun } from "../../../../test/support/run-samples.ts";
import type { Attempt, RunAgent } from "../../contract/run.ts";
import { workersOver } from "./hand-over.ts";

const agent = (name: string): RunAgent => ({ name, kind: "claude", program: null, version: null });
const attempt = (startedAtMs: number, name: string | null): Attempt => ({
  ...{ number: 1, startedAtMs, endedAtMs: startedAtMs + 5, end: { kind: "exited", code: 1 } },
  agent: name === null ? null : agent(name),
});

test("N60: each moment of a run that was handed over has its worker", () => {
  const run = sampleRun({
    attempts: [attempt(10, null), attempt(20, "claude"), attempt(30, "claude")],
    startedAtMs: 40,
    agent: agent("codex"),
  });
  const at = workersOver(run);
  expect([5, 20, 39, 40, 99].map((atMs) => at?.(atMs))).toEqual([
    "claude",
    "claude",
    "claude",
    "codex",
    "codex",
  ]);
});

test("N60: a run of one worker needs no names", () => {
  expect(workersOver(sampleRun({ attempts: [attempt(20, "a")], startedAtMs: 30, agent: agent("a") }))).toBe(
    null,
  );
  expect(workersOver(sampleRun({ attempts: [], startedAtMs: null, agent: null }))).toBe(null);
});
