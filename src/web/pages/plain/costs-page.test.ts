import { expect, test } from "vitest";
import { FakeLiveSnapshot } from "../../../../test/support/fake-live-snapshot.ts";
import { FakeWork } from "../../../../test/support/fake-work.ts";
import { startTestServer } from "../../../../test/support/web-fixture.ts";
import type { RunId } from "../../../core/contract/run.ts";
import { costReport } from "../../../core/costs/cost-report.ts";
import type { UsageRecord } from "../../../core/records/usage-record.ts";
import { UTC } from "../../../core/values/local-time.ts";
import { createScrape, WebMetrics } from "../../metrics/metrics.ts";

const record = (over: Partial<UsageRecord>): UsageRecord => ({
  ...{ run: "r1" as RunId, startedAtMs: 0, hourMs: Date.now(), key: "a/<b>", owner: null, worker: "careful" },
  ...{ account: "claude@mac", model: null, input: 412_000, output: 31_000, cached: 9, usd: 1.2 },
  ...{ isEstimate: true, tools: 3, workMs: 60_000, countsTokens: true },
  ...over,
});
const USED = [
  record({}),
  record({ run: "r2" as RunId, worker: "gone", usd: null, countsTokens: false, input: 0, output: 0 }),
];

test("N37: /costs and /costs.json say what is known, what is estimated and what is unknown", async () => {
  const work = new FakeWork();
  work.used = USED;
  const server = await startTestServer({ runs: work.runs });
  try {
    const get = async (path: string) => await (await fetch(`http://127.0.0.1:${server.port}${path}`)).text();
    const page = await get("/costs?by=task&days=30");
    expect(page).toContain("≥ ≈ $1.20, 1 run unknown");
    expect(page).toContain("≥ 412k in, 31k out");
    expect(page).not.toContain("a/<b>");
    const json = JSON.parse(await get("/costs.json?by=worker"));
    expect(
      json.rows.map((row: { readonly name: string; readonly usd: number | null }) => [row.name, row.usd]),
    ).toEqual([
      ["careful", 1.2],
      ["gone", null],
    ]);
    expect(json.rows[1]).toMatchObject({ input_tokens: null, runs_of_unknown_cost: 1 });
    expect(json.total).toMatchObject({ usd: 1.2, estimated: true, runs: 2, tool_calls: 6 });
    expect(await get("/costs?by=moon")).toContain("by");
  } finally {
    await server.close();
  }
});

test("N37: metrics have dollars and tokens of today, by configured worker", async () => {
  const report = costReport(USED, { by: "worker", sinceMs: 0, zone: UTC });
  const sources = { live: FakeLiveSnapshot.showing(), metrics: new WebMetrics(), viewers: () => 0 };
  const scrape = createScrape({ ...sources, costs: async () => report, workers: () => ["careful"] });
  const { text } = await scrape();
  expect(text).toContain('tasks_used_today_usd{worker="careful"} 1.2');
  expect(text).toContain('tasks_used_today_tokens{worker="careful"} 443000');
  expect(text).not.toContain("gone");
  const failing = createScrape({
    ...sources,
    costs: () => Promise.reject(new Error("busy")),
    workers: () => ["careful"],
  });
  expect((await failing()).text).not.toContain("tasks_used_today_usd{");
});
