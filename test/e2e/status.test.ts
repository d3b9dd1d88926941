// The seed's four tests, under its own names, against the real command line: a load triggers a heartbeat, in a process of
// its own; the page reloads itself; a heartbeat that fails never takes the page away, and now the page says so.

import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import { descendantsOf, exampleTree, type Served, serveTasks } from "./tasks-process.ts";

/** Only loads cause cycles in these tests: no timer, no watch. */
const ONLY_LOADS = {
  TASKS_CYCLE_INTERVAL_S: "3600",
  TASKS_CYCLE_SCAN_INTERVAL_S: "3600",
  TASKS_REFRESH_MIN_INTERVAL_MS: "0",
  TASKS_WATCH: "polling",
};

async function serve(): Promise<{ readonly root: string; readonly served: Served }> {
  const root = exampleTree();
  const served = await serveTasks(["--owner", "davefowler"], { cwd: root, env: ONLY_LOADS });
  await expect.poll(async () => (await fetch(`${served.url}/readyz`)).status).toBe(200);
  return { root, served };
}

/** Reads without causing a cycle, as a page of another site would (S5). */
async function look(served: Served): Promise<ServedSnapshot> {
  const answer = await fetch(`${served.url}/status.json`, { headers: { "sec-fetch-site": "cross-site" } });
  return (await answer.json()) as ServedSnapshot;
}

/** The commit dates of a first cycle may bring a second one; then nothing changes any more. */
async function settled(served: Served): Promise<ServedSnapshot> {
  let before = await look(served);
  await expect
    .poll(
      async () => {
        const now = await look(served);
        const isSame = now.cycle === before.cycle;
        before = now;
        return isSame;
      },
      { interval: 300, timeout: 5_000 },
    )
    .toBe(true);
  return before;
}

test("test_status_page_triggers_heartbeat_subprocess: opening /status runs a cycle, in another process", async () => {
  const { served } = await serve();
  expect(descendantsOf(served.process.pid ?? 0)).toHaveLength(1);
  const before = await settled(served);
  const page = await fetch(`${served.url}/status`);
  const after = await look(served);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("dave");
  expect(after.cycle).toBeGreaterThan(before.cycle);
  expect(Date.parse(after.observed_at)).toBeGreaterThan(Date.parse(before.observed_at));
});

test("test_status_json_triggers_heartbeat_subprocess: opening /status.json runs a cycle and answers with its result", async () => {
  const { served } = await serve();
  const before = await settled(served);
  const after = (await (await fetch(`${served.url}/status.json`)).json()) as ServedSnapshot;
  expect(after.cycle).toBeGreaterThan(before.cycle);
  expect(after.freshness).toMatchObject({ state: "fresh", stale: false });
  expect(after.owner).toEqual({ name: "dave", resolved_from: "davefowler (--owner)" });
});

test("test_status_page_contains_meta_refresh: on /status, and on no other page (U1)", async () => {
  const { served } = await serve();
  const refresh = async (path: string) =>
    /<noscript>\s*<meta http-equiv="refresh" content="(\d+)">/.exec(
      await (await fetch(`${served.url}${path}`)).text(),
    )?.[1];
  expect(await refresh("/status")).toBe("30");
  expect(await refresh("/status?refresh=60")).toBe("60");
  expect(await refresh("/status?refresh=off")).toBeUndefined();
  for (const path of ["/tasks/add-strict-owner-validation", "/activity", "/search?q=port", "/nowhere"]) {
    expect(await refresh(path), path).toBeUndefined();
  }
});

test("test_status_page_heartbeat_failure_still_renders: with the last snapshot, marked stale, and with the reason", async () => {
  const { root, served } = await serve();
  const before = await settled(served);
  renameSync(join(root, "tasks"), join(root, "elsewhere"));
  const page = await fetch(`${served.url}/status`);
  const html = await page.text();
  expect(page.status).toBe(200);
  expect(html).toContain("add-strict-owner-validation");
  const after = await look(served);
  expect(after.seq).toBeGreaterThanOrEqual(before.seq);
  expect(after.counts).toEqual(before.counts);
  expect(after.sources.tasks.state).toBe("failing");
  expect(html).toContain(after.sources.tasks.error ?? "no reason given");

  renameSync(join(root, "elsewhere"), join(root, "tasks"));
  const recovered = (await (await fetch(`${served.url}/status.json`)).json()) as ServedSnapshot;
  expect(recovered.sources.tasks.state).toBe("ok");
  expect(recovered.freshness.stale).toBe(false);
});

test("test_status_page_heartbeat_failure_still_renders: also when the heartbeat hangs (F3)", async () => {
  const { served } = await serve();
  await settled(served);
  const [runner = 0] = descendantsOf(served.process.pid ?? 0);
  process.kill(runner, "SIGSTOP");
  try {
    const page = await fetch(`${served.url}/status`);
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(html).toContain("add-strict-owner-validation");
    expect((await look(served)).freshness).toMatchObject({
      state: "late",
      stale: true,
      stale_reason: "timeout",
    });
  } finally {
    process.kill(runner, "SIGCONT");
  }
});
