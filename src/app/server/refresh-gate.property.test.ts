// F12, F15: loads, changes of files, cycles of any length and cost, and a runner that dies, all at random moments, against
// a runner that keeps only the port's promises: its messages take their time and arrive in order.

import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import type { RefreshOutcome } from "./live-snapshot.ts";
import { BUDGET_WINDOW_MS, RefreshBudget } from "./refresh-budget.ts";
import { RefreshGate } from "./refresh-gate.ts";

const RUNS = rounds({ short: 300, full: 5_000 });
const MAX_CPU_PERCENT = 20;
const SHARE_MS = (MAX_CPU_PERCENT / 100) * BUDGET_WINDOW_MS;
const RESTART_MS = 300;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const nowMs = () => performance.now();

type Cycle = { readonly lastsMs: number; readonly costMs: number; readonly fails: boolean };
type Ended = Cycle & { readonly beganMs: number; readonly atMs: number; readonly isForLoads: boolean };
type Load = { readonly askedMs: number; readonly waitMs: number; readonly insists: boolean };
type Answered = Load & { readonly outcome: RefreshOutcome; readonly atMs: number };

/** The runner's process, as the gate hears of it. */
class PlayedRunner {
  readonly ended: Ended[] = [];
  readonly #gate: () => RefreshGate;
  readonly #latencyMs: number;
  readonly #cycles: readonly Cycle[];
  #started = 0;
  #isRequested = false;
  #isDue = false;
  #isRunning = false;
  #beganMs = Number.NEGATIVE_INFINITY;
  /** Another one after each death: what the dead one would have said or heard is lost. */
  #life = 0;

  constructor(gate: () => RefreshGate, latencyMs: number, cycles: readonly Cycle[]) {
    this.#gate = gate;
    this.#latencyMs = latencyMs;
    this.#cycles = cycles;
  }

  request(askedMs: number): void {
    this.#after(this.#latencyMs, () => {
      if (askedMs <= this.#beganMs) return;
      this.#isRequested = true;
      this.#begin();
    });
  }

  change(): void {
    this.#isDue = true;
    this.#begin();
  }

  die(): void {
    this.#life += 1;
    this.#isRunning = false;
    this.#isRequested = false;
    this.#isDue = false;
    this.#after(this.#latencyMs, () => this.#gate().cycleLost());
    // The first cycle of the next one needs no request.
    this.#after(this.#latencyMs + RESTART_MS, () => this.change());
  }

  #begin(): void {
    if (this.#isRunning || !(this.#isRequested || this.#isDue)) return;
    const cycle = this.#cycles[this.#started % this.#cycles.length] ?? expect.fail("no cycle");
    const isForLoads = !this.#isDue;
    const beganMs = nowMs();
    this.#started += 1;
    this.#beganMs = beganMs;
    this.#isRunning = true;
    this.#isRequested = false;
    this.#isDue = false;
    this.#after(this.#latencyMs, () => this.#gate().cycleStarted({ beganMs }));
    this.#after(cycle.lastsMs, () => {
      this.#isRunning = false;
      this.#after(this.#latencyMs, () => this.#tellEnd({ ...cycle, beganMs, isForLoads, atMs: nowMs() }));
      this.#begin();
    });
  }

  #tellEnd(ended: Ended): void {
    this.ended.push(ended);
    const { beganMs, costMs, fails, isForLoads } = ended;
    const answer = fails ? "failed" : "refreshed";
    this.#gate().cycleEnded({ beganMs, answer, costMs: isForLoads ? costMs : null });
  }

  #after(ms: number, work: () => void): void {
    const life = this.#life;
    setTimeout(() => life === this.#life && work(), ms);
  }
}

function setUp(latencyMs: number, cycles: readonly Cycle[]) {
  const answered: Answered[] = [];
  let loads = 0;
  const runner = new PlayedRunner(() => gate, latencyMs, cycles);
  const gate: RefreshGate = new RefreshGate({
    monotonicMs: nowMs,
    budget: new RefreshBudget({ maxCpuPercent: MAX_CPU_PERCENT }),
    ask: (askedMs) => runner.request(askedMs),
  });
  const load = (waitMs: number, insists: boolean): void => {
    loads += 1;
    const asked = { askedMs: nowMs(), waitMs, insists };
    const answer = insists ? gate.insist({ waitMs }) : gate.request({ waitMs });
    void answer.then((outcome) => answered.push({ ...asked, outcome, atMs: nowMs() }));
  };
  return { gate, runner, answered, load, loads: () => loads };
}

const cycle = fc.record({
  lastsMs: fc.integer({ min: 1, max: 400 }),
  costMs: fc.integer({ min: 0, max: 900 }),
  fails: fc.boolean(),
});
const step = fc.record({
  does: fc.oneof(
    { weight: 12, arbitrary: fc.constant("load" as const) },
    { weight: 1, arbitrary: fc.constant("insist" as const) },
    { weight: 3, arbitrary: fc.constant("change" as const) },
    { weight: 1, arbitrary: fc.constant("die" as const) },
  ),
  waitMs: fc.constantFrom(0, 50, 1_500),
  thenMs: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 4_000 })),
});

test("F12, F15: no load is answered by an older cycle, late, or never; and the loads keep to their share", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.array(cycle, { minLength: 1, maxLength: 8 }),
      fc.array(step, { minLength: 20, maxLength: 80, size: "max" }),
      // An insisting request is no load, and the cost of a killed runner is unknown.
      fc.boolean(),
      async (latencyMs, cycles, steps, isCalm) => {
        vi.clearAllTimers();
        const { gate, runner, answered, load, loads } = setUp(latencyMs, cycles);
        for (const { does, waitMs, thenMs } of steps) {
          if (does === "change" || (does === "die" && !isCalm)) runner[does]();
          else load(waitMs, does === "insist" && !isCalm);
          await vi.advanceTimersByTimeAsync(thenMs);
        }
        // No more loads come: every pending one is served.
        await vi.advanceTimersByTimeAsync(2 * BUDGET_WINDOW_MS);
        expect(answered).toHaveLength(loads());
        expect(gate.pendingSinceMs).toBeNull();
        for (const one of answered) expectTrue(one, runner.ended);
        const newestAskedMs = Math.max(...answered.map(({ askedMs }) => askedMs));
        const newestBeganMs = Math.max(...runner.ended.map(({ beganMs }) => beganMs));
        expect(newestBeganMs).toBeGreaterThanOrEqual(newestAskedMs);
        if (isCalm) expectShare(runner.ended);
      },
    ),
    { numRuns: RUNS },
  );
});

function expectTrue({ askedMs, waitMs, outcome, atMs }: Answered, ended: readonly Ended[]): void {
  expect(atMs - askedMs).toBeLessThanOrEqual(waitMs);
  if (outcome !== "refreshed" && outcome !== "failed") return;
  const answers = ended.filter((one) => one.atMs === atMs && one.fails === (outcome === "failed"));
  expect(answers.some(({ beganMs }) => beganMs >= askedMs)).toBe(true);
}

/** In any window: the share, and at most one cycle that cost more than the one before it let expect. */
function expectShare(ended: readonly Ended[]): void {
  const forLoads = ended.filter(({ isForLoads }) => isForLoads);
  const mostExpensiveMs = Math.max(0, ...forLoads.map(({ costMs }) => costMs));
  for (const { atMs: fromMs } of forLoads) {
    const within = forLoads.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + BUDGET_WINDOW_MS);
    const spentMs = within.reduce((sum, { costMs }) => sum + costMs, 0);
    expect(spentMs).toBeLessThanOrEqual(SHARE_MS + mostExpensiveMs);
  }
}
