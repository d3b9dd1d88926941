import { describe, expect, it } from "vitest";
import { runFacts, runView, sampleActivity, sampleRun } from "../../../test/support/run-samples.ts";
import { sampleRow } from "../../../test/support/sample-snapshot.ts";
import type { Attempt, AttemptUse } from "../contract/run.ts";
import type { RunView } from "../contract/run-view.ts";
import { NO_LIMITS } from "../costs/budget-limits.ts";
import { planStarts } from "../dispatch/plan-starts.ts";
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
  });

  it("N45: unknown cost is said, and holds nothing", () => {
    const run = view({ state: "running", attempts: [attempt(1, 1, use(null))] });
    expect(run).toMatchObject({ cost: null, budget: { used: null, percent: null, limit: 5 } });
    expect(sentences(run)).toEqual([]);
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
