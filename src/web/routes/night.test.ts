// /night: each number opens its rows, and there are as many as it says.

import { expect, test } from "vitest";
import { FakeLiveSnapshot } from "../../../test/support/fake-live-snapshot.ts";
import { FakeWork } from "../../../test/support/fake-work.ts";
import { storedRun } from "../../../test/support/sample-runs.ts";
import { sampleAttestation, sampleRow, sampleSnapshot } from "../../../test/support/sample-snapshot.ts";
import { responseOf, webContext } from "../../../test/support/web-fixture.ts";
import type { Attempt, AttemptSpared, RunId } from "../../core/contract/run.ts";
import type { Group } from "../../core/contract/snapshot.ts";
import type { UsageRecord } from "../../core/records/usage-record.ts";
import { HOUR_MS, MINUTE_MS } from "../../core/values/durations.ts";
import { createApp } from "../server/app.ts";

const UNTIL_MS = Date.now() - MINUTE_MS;
const SINCE_MS = UNTIL_MS - 9 * HOUR_MS;

const key = (group: Group, at: number) => `${group}-${at}`;
/** More landed than a page of a list has. */
const GROUPS = [...Array<Group>(107).fill("done"), ...Array<Group>(5).fill("in_review")];
const ASKING = Array<Group>(3).fill("needs_attention");
const KEYS = [...GROUPS, ...ASKING].map((group, at) => [group, key(group, at)] as const);

const LIMIT: AttemptSpared = {
  kind: "paused",
  cause: "limit",
  scope: { kind: "account", name: "claude@desk" },
  why: "5-hour limit reached",
};

const attempt = (number: number, over: Partial<Attempt>): Attempt => ({
  ...{ number, startedAtMs: SINCE_MS, endedAtMs: SINCE_MS + number * HOUR_MS },
  end: { kind: "exited", code: 0 },
  ...over,
});

const used = (hourMs: number, usd: number): UsageRecord => ({
  ...{ run: "run-a" as RunId, startedAtMs: 0, hourMs, key: key("done", 0), owner: "dave" },
  ...{ worker: "claude", account: "claude@desk", model: null, input: 1, output: 1, cached: 0 },
  ...{ usd, isEstimate: false, tools: 1, workMs: 1, countsTokens: true },
});

function open() {
  const work = new FakeWork();
  work.stored = [1, 2, 3].map((at) =>
    storedRun(key("done", at), {
      attempts: [
        attempt(1, { end: { kind: "exited", code: 2 } }),
        attempt(2, { end: { kind: "exited", code: at } }),
        attempt(3, { spared: LIMIT }),
        attempt(4, { end: { kind: "exited", code: 2 }, endedAtMs: SINCE_MS - 1 }),
      ],
    }),
  );
  work.transitions = KEYS.map(([group, one], id) => ({
    ...{ kind: "moved" as const, key: one, atMs: SINCE_MS + 1, title: one, owner: null, id, seq: 1 },
    ...{ from: "active" as const, to: group, reason: "" },
  }));
  const hour = (ms: number) => Math.floor(ms / HOUR_MS) * HOUR_MS;
  work.used = [used(hour(SINCE_MS) - HOUR_MS, 100), used(hour(SINCE_MS), 2), used(hour(UNTIL_MS), 3.5)];
  work.spans = [0, 1, 2, 5, 8].map((at) => ({
    ...{ host: "desk", fromMs: SINCE_MS + at * HOUR_MS, toMs: SINCE_MS + (at + 1) * HOUR_MS },
    uses: { working: HOUR_MS, ...(at === 5 ? { outage: HOUR_MS } : { limit: HOUR_MS }) },
  }));
  work.sleeps = [{ host: "desk", fromMs: SINCE_MS + 3 * HOUR_MS, toMs: SINCE_MS + 4 * HOUR_MS }];
  const rows = KEYS.map(([group, one]) => sampleRow({ key: one, title: one, group }, 5));
  const sample = sampleSnapshot(rows);
  const live = new FakeLiveSnapshot();
  live.show({ ...sample, dispatch: { ...sample.dispatch, host: "desk", per_host: 2 } }, sampleAttestation());
  const app = createApp(webContext({ live, runs: work.runs }), {
    scrape: async () => ({ type: "text/plain", text: "" }),
    stream: async () => null,
    streamCookie: () => "stream=1",
  });
  return async (path: string) => {
    const answer = await responseOf(app, path, { headers: { accept: "text/html" }, method: "GET" });
    expect(answer.status, path).toBe(200);
    return (await answer.text()).replaceAll("&amp;", "&");
  };
}

