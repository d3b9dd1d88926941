import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RefreshOutcome } from "./live-snapshot.ts";
import { RefreshBudget } from "./refresh-budget.ts";
import { RefreshGate } from "./refresh-gate.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const WAIT_MS = 1_500;

function setUp({ maxCpuPercent = 20 }: { readonly maxCpuPercent?: number } = {}) {
  const ask = vi.fn<(askedMs: number) => void>();
  const budget = new RefreshBudget({ maxCpuPercent });
  const gate = new RefreshGate({ monotonicMs: () => performance.now(), budget, ask });
  const request = () => gate.request({ waitMs: WAIT_MS });
  /** A cycle that begins now. */
  const begin = () => {
    const beganMs = performance.now();
    gate.cycleStarted({ beganMs });
    return {
      end: (answer: "refreshed" | "failed" = "refreshed", costMs: number | null = 5) =>
        gate.cycleEnded({ beganMs, answer, costMs }),
    };
  };
  const pass = (ms = 1) => vi.advanceTimersByTimeAsync(ms);
  return { gate, ask, request, begin, pass };
}

/** What a load was answered with so far. */
function answerOf(load: Promise<RefreshOutcome>): () => RefreshOutcome | "waits" {
  let answer: RefreshOutcome | "waits" = "waits";
  void load.then((outcome) => {
    answer = outcome;
  });
  return () => answer;
}

test("F2: 100 loads that wait for the same cycle ask once, and it answers all", async () => {
  const { gate, ask, request, begin } = setUp();
  const loads = Array.from({ length: 100 }, request);
  begin().end();
  expect(new Set(await Promise.all(loads))).toEqual(new Set(["refreshed"]));
  expect(ask).toHaveBeenCalledTimes(1);
  expect(gate.counters()).toEqual({ refreshesRequested: 100, refreshesCoalesced: 99 });
});

test("F2, F15: loads that arrive while a cycle runs share the next one, which is asked for when it has ended", async () => {
  const { ask, request, begin, pass } = setUp();
  const first = begin();
  await pass();
  const loads = Array.from({ length: 50 }, request);
  await pass(100);
  loads.push(...Array.from({ length: 50 }, request));
  expect(ask).not.toHaveBeenCalled();
  first.end();
  const answers = loads.map(answerOf);
  await pass();
  expect(ask).toHaveBeenCalledTimes(1);
  expect(new Set(answers.map((answer) => answer()))).toEqual(new Set(["waits"]));
  begin().end();
  expect(new Set(await Promise.all(loads))).toEqual(new Set(["refreshed"]));
});

test("F15: a load right after a cycle is answered by another one", async () => {
  const { ask, request, begin, pass } = setUp();
  begin().end();
  await pass();
  const load = answerOf(request());
  expect(ask).toHaveBeenCalledTimes(1);
  await pass();
  expect(load()).toBe("waits");
  begin().end();
  await pass();
  expect(load()).toBe("refreshed");
});

test("F15: a cycle that began before the load was asked, and is heard of after, answers nothing", async () => {
  const { gate, ask, request, begin, pass } = setUp();
  const beganMs = performance.now();
  await pass(20);
  const load = answerOf(request());
  gate.cycleStarted({ beganMs });
  gate.cycleEnded({ beganMs, answer: "refreshed", costMs: null });
  await pass();
  expect(load()).toBe("waits");
  // What was asked for meanwhile is still on its way.
  expect(ask).toHaveBeenCalledTimes(1);
  begin().end();
  await pass();
  expect(load()).toBe("refreshed");
});

test("F12: 1,000 loads in 10 s cost at most a fifth of one core, and are all answered", async () => {
  const { gate, ask, request, begin, pass } = setUp();
  let spentMs = 0;
  let endings = 0;
  ask.mockImplementation(() => {
    const cycle = begin();
    setTimeout(() => {
      spentMs += 20;
      endings += 1;
      cycle.end("refreshed", 20);
    }, 20);
  });
  const loads: Promise<RefreshOutcome>[] = [];
  for (let count = 0; count < 1_000; count += 1) {
    loads.push(request());
    await pass(10);
  }
  expect(spentMs).toBeLessThanOrEqual(2_000);
  expect(endings).toBeGreaterThan(90);
  await pass(WAIT_MS);
  expect(new Set(await Promise.all(loads))).toEqual(new Set(["refreshed"]));
  expect(gate.pendingSinceMs).toBeNull();
});

