import { expect, test } from "vitest";
import type { AttemptUse } from "../contract/run.ts";
import type { RunId } from "../records/run-id.ts";
import type { UsageRecord } from "../records/usage-record.ts";
import { HOUR_MS } from "../values/durations.ts";
import { missingUse } from "./missing-use.ts";
import { parsePrice } from "./prices.ts";

const FACTS = {
  ...{ run: "r1" as RunId, startedAtMs: 5, key: "a", owner: null, worker: "claude", account: "claude@mac" },
  model: "gpt-5",
};
const record = (over: Partial<UsageRecord>): UsageRecord => ({
  ...{ ...FACTS, hourMs: HOUR_MS, input: 100, output: 10, cached: 900, usd: 1, isEstimate: false },
  ...{ tools: 2, workMs: 60_000, countsTokens: true },
  ...over,
});
const use = (over: Partial<AttemptUse> = {}): AttemptUse => ({
  ...{ tokens: { input: 1_150, output: 15, cached: 900 }, cost: { usd: 1, isEstimate: false } },
  ...{ events: 9, unparsed: 0, tools: 3, workMs: 80_000 },
  ...over,
});
const lost = (given: AttemptUse, lastAtMs: number, prices: readonly string[] = []) => ({
  ...{ ...FACTS, use: given, lastAtMs, prices: prices.flatMap((line) => parsePrice(line) ?? []) },
});

test("N96: what was counted after the ledger was last written is added to the record of its hour", () => {
  const other = record({ startedAtMs: 99, input: 7_000 });
  expect(missingUse([record({}), other], lost(use(), 1.5 * HOUR_MS))).toEqual(
    record({ input: 250, output: 15, tools: 3, workMs: 80_000 }),
  );
});

test("N96: in a later hour it is a record of its own, whose cost is unknown without a price", () => {
  const found = missingUse([record({})], lost(use(), 2.5 * HOUR_MS));
  expect(found).toMatchObject({ hourMs: 2 * HOUR_MS, input: 150, output: 5, cached: 0, tools: 1, usd: null });
  const priced = missingUse([record({})], lost(use(), 2.5 * HOUR_MS, ["gpt-5 10000 100000"]));
  expect(priced).toMatchObject({ usd: 1.5 + 0.5, isEstimate: true });
  const reported = use({ cost: { usd: 1.25, isEstimate: false } });
  expect(missingUse([record({})], lost(reported, 2.5 * HOUR_MS))).toMatchObject({ usd: 0.25 });
});

test("N96: a ledger that has all of it, or more, is left alone", () => {
  expect(
    missingUse([record({ input: 250, output: 15, tools: 3, workMs: 80_000 })], lost(use(), HOUR_MS)),
  ).toBe(null);
  const unknown = { tokens: null, cost: null, events: 1, unparsed: 0 };
  expect(missingUse([record({})], lost(unknown, HOUR_MS))).toBe(null);
  expect(missingUse([], lost(unknown, HOUR_MS))).toBe(null);
});
