import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import type { AgentEvent } from "../agent/contract/agent-event.ts";
import type { RunId } from "../contract/run.ts";
import type { UsageRecord } from "../records/usage-record.ts";
import { HOUR_MS, MINUTE_MS } from "../values/durations.ts";
import { parsePrice } from "./prices.ts";
import { UsageMeter } from "./usage-meter.ts";

const FACTS = {
  ...{ run: "r1" as RunId, startedAtMs: 5, key: "a", owner: "dave", worker: "claude", account: "claude@mac" },
};
const PRICES = [parsePrice("claude-sonnet-* 3 15 0.3"), parsePrice("gpt-5 2 10")].flatMap((one) => one ?? []);

const meter = (prices = PRICES) => new UsageMeter({ ...FACTS, prices });
const usage = (input: number, output: number, cached = 0): AgentEvent => ({
  ...{ kind: "usage", input, output, cached, contextPercent: null },
});
const cost = (usd: number, isEstimate = false): AgentEvent => ({ kind: "cost", usd, isEstimate });
const session = (model: string | null): AgentEvent => ({ kind: "session", id: "s", model, version: null });
const tool = (id: string, state: "running" | "ok"): AgentEvent => ({
  ...{ kind: "tool", id, name: "Bash", does: "run", input: "ls", state, exitCode: null, ms: null },
  ...{ output: null, lines: null },
});

describe("what an attempt uses", () => {
  it("N35: by the hour, without what was read from a cache; a later record of an hour replaces it", () => {
    const used = meter([]);
    used.note(usage(1_000, 50, 900), HOUR_MS + 1);
    used.note(tool("1", "running"), HOUR_MS + 2);
    used.note(tool("1", "ok"), HOUR_MS + 3);
    used.addWork(90_000, HOUR_MS + 4);
    const first = used.takeRecords();
    expect(first).toEqual([
      {
        ...FACTS,
        ...{ hourMs: HOUR_MS, model: null, input: 100, output: 50, cached: 900 },
        ...{ usd: null, isEstimate: false, tools: 1, workMs: 90_000, countsTokens: true },
      },
    ]);
    expect(used.takeRecords()).toEqual([]);
    used.note(usage(10, 5), 2 * HOUR_MS - 1);
    used.note(usage(7, 3), 2 * HOUR_MS);
    expect(used.takeRecords()).toMatchObject([
      { hourMs: HOUR_MS, input: 110, output: 55 },
      { hourMs: 2 * HOUR_MS, input: 7, output: 3 },
    ]);
    used.putBack(first);
    expect(used.takeRecords()).toHaveLength(1);
  });

  it("N36: a reported cost is spread over the hours of its tokens", () => {
    const used = meter([]);
    used.note(usage(300, 0), 0);
    used.note(usage(100, 0), HOUR_MS);
    expect(used.takeRecords().map(({ usd }) => usd)).toEqual([null, null]);
    used.note(cost(4), 2 * HOUR_MS);
    expect(used.takeRecords().map(({ usd, isEstimate }) => [usd, isEstimate])).toEqual([
      [3, false],
      [1, false],
    ]);
    expect(used.total().cost).toEqual({ usd: 4, isEstimate: false });
  });

  it("N39: without a report it is estimated by the price list, and says so", () => {
    const used = meter();
    used.note(session("claude-sonnet-5"), 0);
    used.note(usage(3_000_000, 1_000_000, 2_000_000), 0);
    expect(used.total().cost).toEqual({ usd: 3 + 15 + 0.6, isEstimate: true });
    // What was reported replaces what was estimated.
    used.note(cost(20), 0);
    expect(used.total().cost).toEqual({ usd: 20, isEstimate: false });
    used.note(usage(1_000_000, 0), 0);
    expect(used.total().cost).toEqual({ usd: 23, isEstimate: true });
  });

  it("N96: an agent that says it used nothing has a known use of 0, and no record unless it worked", () => {
    const used = meter();
    used.note(usage(0, 0), 0);
    used.note(cost(0, true), 0);
    expect(used.total()).toMatchObject({ cost: { usd: 0 }, tokens: 0 });
    expect(used.takeRecords()).toEqual([]);
    used.addWork(2 * MINUTE_MS, 0);
    expect(used.takeRecords()).toMatchObject([{ usd: 0, input: 0, countsTokens: true }]);
  });

  it("N96: an hour that was written before the agent counted is written again", () => {
    const used = meter([]);
    used.addWork(2 * MINUTE_MS, 0);
    expect(used.takeRecords()).toMatchObject([{ hourMs: 0, countsTokens: false }]);
    used.note(usage(10, 5), HOUR_MS);
    expect(used.takeRecords().map(({ countsTokens }) => countsTokens)).toEqual([true, true]);
  });

  it("N36: what no report and no price says is unknown, never 0", () => {
    const used = meter();
    expect(used.total()).toEqual({ cost: null, tokens: null, tools: 0, workMs: 0 });
    used.note(session("other-model"), 0);
    used.note(usage(10, 10), 0);
    expect(used.total().cost).toBe(null);
    const silent = meter();
    silent.note(session("gpt-5"), 0);
    silent.note(tool("1", "ok"), 0);
    expect(silent.takeRecords()).toMatchObject([{ usd: null, countsTokens: false }]);
  });

  it("N35: an attempt that did nothing leaves no record, unless it ran for a minute", () => {
    const used = meter();
    used.note(session("gpt-5"), 0);
    used.addWork(MINUTE_MS - 1, 0);
    expect(used.takeRecords()).toEqual([]);
    used.addWork(1, 0);
    expect(used.takeRecords()).toMatchObject([{ workMs: MINUTE_MS }]);
  });

  it("N35: whatever comes when, stored records add up to what was said", () => {
    const event = fc.oneof(
      fc
        .record({ input: fc.nat(9_000), output: fc.nat(900), cached: fc.nat(20_000) })
        .map((one) => usage(one.input, one.output, one.cached)),
      fc.integer({ min: 1, max: 400 }).map((cents) => cost(cents / 100)),
      fc.integer({ min: 0, max: 30 }).map((id) => tool(String(id), "ok")),
    );
    const steps = fc.array(fc.record({ event, hour: fc.nat(5), isWritten: fc.boolean() }), { minLength: 1 });
    fc.assert(
      fc.property(steps, (all) => {
        const used = meter([]);
        const stored = new Map<number, UsageRecord>();
        const write = () => {
          for (const record of used.takeRecords()) stored.set(record.hourMs, record);
        };
        for (const { event, hour, isWritten } of all) {
          used.note(event, hour * HOUR_MS);
          if (isWritten) write();
        }
        write();
        const sum = (value: (record: UsageRecord) => number) =>
          [...stored.values()].reduce((total, one) => total + value(one), 0);
        const said = all.map((step) => step.event);
        const outputs = said.reduce((total, one) => total + (one.kind === "usage" ? one.output : 0), 0);
        const usd = said.reduce((total, one) => total + (one.kind === "cost" ? one.usd : 0), 0);
        expect(sum(({ output }) => output)).toBe(outputs);
        expect(sum((record) => record.tools)).toBe(said.filter(({ kind }) => kind === "tool").length);
        expect(sum((record) => record.usd ?? 0)).toBeCloseTo(usd, 6);
        expect(used.total().cost?.usd ?? 0).toBeCloseTo(usd, 6);
      }),
      { numRuns: rounds({ short: 100, full: 5_000 }) },
    );
  });
});