test("F12: the first load after a pause never waits for budget, whatever the last cycle cost", async () => {
  const { ask, request, begin, pass } = setUp();
  void request();
  begin().end("refreshed", 60_000);
  await pass(10_000);
  void request();
  expect(ask).toHaveBeenCalledTimes(2);
});

test("F12: a load that is held back is answered in time, says so, and its cycle comes all the same", async () => {
  const { ask, request, begin, pass } = setUp();
  void request();
  begin().end("refreshed", 1_000);
  await pass();
  const held = answerOf(request());
  await pass(WAIT_MS);
  expect(held()).toBe("held_back");
  expect(ask).toHaveBeenCalledTimes(1);
  await pass(10_000);
  expect(ask).toHaveBeenCalledTimes(2);
});

test("F12: a cycle that runs anyway costs the loads nothing, and answers those held back", async () => {
  const { ask, request, begin, pass } = setUp();
  void request();
  begin().end("refreshed", 1_000);
  await pass();
  const held = answerOf(request());
  await pass(10);
  begin().end("refreshed", null);
  await pass();
  expect(held()).toBe("refreshed");
  await pass(10_000);
  expect(ask).toHaveBeenCalledTimes(1);
});

test("F3: a load is answered within its wait when the cycle hangs, and when no runner starts it", async () => {
  for (const hangs of [true, false]) {
    const { gate, request, begin, pass } = setUp();
    const load = request();
    if (hangs) begin();
    const sinceMs = performance.now();
    await pass(WAIT_MS);
    expect(await load).toBe("timed_out");
    expect(gate.pendingSinceMs).toBe(sinceMs);
  }
});

test("a load that may not wait is answered at once, and its cycle is asked for", async () => {
  const { gate, ask } = setUp();
  expect(await gate.request({ waitMs: 0 })).toBe("timed_out");
  expect(ask).toHaveBeenCalledTimes(1);
});

test("a failed cycle answers those who waited for it", async () => {
  const { request, begin } = setUp();
  const load = request();
  begin().end("failed");
  expect(await load).toBe("failed");
});

test("a lost cycle answers no load; the next one does", async () => {
  const { gate, request, begin, pass } = setUp();
  const load = answerOf(request());
  begin();
  await pass();
  gate.cycleLost();
  await pass();
  expect(load()).toBe("waits");
  begin().end();
  await pass();
  expect(load()).toBe("refreshed");
});

test("a cycle that is lost is not waited for by those who come after it", async () => {
  const { gate, ask, request, begin, pass } = setUp();
  begin();
  await pass();
  gate.cycleLost();
  expect(gate.pendingSinceMs).toBeNull();
  void request();
  expect(ask).toHaveBeenCalledTimes(1);
});

test("the process that was asked is gone: another one is asked, or all waiting loads fail", async () => {
  const { gate, ask, request } = setUp();
  const load = request();
  gate.askAgain();
  expect(ask).toHaveBeenCalledTimes(2);
  gate.fail();
  expect(await load).toBe("failed");
  gate.askAgain();
  expect(ask).toHaveBeenCalledTimes(2);
});

test("F11: after a change made here a cycle is asked for whatever the budget says, and is no load's cost", async () => {
  const { gate, ask, request, begin, pass } = setUp();
  void request();
  begin().end("refreshed", 400);
  await pass();
  void request();
  expect(ask).toHaveBeenCalledTimes(1);
  const change = gate.insist({ waitMs: WAIT_MS });
  expect(ask).toHaveBeenCalledTimes(2);
  begin().end("refreshed", 5_000);
  expect(await change).toBe("refreshed");
  await pass(2_700);
  void request();
  expect(ask).toHaveBeenCalledTimes(3);
});
