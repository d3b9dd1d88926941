import { describe, expect, it } from "vitest";
import { sampleRun } from "../../../test/support/run-samples.ts";
import type { Run } from "../contract/run.ts";
import { NO_LIMITS } from "../costs/budget-limits.ts";
import { hold } from "../run/held/hold.ts";
import { nextStep } from "../run/next-step.ts";
import { begin, end, lose, type RunChange, requeue, take } from "../run/run-transitions.ts";
import { MINUTE_MS } from "../values/durations.ts";
import { raiseBudget, reachBudget, renewDayBudget } from "./budget-transitions.ts";
import { budgetText } from "./budget-words.ts";
import { isUsedUp, judgeBudget, shownPercent } from "./judge-budget.ts";

const UNKNOWN = { usd: null, tokens: null, workMs: null, tools: null, dayUsd: null };
const holder = { id: "mac 1", host: "mac", pid: 1 };
const POLICY = { attempts: 3, firstMs: 1, maxMs: 1 };

function ok(change: RunChange): Run {
  if (change.kind === "refused") throw new Error(change.why);
  return change.run;
}

const running = (run = sampleRun()): Run =>
  ok(begin(ok(take(run, { dispatcher: holder, nowMs: 10 })), { supervisor: holder, nowMs: 11 }));
const reached = (run = running()): Run => ok(reachBudget(run, { what: "usd", atMs: 20, used: 5.4 }));
const failure = { kind: "exited", code: 1 } as const;

