import { describe, expect, it } from "vitest";
import { runFacts, runView, sampleActivity, sampleRun } from "../../../test/support/run-samples.ts";
import { sampleRow } from "../../../test/support/sample-snapshot.ts";
import type { Attempt, AttemptUse, RunId } from "../contract/run.ts";
import type { RunView } from "../contract/run-view.ts";
import { NO_LIMITS } from "../costs/budget-limits.ts";
import { useInLedger } from "../costs/run-use.ts";
import { planStarts } from "../dispatch/plan-starts.ts";
import { dayBudgetHold } from "../hold/day-budget.ts";
import { NO_RUNS } from "../run/run-facts.ts";
import { findRunSignals } from "../signal/run-signals.ts";
import { makeSignal } from "../signal/signal-table.ts";
import { viewRun } from "./view-run.ts";

const LIMITS = { ...NO_LIMITS, run_usd: 5, day_usd: 1 };
const use = (usd: number | null, over: Partial<AttemptUse> = {}): AttemptUse => ({
  ...{ tokens: null, cost: usd === null ? null : { usd, isEstimate: false }, events: 1, unparsed: 0 },
  ...over,
});
const attempt = (number: number, startedAtMs: number, used: AttemptUse | null): Attempt => ({
  ...{ number, startedAtMs, endedAtMs: startedAtMs + 1, end: { kind: "exited", code: 0 }, use: used },
});
const view = (run: Parameters<typeof sampleRun>[0], activity = sampleActivity()): RunView =>
  viewRun(runFacts(sampleRun(run), { seen: { ...runFacts(sampleRun()).seen, activity } }), {
    ...{ attemptsMax: 3, rootHash: "", budget: LIMITS },
  });
const sentences = (run: RunView) =>
  findRunSignals(run).map(({ code, tier, evidence }) => [
    tier,
    makeSignal({ code, tier, evidence }, "").sentence,
  ]);

