import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY_RUN } from "../../run/empty-run.ts";
import type { AgentEvent, TimedEvent } from "../contract/agent-event.ts";
import { courseOf } from "./run-course.ts";

const QUEUED = { ...EMPTY_RUN, queued: { by: "mia", atMs: 100, note: null } };
const end = { kind: "exited", code: 1 } as const;
const RUNNING = {
  ...QUEUED,
  state: "running" as const,
  attempt: 2,
  startedAtMs: 500,
  attempts: [{ number: 1, startedAtMs: 200, endedAtMs: 400, end }],
};
const said: AgentEvent = { kind: "message", from: "agent", text: "On.", part: null, delivered: null };
const asked: AgentEvent = { kind: "asked", id: "r", about: "question", text: "Which?", choices: [] };
const limited: AgentEvent = {
  kind: "limit",
  status: "reached",
  window: null,
  usedPercent: null,
  resetsAtMs: null,
};
const at = (atMs: number, event: AgentEvent): TimedEvent => ({ ...event, atMs, attempt: 2 });
const short = (parts: ReturnType<typeof courseOf>) =>
  parts.map(({ what, fromMs, toMs }) => `${what} ${fromMs}-${toMs}`);

describe("K38: the course of a run", () => {
  test("queued, each attempt, and what lay between", () => {
    expect(short(courseOf(QUEUED, [], { nowMs: 300 }))).toEqual(["queued 100-300"]);
    expect(short(courseOf(RUNNING, [], { nowMs: 900 }))).toEqual([
      "queued 100-200",
      "working 200-400",
      "queued 400-500",
      "working 500-900",
    ]);
  });

  test("a question until the answer, a limit until the agent is heard again", () => {
    const events = [at(600, asked), at(650, said), at(700, limited), at(720, limited), at(800, said)];
    expect(short(courseOf(RUNNING, events, { nowMs: 900 })).slice(3)).toEqual([
      "working 500-600",
      "asked 600-650",
      "working 650-700",
      "limited 700-800",
      "working 800-900",
    ]);
    expect(short(courseOf(RUNNING, [at(600, asked)], { nowMs: 900 })).at(-1)).toBe("asked 600-900");
  });

  test("a question of a worker without events, from the run alone", () => {
    const question = { number: 1, text: "Which?", choices: [], askedAtMs: 600, answer: null };
    expect(short(courseOf({ ...RUNNING, question }, [], { nowMs: 900 })).at(-1)).toBe("asked 600-900");
    const answer = { by: "mia", atMs: 700, text: "eu", delivered: true };
    expect(
      short(courseOf({ ...RUNNING, question: { ...question, answer } }, [], { nowMs: 900 })).slice(-2),
    ).toEqual(["asked 600-700", "working 700-900"]);
  });

  test("N67: time asleep is a part of its own, whatever the run did around it", () => {
    const sleeps = [
      { fromMs: 150, toMs: 250 },
      { fromMs: 620, toMs: 640 },
    ];
    const events = [at(600, asked), at(650, said)];
    expect(short(courseOf(RUNNING, events, { nowMs: 900, sleeps }))).toEqual([
      "queued 100-150",
      "asleep 150-200",
      "asleep 200-250",
      "working 250-400",
      "queued 400-500",
      "working 500-600",
      "asked 600-620",
      "asleep 620-640",
      "asked 640-650",
      "working 650-900",
    ]);
  });

  test("whatever the times, the parts follow each other and none is empty", () => {
    const time = fc.nat(1_000);
    const event = fc.tuple(time, fc.constantFrom(said, asked, limited)).map(([ms, each]) => at(ms, each));
    const sleep = fc
      .array(fc.tuple(time, time).map(([from, ms]) => ({ fromMs: from, toMs: from + ms })))
      .map((sleeps) => sleeps.toSorted((a, b) => a.fromMs - b.fromMs));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), sleep, time, (events, sleeps, nowMs) => {
        const parts = courseOf(RUNNING, events, { nowMs, sleeps });
        for (const [index, part] of parts.entries()) {
          expect(part.toMs).toBeGreaterThan(part.fromMs);
          const before = parts[index - 1];
          if (before !== undefined) expect(part.fromMs).toBe(before.toMs);
        }
      }),
    );
  });
});
