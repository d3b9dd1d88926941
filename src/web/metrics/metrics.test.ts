import { expect, test } from "vitest";
import { FakeLiveSnapshot } from "../../../test/support/fake-live-snapshot.ts";
import { SOURCES, sourcesWith } from "../../../test/support/sample-pull-requests.ts";
import { OBSERVED_AT_MS, STALE, sampleAttestation } from "../../../test/support/sample-snapshot.ts";
import { createScrape, WebMetrics } from "./metrics.ts";

/** A line of the exposition format: name, labels, value. */
const LINE = /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)+)\})? (NaN|[-+0-9.e]+)$/;

function parse(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || /^# (HELP|TYPE) /.test(line)) continue;
    const [, name, labels, value] = LINE.exec(line) ?? [];
    if (name === undefined) throw new Error(`Not in the exposition format: ${line}`);
    values.set(labels === undefined ? name : `${name}{${labels}}`, Number(value));
  }
  return values;
}

test("H7: last success, failures by reason, coalesced refreshes, viewers, requests and groups; no text of a task", async () => {
  const live = FakeLiveSnapshot.showing();
  live.countersNow = {
    refreshesRequested: 7,
    refreshesCoalesced: 5,
    cyclesSucceeded: 2,
    cyclesFailedByReason: { timeout: 3, disk: 1 },
  };
  const metrics = new WebMetrics();
  metrics.countRequest("/status", 200);
  metrics.countRequest("/status", 200);
  metrics.countRequest("/tasks/:slug", 404);
  const scrape = createScrape({ live, metrics, viewers: () => 3 });
  await scrape();
  live.become(STALE);
  const { text, type } = await scrape();
  expect(type).toContain("text/plain");
  expect(type).toContain("charset=utf-8");
  expect(Object.fromEntries(parse(text))).toMatchObject({
    tasks_last_success_timestamp_seconds: OBSERVED_AT_MS / 1000,
    tasks_snapshot_stale: 1,
    tasks_snapshot_age_seconds: 180,
    'tasks_cycles_failed_total{reason="timeout"}': 3,
    'tasks_cycles_failed_total{reason="disk"}': 1,
    tasks_refreshes_coalesced_total: 5,
    tasks_refreshes_requested_total: 7,
    tasks_viewers: 3,
    'tasks_http_requests_total{route="/status",status="200"}': 2,
    'tasks_http_requests_total{route="/tasks/:slug",status="404"}': 1,
    'tasks_in_group{group="needs_attention"}': 3,
    'tasks_in_group{group="in_review"}': 0,
  });
  for (const row of live.view()?.snapshot.tasks ?? []) expect(text).not.toContain(row.key);
});

test("H7: the budget for pull requests and the newest sync, once there was one", async () => {
  const live = FakeLiveSnapshot.showing();
  const scrape = createScrape({ live, metrics: new WebMetrics(), viewers: () => 0 });
  const names = async () => [...parse((await scrape()).text).keys()];
  expect((await names()).some((name) => name.startsWith("tasks_pull_requests"))).toBe(false);
  live.attest(sampleAttestation({ sources: sourcesWith(SOURCES.failing) }));
  expect(Object.fromEntries(parse((await scrape()).text))).toMatchObject({
    tasks_pull_requests_last_success_timestamp_seconds: OBSERVED_AT_MS / 1000 - 420,
    tasks_pull_requests_budget_limit: 5000,
    tasks_pull_requests_budget_remaining: 4812,
  });
});

test("H7: before the first snapshot there are no numbers that could be taken for zero", async () => {
  const { text } = await createScrape({
    live: new FakeLiveSnapshot(),
    metrics: new WebMetrics(),
    viewers: () => 0,
  })();
  const values = parse(text);
  expect(values.has("tasks_last_success_timestamp_seconds")).toBe(false);
  expect([...values.keys()].some((name) => name.startsWith("tasks_in_group"))).toBe(false);
});