describe("the budget in a row", () => {
  it("N40: all attempts count, also those that are no longer kept, and each once", () => {
    const attempts = [attempt(3, 30, use(1)), attempt(4, 40, use(0.5))];
    const run = { state: "running", attempt: 4, attempts, usedBefore: use(2, { tools: 4 }) } as const;
    const newest = sampleActivity({
      attempt: 4,
      startedAtMs: 50,
      cost: { usd: 0.75, isEstimate: false },
      tools: 2,
    });
    expect(view(run, newest)).toMatchObject({
      cost: { usd: 4.25 },
      tools_used: 6,
      budget: { used: 4.25, percent: 85 },
    });
    // The digest of an attempt that has ended is in its attempt already.
    const old = sampleActivity({ attempt: 4, startedAtMs: 40, cost: { usd: 0.5, isEstimate: false } });
    expect(view(run, old).cost?.usd).toBe(3.5);
  });

  it("N41: from 80 % it is worth watching, while it works", () => {
    const at = (usd: number) => view({ state: "running", attempts: [attempt(1, 1, use(usd))] });
    expect(sentences(at(3.99))).toEqual([]);
    expect(sentences(at(4.21))).toEqual([[1, "84 % of its budget used: $4.21 of $5.00"]]);
  });

  it("N42: one that is used up starts nothing, with the reason, and needs a person", () => {
    const queued = view({ state: "queued", attempts: [attempt(1, 1, use(5.4))] });
    expect(sentences(queued)).toEqual([[2, "Budget used up: $5.40 of $5.00"]]);
    const dispatch = { ...NO_RUNS.dispatch, configured: true, per_host: 9, per_owner: 9 };
    const plan = (run: RunView) =>
      planStarts({ rows: [sampleRow({ key: "a", group: "active", run })], dispatch, nowMs: 1e15 });
    expect(plan(queued)).toMatchObject([
      { decision: "hold", reason: "its budget is used up: $5.40 of $5.00", use: "budget" },
    ]);
    const raised = view({
      state: "queued",
      attempts: [attempt(1, 1, use(5.4))],
      budget: { raises: 1, reached: null },
    });
    expect(plan(raised)).toMatchObject([{ decision: "start" }]);
    expect(sentences(raised)).toEqual([]);
  });

  it("N43: a run that was stopped for it says only that", () => {
    const budget = { raises: 0, reached: { what: "usd", atMs: 9, used: 5.4 } } as const;
    const ended = view({ state: "exited", attempts: [attempt(1, 1, use(5.41))], budget });
    expect(sentences(ended)).toEqual([[2, "Budget used up: $5.41 of $5.00"]]);
    const done = { kind: "done", note: "", atMs: 10 } as const;
    expect(
      sentences(view({ state: "exited", attempts: [attempt(1, 1, use(5.41))], budget, outcome: done })),
    ).toEqual([]);
  });

  it("N42: the day's budget is in a row only where it has stopped the run", () => {
    const used = { state: "exited", attempts: [attempt(1, 1, use(0.1))] } as const;
    expect(view(used).budget).toMatchObject({ what: "usd" });
    const budget = { raises: 0, reached: { what: "day_usd", atMs: 9, used: 1.2 } } as const;
    expect(view({ ...used, budget }).budget).toMatchObject({
      what: "day_usd",
      used: 1.2,
      limit: 1,
      percent: 120,
    });
    expect(sentences(view({ ...used, budget }))).toEqual([
      [2, "Budget used up: $1.20 of $1.00 for today, until 00:00"],
    ]);
  });

  it("N44: a run whose budget was raised may start although the day's budget is used up", () => {
    const dayOnly = { attemptsMax: 3, rootHash: "", budget: { ...NO_LIMITS, day_usd: 1 } };
    const run = (raises: number) =>
      viewRun(runFacts(sampleRun({ budget: { raises, reached: null } })), dayOnly);
    expect(run(0).budget).toBe(null);
    expect(run(1).budget).toMatchObject({ what: "day_usd", limit: 2, used: null });
    const general = dayBudgetHold(1, { usd: 1.234, nextDayMs: 0 });
    const holds = general === null ? [] : [general];
    expect(general?.sentence).toBe("holds: $1.23 of today's $1.00 used");
    expect(
      dayBudgetHold(1, { usd: 0.99, nextDayMs: 0 }) ?? dayBudgetHold(1, { usd: null, nextDayMs: 0 }),
    ).toBe(null);
    const dispatch = { ...NO_RUNS.dispatch, configured: true, per_host: 9, per_owner: 9, holds };
    const plan = (raises: number) =>
      planStarts({
        rows: [sampleRow({ key: "a", group: "active", run: run(raises) })],
        dispatch,
        nowMs: 1e15,
      });
    expect(plan(0)).toMatchObject([{ decision: "hold", use: "budget", reason: general?.sentence }]);
    expect(plan(1)).toMatchObject([{ decision: "start" }]);
  });

  it("N40: what a lost attempt used is read from the ledger", () => {
    const record = {
      ...{ run: "r" as RunId, startedAtMs: 5, hourMs: 0, key: "a", owner: null, worker: "w", account: "x" },
      ...{
        model: null,
        input: 10,
        output: 5,
        cached: 90,
        usd: 1,
        isEstimate: true,
        tools: 2,
        workMs: 7,
        countsTokens: true,
      },
    };
    const records = [
      record,
      { ...record, hourMs: 3_600_000, usd: null },
      { ...record, startedAtMs: 4, usd: 50 },
    ];
    expect(useInLedger(records, 5)).toMatchObject({
      ...{
        tokens: { input: 200, output: 10, cached: 180 },
        cost: { usd: 1, isEstimate: true },
        tools: 4,
        workMs: 14,
      },
    });
    expect(useInLedger(records, 6)).toBe(null);
  });

  it("N45: unknown cost is said, and holds nothing", () => {
    const run = view({ state: "running", attempts: [attempt(1, 1, use(null))] });
    expect(run).toMatchObject({ cost: null, budget: { used: null, percent: null, limit: 5 } });
    expect(sentences(run)).toEqual([]);
  });

  it("N46: its question about a loop is asked by tasks, not by the worker", () => {
    const question = { number: 1, text: "Continue?", choices: [], askedAtMs: 1, answer: null };
    const of = (id: string) =>
      sentences(
        view({
          state: "exited",
          workerName: "codex",
          question: { ...question, request: { id, about: "question" } },
        }),
      );
    expect(of("tasks-1")).toEqual([[2, "tasks asks: “Continue?”"]]);
    expect(of("req-1")).toEqual([[2, "codex asks: “Continue?”"]]);
  });

  it("N46: a loop is worth watching while it runs, and the row changes by whole minutes only", () => {
    const loop = { kind: "tool", times: 5, text: "npm test", sinceMs: 0 } as const;
    const activity = sampleActivity({ loop, workMs: 179_000 });
    const run = view({ state: "running" }, activity);
    expect(sentences(run)).toEqual([[1, "Repeats 5 times: npm test"]]);
    expect(run.work_ms).toBe(120_000);
    expect(view({ state: "exited" }, activity).loop).toBe(null);
    const other = { ...loop, kind: "no_change", text: "25 % of its budget" } as const;
    expect(sentences(runView({ state: "running", loop: { ...other, since: "" } }))).toEqual([
      [1, "No change in its worktree for 25 % of its budget"],
    ]);
  });
});