describe("budgets", () => {
  it("N40: without limits there is none; of several the one nearest to its end counts", () => {
    expect(judgeBudget(NO_LIMITS, 0, { ...UNKNOWN, usd: 100 })).toBe(null);
    const limits = {
      ...NO_LIMITS,
      run_usd: 5,
      run_tokens: 1_000,
      run_minutes: 60,
      run_tools: 10,
      day_usd: 50,
    };
    const use = { usd: 1, tokens: 300, workMs: 45 * MINUTE_MS, tools: 2, dayUsd: 20 };
    expect(judgeBudget(limits, 0, use)).toEqual({ what: "minutes", used: 45, limit: 60, percent: 75 });
    expect(judgeBudget(limits, 0, { ...use, dayUsd: 49 })).toMatchObject({ what: "day_usd", percent: 98 });
    expect(judgeBudget(limits, 0, { ...use, tools: 10 })).toMatchObject({ what: "tools", percent: 100 });
  });

  it("N45: what is unknown stops nothing and says so", () => {
    const share = judgeBudget({ ...NO_LIMITS, run_usd: 5 }, 0, UNKNOWN);
    expect(share).toEqual({ what: "usd", used: null, limit: 5, percent: null });
    expect(isUsedUp(share)).toBe(false);
    expect(budgetText(share ?? { what: "usd", used: 0, limit: 0 })).toBe("unknown of $5.00");
    const both = { ...NO_LIMITS, run_usd: 5, run_tools: 4 };
    expect(judgeBudget(both, 0, { ...UNKNOWN, tools: 0 })).toMatchObject({ what: "tools", percent: 0 });
  });

  it("N45: what was used beyond it is shown", () => {
    expect(budgetText({ what: "usd", used: 5.4, limit: 5 })).toBe("$5.40 of $5.00");
    expect(budgetText({ what: "tokens", used: 412_000, limit: 400_000 })).toBe("412k of 400k tokens");
    expect(budgetText({ what: "minutes", used: 61, limit: 60 })).toBe("61 of 60 min at work");
    expect(budgetText({ what: "day_usd", used: 51, limit: 50 })).toBe("$51.00 of $50.00 for today");
  });

  it("N41: a share is never shown as more than it is", () => {
    expect([0, 4.9, 5, 79.9, 80, 81.7, 99.99, 100, 108].map(shownPercent)).toEqual([
      0, 0, 5, 75, 80, 81, 99, 100, 108,
    ]);
  });

  it("N43: a run that was stopped for its budget has failed nothing, and is not retried", () => {
    const ended = ok(end(reached(), { end: failure, nowMs: 30 }));
    expect(ended).toMatchObject({ state: "exited", failuresInRow: 0, budget: { reached: { used: 5.4 } } });
    expect(nextStep(ended, POLICY)).toMatchObject({ kind: "stay" });
    expect(ok(lose(reached(), { detail: "gone", nowMs: 30 })).state).toBe("exited");
    // Without it the same end is a failure.
    expect(ok(end(running(), { end: failure, nowMs: 30 })).state).toBe("failed");
    expect(reachBudget(sampleRun(), { what: "usd", atMs: 1 }).kind).toBe("refused");
  });

  it("N44: a raise is another whole budget, and the run continues", () => {
    const ended = ok(end(reached(), { end: failure, nowMs: 30 }));
    const raised = ok(raiseBudget(ended, { by: "eve", atMs: 40 }));
    expect(raised.budget).toEqual({ raises: 1, reached: null });
    const step = nextStep(raised, POLICY);
    expect(step).toMatchObject({ kind: "requeue", because: "person", notBeforeMs: null });
    const again = running(ok(requeue(raised, { notBeforeMs: null, because: "person", nowMs: 50 })));
    expect(again.session).toEqual(ended.session);
    expect(judgeBudget({ ...NO_LIMITS, run_usd: 5 }, 1, { ...UNKNOWN, usd: 5.4 })).toMatchObject({
      limit: 10,
      percent: 54,
    });
  });

  it("N44: one that still works may be raised, but not while it is being stopped, by hand, or closed", () => {
    expect(ok(raiseBudget(running(), { by: "eve", atMs: 1 }))).toMatchObject({
      budget: { raises: 1 },
      followUps: [],
    });
    const refused = [reached(), sampleRun({ kind: "by_hand" }), sampleRun({ state: "closed" })];
    for (const run of refused) expect(raiseBudget(run, { by: "eve", atMs: 1 }).kind).toBe("refused");
  });

  it("N43: another start begins without the old end, since a person wanted it or the settings allow more", () => {
    const ended = ok(end(reached(), { end: failure, nowMs: 30 }));
    const queued = ok(requeue(ended, { notBeforeMs: null, because: "person", nowMs: 40 }));
    expect(running(queued).budget).toEqual({ raises: 0, reached: null });
  });

  describe("N10: the day whose budget stopped a run is over", () => {
    const DAY = { dayStartMs: 1_000, nowMs: 1_001 };
    const HELD = { spared: { kind: "waiting", on: "a raise of its budget" }, held: null } as const;
    const ofDay = (over: Partial<Run> = {}) =>
      ok(reachBudget(running(sampleRun(over)), { what: "day_usd", atMs: 20 }));
    const stopped = (over: Partial<Run> = {}) =>
      ok(hold({ ...ofDay(), ...over }, { end: failure, nowMs: 30, ...HELD }));

    it("continues in its session, and no attempt was counted", () => {
      expect(nextStep(stopped(), POLICY)).toMatchObject({ kind: "stay" });
      const renewed = ok(renewDayBudget(stopped(), DAY));
      expect(renewed).toMatchObject({ budget: { raises: 0, reached: null }, failuresInRow: 0 });
      expect(renewed.followUps).toMatchObject([{ by: "tasks", text: expect.stringContaining("A new day") }]);
      expect(nextStep(renewed, POLICY)).toMatchObject({ kind: "requeue", notBeforeMs: null });
    });

    it("not before it is over, not while its worker is being stopped, and not for the run's own budget", () => {
      const own = ok(hold(reached(), { end: failure, nowMs: 30, ...HELD }));
      expect(renewDayBudget(stopped(), { ...DAY, dayStartMs: 20 }).kind).toBe("refused");
      for (const run of [ofDay(), own]) expect(renewDayBudget(run, DAY).kind).toBe("refused");
    });

    const question = { number: 1, text: "?", choices: [], askedAtMs: 25, answer: null };
    it.each<[string, Partial<Run>]>([
      ["that was stopped by a person", { stopRequest: { kind: "stop", by: "dave", atMs: 25, note: null } }],
      ["that asks", { question }],
      ["that has reported", { outcome: { kind: "done", note: "", atMs: 25 } }],
    ])("one %s waits on", (_, over) => {
      const renewed = ok(renewDayBudget(stopped(over), DAY));
      expect(renewed).toMatchObject({ budget: { reached: null }, followUps: [] });
      expect(nextStep(renewed, POLICY)).toMatchObject({ kind: "stay" });
    });
  });
});