const NIGHT = `/night?since=${SINCE_MS}&until=${UNTIL_MS}`;
const bodyOf = (page: string) => /<tbody>(.*?)<\/tbody>/s.exec(page)?.[1] ?? "";
const rowsOf = (page: string) => [...bodyOf(page).matchAll(/<tr[ >]/g)].length;
const nextOf = (page: string) => /<a class="btn" rel="next" href="([^"]*)"/.exec(page)?.[1] ?? null;

/** Of all pages of a list. */
async function countRows(get: (path: string) => Promise<string>, path: string): Promise<number> {
  let count = 0;
  for (let next: string | null = path; next !== null; ) {
    const page = await get(next);
    count += rowsOf(page);
    next = nextOf(page);
  }
  return count;
}

test("N98: each number of a night opens a page with as many rows", async () => {
  const get = open();
  const page = await get(NIGHT);
  const facts = /<ul class="night">.*?<\/ul>/s.exec(page)?.[0] ?? "";
  const numbers = [...facts.matchAll(/<a href="([^"]*)"><b>(\d+)<\/b><\/a>/g)];
  expect(numbers.map(([, , count]) => Number(count))).toEqual([107, 5, 3, 6, 3]);
  for (const [, url = "", count] of numbers) expect(await countRows(get, url), url).toBe(Number(count));
});

test("N98: each cause opens its attempts, each of which leads to its run", async () => {
  const get = open();
  const page = await get(NIGHT);
  const causes = [...page.matchAll(/<a href="(\/night\?[^"]*cause=[^"]*)">(\d+)<\/a>/g)];
  // Exit code 2 four times, 1 and 3 once each; the limit three times.
  expect(causes.map(([, , count]) => Number(count))).toEqual([4, 1, 1, 3]);
  for (const [, url = "", count] of causes) {
    const list = await get(url);
    expect(rowsOf(list), url).toBe(Number(count));
    expect([...list.matchAll(/href="\/runs\/run-done-\d">attempt \d</g)]).toHaveLength(Number(count));
  }
});

test("N98: each use of the slots opens the times that sum up to it", async () => {
  const get = open();
  const page = await get(NIGHT);
  const uses = [...page.matchAll(/<a href="(\/night\?[^"]*use=(\w+))">([\d.]+ h)<\/a>/g)];
  const hours = new Map(uses.map(([, , use, words]) => [use, words]));
  expect(Object.fromEntries(hours)).toEqual({
    ...{ working: "5.0 h", limit: "4.0 h", outage: "1.0 h" },
    ...{ asleep: "2.0 h", not_running: "6.0 h" },
  });
  for (const [, url = "", use, words = ""] of uses) {
    const list = await get(url);
    expect(list, use).toContain(`<td class="inline num">${words}</td>`);
    const sum = [...bodyOf(list).matchAll(/>([\d.]+) h</g)].reduce((all, [, one]) => all + Number(one), 0);
    expect(sum, use).toBeCloseTo(Number.parseFloat(words), 6);
  }
  // The first three hours of limits are one row.
  expect(rowsOf(await get(uses.find(([, , use]) => use === "limit")?.[1] ?? ""))).toBe(2);
});

test("N98: the cost opens the costs of the same hours", async () => {
  const get = open();
  const [, url = "", cost] = /Cost <a href="([^"]*)">([^<]*)</.exec(await get(NIGHT)) ?? [];
  expect(cost).toBe("$5.50");
  const total = /<tr class="total">.*?<\/tr>/s.exec(await get(url))?.[0];
  expect(total).toContain("$5.50");
});

test("N98: the time of a list is that of its number; a list that there is not is refused", async () => {
  const get = open();
  expect(await get("/night?hours=8")).toContain('aria-current="true">8 h<');
  expect(await get(NIGHT)).not.toContain('aria-current="true">');
  const context = webContext({ runs: new FakeWork().runs });
  const app = createApp(context, {
    scrape: async () => ({ type: "text/plain", text: "" }),
    stream: async () => null,
    streamCookie: () => "stream=1",
  });
  for (const show of ["show=all", "show=slots&use=sleeping"]) {
    const answer = await responseOf(app, `/night?${show}`, { headers: {}, method: "GET" });
    expect(answer.status, show).toBe(400);
  }
});
