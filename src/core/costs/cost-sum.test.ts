import { describe, expect, it } from "vitest";
import type { RunId } from "../contract/run.ts";
import type { UsageRecord } from "../records/usage-record.ts";
import { HOUR_MS } from "../values/durations.ts";
import { UTC, type Zone } from "../values/local-time.ts";
import { sumUsage } from "./cost-sum.ts";
import { costTable } from "./cost-table.ts";
import { costSumText, tokenSumText } from "./cost-words.ts";
import { dayStartMs, localDay, nextDayStartMs } from "./local-day.ts";
import { parsePrice, priceOf } from "./prices.ts";

const record = (over: Partial<UsageRecord> & { readonly of?: string } = {}): UsageRecord => {
  const { of = "r1", ...rest } = over;
  return {
    ...{ run: of as RunId, startedAtMs: 0, hourMs: 0, key: "a", owner: "dave", worker: "claude" },
    ...{ account: "claude@mac", model: null, input: 10, output: 5, cached: 90, usd: 1.2, isEstimate: false },
    ...{ tools: 3, workMs: 60_000, countsTokens: true },
    ...rest,
  };
};
const words = (...records: UsageRecord[]) => costSumText(sumUsage(records));

describe("costs", () => {
  it("N36: a sum says what is estimated and how many runs are unknown", () => {
    expect(words(record())).toBe("$1.20");
    expect(words(record(), record({ isEstimate: true, usd: 0.3 }))).toBe("≈ $1.50");
    const unknown = (of: string) => record({ of, usd: null });
    expect(words(record(), unknown("r2"), unknown("r2"), unknown("r3"))).toBe("≥ $1.20, 2 runs unknown");
    expect(words(record({ isEstimate: true }), unknown("r2"))).toBe("≥ ≈ $1.20, 1 run unknown");
    expect(words(unknown("r2"))).toBe("–");
    expect(words()).toBe("–");
  });

  it("N96: tokens that were counted are shown, also where a part of the run was not", () => {
    const tokens = (...records: UsageRecord[]) => tokenSumText(sumUsage(records));
    const refused = record({ input: 0, output: 0, cached: 0, countsTokens: false });
    expect(tokens(record(), refused)).toBe("≥ 10 in, 5 out");
    expect(tokens(refused)).toBe("–");
    expect(tokens()).toBe("–");
  });

  it("N37: by task, worker, owner and day, the most expensive and the newest first", () => {
    const records = [
      record({ key: "a", usd: 1 }),
      record({ of: "r2", key: "b", usd: 2, worker: "codex", owner: null, hourMs: 30 * HOUR_MS }),
      record({ of: "r3", key: "c", usd: null, countsTokens: false, hourMs: 31 * HOUR_MS }),
    ];
    const rows = (by: Parameters<typeof costTable>[1]) =>
      costTable(records, by, UTC).map((row) => [row.name, row.usd, row.runs, row.unknownRuns]);
    expect(rows("task")).toEqual([
      ["b", 2, 1, 0],
      ["a", 1, 1, 0],
      ["c", null, 1, 1],
    ]);
    expect(rows("worker")).toEqual([
      ["codex", 2, 1, 0],
      ["claude", 1, 2, 1],
    ]);
    expect(rows("owner").map(([name]) => name)).toEqual([null, "dave"]);
    expect(rows("day")).toEqual([
      ["1970-01-02", 2, 2, 1],
      ["1970-01-01", 1, 1, 0],
    ]);
  });

  it("N38: a day is a local one, of 23 or 25 hours when the clocks change", () => {
    const change = Date.parse("2026-03-29T01:00:00Z");
    const back = Date.parse("2026-10-25T01:00:00Z");
    const berlin: Zone = (atMs) => (atMs >= change && atMs < back ? 120 : 60);
    const at = (iso: string) => Date.parse(iso);
    expect(localDay(at("2026-03-28T22:59:00Z"), berlin)).toBe("2026-03-28");
    expect(localDay(at("2026-03-28T23:00:00Z"), berlin)).toBe("2026-03-29");
    const noon = at("2026-03-29T10:00:00Z");
    expect(nextDayStartMs(noon, berlin) - dayStartMs(noon, berlin)).toBe(23 * HOUR_MS);
    const autumn = at("2026-10-25T10:00:00Z");
    expect(nextDayStartMs(autumn, berlin) - dayStartMs(autumn, berlin)).toBe(25 * HOUR_MS);
    for (let hour = 0; hour < 400; hour++) {
      const now = at("2026-10-20T00:30:00Z") + hour * HOUR_MS;
      const start = dayStartMs(now, berlin);
      expect(start).toBeLessThanOrEqual(now);
      expect(nextDayStartMs(now, berlin)).toBeGreaterThan(now);
      expect(localDay(start, berlin)).toBe(localDay(now, berlin));
      expect(localDay(start - 1, berlin)).not.toBe(localDay(now, berlin));
    }
  });

  it("N39: the first line that names the model counts; what is no line is none", () => {
    const list = ["claude-sonnet-* 3 15 0.3", "claude-* 9 9", "GPT-5 2 10"].flatMap(
      (line) => parsePrice(line) ?? [],
    );
    expect(priceOf(list, "claude-sonnet-5")?.cached).toBe(0.3);
    expect(priceOf(list, "claude-opus")).toEqual({ model: "claude-*", input: 9, output: 9, cached: 9 });
    expect(priceOf(list, "gpt-5")?.output).toBe(10);
    expect([priceOf(list, "gpt-5-mini"), priceOf(list, null)]).toEqual([null, null]);
    expect(["", "x", "x 1", "x 1 y", "x 1 2 3 4", "x -1 2"].map(parsePrice)).toEqual(Array(6).fill(null));
  });
});
