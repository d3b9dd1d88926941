import { describe, expect, test } from "vitest";
import { sampleRun } from "../../../../test/support/run-samples.ts";
import type { AgentEvent } from "../../../core/agent/contract/agent-event.ts";
import type { Question, Run } from "../../../core/contract/run.ts";
import { HOUR_MS, MINUTE_MS } from "../../../core/values/durations.ts";
import { WaitWatch } from "./wait-watch.ts";
import type { TurnStop } from "./watches/attempt-watch.ts";

const KEEP = { questionMs: 30 * MINUTE_MS, waitMs: 2 * MINUTE_MS };
const QUESTION: Question = { number: 1, text: "Which?", choices: [], askedAtMs: 0, answer: null };
const WORKS: AgentEvent = { kind: "message", from: "agent", text: "Meanwhile", part: null, delivered: null };

function world({ canResume = true, isWorking = true, keepSlot = KEEP as typeof KEEP | null } = {}) {
  let nowMs = 0;
  const stops: TurnStop[] = [];
  let run: Run = sampleRun({ state: "running" });
  const watch = new WaitWatch({
    clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
    kept: {
      add: (change) => {
        const changed = change(run);
        if (changed.kind === "changed") run = changed.run;
      },
    },
    keepSlot,
    control: { isWorking, canResume, stopTurn: (stop) => stops.push(stop), say: () => false },
  });
  return {
    note: (event: AgentEvent) => watch.note(event),
    /** Looks every three seconds for so long; how often it was stopped since. */
    async pass(ms: number, changes: Partial<Run> = {}): Promise<number> {
      run = { ...run, ...changes };
      const before = stops.length;
      for (const endMs = nowMs + ms; nowMs <= endMs && stops.length === before; nowMs += 3_000)
        await watch.attend(run);
      return stops.length - before;
    },
    stops,
    run: () => run,
  };
}

describe("N23: a run that waits gives its slot back", () => {
  test("for an answer after worker.ask_hold_min, and ends with its open question", async () => {
    const { pass, stops } = world();
    expect(await pass(29 * MINUTE_MS, { question: QUESTION })).toBe(0);
    expect(await pass(2 * MINUTE_MS)).toBe(1);
    expect(stops).toEqual([
      { how: "now", hold: { spared: { kind: "waiting", on: "an answer" }, held: null } },
    ]);
  });

  test("for what it declared after worker.wait_hold_min, until its time", async () => {
    const { pass, stops } = world();
    const wait = { on: "CI 8812", untilMs: HOUR_MS, atMs: 0 };
    expect(await pass(MINUTE_MS, { wait })).toBe(0);
    expect(await pass(2 * MINUTE_MS)).toBe(1);
    expect(stops[0]?.hold).toMatchObject({
      spared: { kind: "waiting", on: "CI 8812" },
      held: { cause: "wait", on: "CI 8812", untilMs: HOUR_MS, scope: null },
    });
  });

  test("a new question, and work while it is open, start the time again", async () => {
    const { pass, note } = world();
    await pass(29 * MINUTE_MS, { question: QUESTION });
    note(WORKS);
    expect(await pass(29 * MINUTE_MS)).toBe(0);
    expect(await pass(29 * MINUTE_MS, { question: { ...QUESTION, number: 2 } })).toBe(0);
    expect(await pass(2 * MINUTE_MS)).toBe(1);
  });

  test("a wait that is nearly over is waited for", async () => {
    const { pass } = world();
    expect(await pass(HOUR_MS, { wait: { on: "CI", untilMs: 2 * MINUTE_MS, atMs: 0 } })).toBe(0);
  });

  test.each([
    [
      "an answer has come",
      { question: { ...QUESTION, answer: { by: "rj", atMs: 0, text: "a", delivered: false } } },
    ],
    ["nothing is waited for", {}],
  ])("not when %s", async (_, changes) => {
    expect(await world().pass(HOUR_MS, changes)).toBe(0);
  });

  test.each([
    ["N27: its kind cannot resume, or its session is not confirmed", { canResume: false }],
    ["its turn is over", { isWorking: false }],
    ["the settings say nothing", { keepSlot: null }],
  ])("%s: it keeps its slot", async (_, given) => {
    expect(await world(given).pass(HOUR_MS, { question: QUESTION })).toBe(0);
  });
});

test("N26: a question whose time is over is answered with what its worker named", async () => {
  const { pass, run } = world({ canResume: false });
  const question = { ...QUESTION, fallback: { text: "eu", atMs: 10 * MINUTE_MS } };
  await pass(9 * MINUTE_MS, { question });
  expect(run().question?.answer).toBe(null);
  await pass(2 * MINUTE_MS);
  expect(run().question?.answer).toMatchObject({ by: "default", text: "eu" });
  expect(run().decidedAlone).toMatchObject([{ question: "Which?", answer: "eu" }]);
});
