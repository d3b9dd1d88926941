import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import type { AgentEvent, ToolEvent } from "../agent/contract/agent-event.ts";
import { isStuck, NO_REPEATS, noteChange, noteNoChange, noteRepeats, type Repeats } from "./loop.ts";

const tool = (over: Partial<ToolEvent> = {}): ToolEvent => ({
  ...{ kind: "tool", id: "t", name: "Bash", does: "run", input: "npm test", state: "ok" },
  ...{ exitCode: 0, ms: 10, output: "2 failed", lines: null },
  ...over,
});
const edit = (output: string) => tool({ name: "Edit", does: "edit", input: "a.ts", output });
const failed = (output: string, input = "npm test") => tool({ state: "failed", exitCode: 1, output, input });

const fold = (events: readonly AgentEvent[], isWaiting = false, from: Repeats = NO_REPEATS): Repeats =>
  events.reduce((repeats, event, at) => noteRepeats(repeats, event, { atMs: at, isWaiting }), from);
const times = (count: number, event: AgentEvent): readonly AgentEvent[] => Array(count).fill(event);

describe("an agent that repeats itself", () => {
  it("N46: the same tool, input and result five times is a loop, and ten times asks a person", () => {
    expect(fold(times(4, tool())).loop).toBe(null);
    const five = fold(times(5, tool()));
    expect(five.loop).toEqual({ kind: "tool", times: 5, text: "npm test", sinceMs: 4 });
    expect(isStuck(five)).toBe(false);
    const ten = fold(times(10, tool()));
    expect(ten.loop).toMatchObject({ times: 10, sinceMs: 4 });
    expect(isStuck(ten)).toBe(true);
  });

  it("N46: what alternates is a loop too; another result, another input or an edit between is none", () => {
    const other = tool({ input: "git status", output: "clean" });
    expect(fold(Array(5).fill([tool(), other]).flat()).loop).toMatchObject({ kind: "tool", times: 5 });
    expect(fold([1, 2, 3, 4, 5, 6].map((n) => tool({ output: `${n} failed` }))).loop).toBe(null);
    expect(fold([1, 2, 3, 4, 5, 6].map((n) => tool({ input: `sed ${n}p` }))).loop).toBe(null);
    expect(fold([1, 2, 3, 4, 5, 6].flatMap((n) => [tool(), edit(`+${n}`)])).loop).toBe(null);
  });

  it("N46: an edit that changes the same again and again is a loop itself", () => {
    expect(fold(times(5, edit("+1"))).loop).toMatchObject({ kind: "tool", times: 5, text: "a.ts" });
  });

  it("N46: it is over with the next change, and with a person's message", () => {
    const five = fold(times(5, tool()));
    expect(fold([edit("+1")], false, five).loop).toBe(null);
    const said: AgentEvent = {
      kind: "message",
      from: { person: "eve" },
      text: "no",
      part: null,
      delivered: "turn",
    };
    expect(fold([said], false, five)).toEqual(NO_REPEATS);
    expect(fold([{ ...said, from: { person: "tasks" } }], false, five)).toBe(five);
  });

  it("N47: the same class of error ten times is a loop, whatever was edited between", () => {
    const error = (at: number) =>
      failed(`at ${at}\nTypeError: x is not a function (a.ts:${at})`, `npm test -- ${at}`);
    const events = (count: number) =>
      Array.from({ length: count }, (_, at) => [error(at), edit(`+${at}`)]).flat();
    expect(fold(events(9)).loop).toBe(null);
    expect(fold(events(10)).loop).toMatchObject({ kind: "error", times: 10 });
    expect(isStuck(fold(events(19)))).toBe(false);
    expect(isStuck(fold(events(20)))).toBe(true);
  });

  it("N47: errors end when the same command goes well; outages are no loop", () => {
    const nine = fold(Array.from({ length: 9 }, (_, at) => failed(`${at} tests\nFAILED`)));
    expect(fold([tool({ output: "passed" }), failed("FAILED")], false, nine).loop).toBe(null);
    const down: AgentEvent = { kind: "error", code: "overloaded", status: 529, why: "overloaded" };
    expect(fold(times(30, down)).loop).toBe(null);
    expect(fold(times(10, { ...down, code: "other" })).loop).toMatchObject({ kind: "error" });
  });

  it("N48: quarters of a budget without a change are counted, and end with one", () => {
    const facts = { text: "25 % of its budget", atMs: 7 };
    const once = noteNoChange(NO_REPEATS, { ...facts, quarters: 1 });
    expect(once.loop).toEqual({ kind: "no_change", times: 1, text: "25 % of its budget", sinceMs: 7 });
    expect(isStuck(once)).toBe(false);
    expect(isStuck(noteNoChange(once, { ...facts, quarters: 2 }))).toBe(true);
    expect(noteChange(once).loop).toBe(null);
    expect(noteChange(fold(times(5, tool()))).loop).toMatchObject({ kind: "tool" });
  });

  it("N49: a poll that declared its wait is none", () => {
    expect(fold(times(40, tool({ input: "gh run view 8812", output: "in progress" })), true)).toBe(
      NO_REPEATS,
    );
  });

  it("N46: any events give a state of bounded size, and what differs each time is never a loop", () => {
    const event = fc.record({
      input: fc.string(),
      output: fc.string(),
      ok: fc.boolean(),
      does: fc.constantFrom("run", "edit", "read"),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        const repeats = fold(
          events.map(({ input, output, ok, does }, at) =>
            tool({
              does: does as ToolEvent["does"],
              input: `${at} ${input}`,
              output: ok ? output : `${output}\nat ${"x".repeat(at)}`,
              state: ok ? "ok" : "failed",
            }),
          ),
        );
        expect(repeats.results.size).toBeLessThanOrEqual(50);
        expect(repeats.errors.size).toBeLessThanOrEqual(50);
        expect(repeats.loop).toBe(null);
      }),
      { numRuns: rounds({ short: 50, full: 2_000 }) },
    );
  });
});
