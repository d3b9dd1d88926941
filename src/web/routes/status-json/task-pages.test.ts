// /status.json by pages, over a fake snapshot: pages join, one snapshot is read whatever is published, and a question
// that cannot be answered as it was meant is refused.

import { describe, expect, test } from "vitest";
import { FakeLiveSnapshot } from "../../../../test/support/fake-live-snapshot.ts";
import {
  OBSERVED_AT_MS,
  STALE,
  sampleAttestation,
  sampleRow,
  sampleSnapshot,
} from "../../../../test/support/sample-snapshot.ts";
import { webContext } from "../../../../test/support/web-fixture.ts";
import { type ServedPage, servedPageSchema, type TaskRow } from "../../../core/contract/snapshot.ts";
import type { Answer } from "../../http/answer.ts";
import { PINNED_MS } from "./pinned-snapshots.ts";
import { createStatusJson } from "./status-json.ts";

const numbered = (count: number, changes: Partial<TaskRow> = {}) =>
  Array.from({ length: count }, (_, at) => ({
    ...sampleRow({ key: `task-${String(at).padStart(3, "0")}`, group: at % 2 === 0 ? "ready" : "active" }),
    ...changes,
  }));

function world(rows: readonly TaskRow[] = numbered(25)) {
  let nowMs = 0;
  const clock = { wallMs: () => OBSERVED_AT_MS + nowMs, monotonicMs: () => nowMs, cpuMs: () => 0 };
  const live = FakeLiveSnapshot.showing(sampleSnapshot(rows));
  const route = createStatusJson(webContext({ live, clock }));
  const ask = (search: string, headers: Record<string, string> = {}): Promise<Answer> =>
    route(headers, { raw: "/status.json", search });
  return {
    live,
    ask,
    page: async (search: string): Promise<ServedPage> => bodyOf(await ask(search)) as ServedPage,
    problem: async (search: string): Promise<Problem> => bodyOf(await ask(search)) as Problem,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

type Problem = { readonly type: string; readonly status: number; readonly detail: string };

const bodyOf = (answer: Answer): unknown => JSON.parse(Buffer.concat(answer.body).toString("utf8"));
const keysOf = ({ tasks }: ServedPage) => tasks.map(({ key }) => key);
const header = (answer: Answer, name: string) =>
  answer.headers[answer.headers.findIndex((text) => text.toLowerCase() === name) + 1];

/** Keys of all pages, and what happens before each but the first. */
async function readAll(
  { page }: ReturnType<typeof world>,
  search: string,
  between: () => void = () => {},
): Promise<string[]> {
  const keys: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    if (cursor !== "") between();
    const read: ServedPage = await page(cursor === "" ? search : `${search}&cursor=${cursor}`);
    keys.push(...keysOf(read));
    cursor = read.next_cursor;
  }
  return keys;
}

describe("P26: pages of /status.json", () => {
  test.each([1, 7, 24, 25, 26])("%i at a time: every task once, in order of key", async (limit) => {
    const all = await readAll(world(), `?limit=${limit}`);
    expect(all).toEqual(numbered(25).map(({ key }) => key));
  });

  test("a page is what its schema says; its counts and header are of the whole", async () => {
    const { live, page } = world();
    const read = await page("?limit=10");
    expect(servedPageSchema.parse(read)).toEqual(read);
    expect(read).toMatchObject({ total: 25, counts: { ready: 13, active: 12 }, seq: 417, epoch: 3 });
    expect(read.freshness).toEqual(live.freshness());
    expect(Object.keys(read)).not.toContain("groups");
  });

  test("without the parameters the answer is the whole, with the keys it always had", async () => {
    const { page } = world();
    const whole = await page("?group=ready&sort=age");
    expect(whole.tasks).toHaveLength(25);
    expect(Object.keys(whole)).not.toContain("next_cursor");
    expect(Object.keys(whole)).toContain("groups");
  });

  test("owner and filters apply, and the next page needs the same ones", async () => {
    const rows = [...numbered(10, { owner: "rj" }), sampleRow({ key: "zz", group: "ready" })];
    const { page, problem } = world(rows);
    const first = await page("?limit=3&group=active&owner=rj");
    expect(keysOf(first)).toEqual(["task-001", "task-003", "task-005"]);
    expect(first).toMatchObject({ total: 5, counts: { active: 5, ready: 5 } });
    const cursor = first.next_cursor ?? "";
    const rest = await page(`?limit=500&group=active&owner=rj&cursor=${cursor}`);
    expect(keysOf(rest)).toEqual(["task-007", "task-009"]);
    expect(rest.next_cursor).toBeNull();
    for (const other of ["group=ready&owner=rj", "group=active&owner=dave", "group=active"]) {
      expect(await problem(`?${other}&cursor=${cursor}`)).toMatchObject({ status: 400 });
    }
  });

  test("the list is of one snapshot, whatever is published while it is read", async () => {
    const started = world();
    let published = 0;
    const keys = await readAll(started, "?limit=10", () => {
      published += 1;
      started.live.publish(numbered(5 * published));
    });
    expect(published).toBe(2);
    expect(keys).toHaveLength(25);
  });

  test("a page of a snapshot that was overtaken is as old as it is, and never fresh", async () => {
    const { live, ask, page } = world();
    const cursor = (await page("?limit=10")).next_cursor ?? "";
    const later = new Date(OBSERVED_AT_MS + 30_000).toISOString();
    live.publish(numbered(3));
    live.attest(sampleAttestation({ observed_at: later }));
    live.setAge(4000);
    const answer = await ask(`?limit=10&cursor=${cursor}`);
    const { freshness, observed_at } = bodyOf(answer) as ServedPage;
    expect(observed_at).toBe(new Date(OBSERVED_AT_MS).toISOString());
    expect(freshness).toMatchObject({ state: "late", stale: true, stale_reason: "old", age_ms: 34_000 });
    expect(header(answer, "age")).toBe("34");
    expect(JSON.parse(header(answer, "tasks-state") ?? "")).toMatchObject({ seq: 417, age_ms: 34_000 });
    live.become(STALE);
    expect((await page(`?limit=10&cursor=${cursor}`)).freshness.stale_reason).toBe("timeout");
  });

  test("a cursor of the newest snapshot holds forever; one of an older snapshot for some minutes after its last use", async () => {
    const { live, page, problem, pass } = world();
    const cursor = (await page("?limit=5")).next_cursor ?? "";
    pass(10 * PINNED_MS);
    expect(keysOf(await page(`?limit=5&cursor=${cursor}`))[0]).toBe("task-005");
    live.publish(numbered(3));
    pass(PINNED_MS - 1);
    await page(`?limit=5&cursor=${cursor}`);
    pass(PINNED_MS - 1);
    await page(`?limit=5&cursor=${cursor}`);
    pass(PINNED_MS);
    const gone = await problem(`?limit=5&cursor=${cursor}`);
    expect(gone).toMatchObject({ status: 410, type: "urn:dataface-tasks:problem:snapshot_gone" });
    expect(gone.detail).toContain("Start again");
  });

  test("few snapshots are kept: the one that was read last outlives the others", async () => {
    const { live, page, ask } = world();
    const first = (await page("?limit=5")).next_cursor ?? "";
    const others: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      live.publish(numbered(20));
      others.push((await page("?limit=5")).next_cursor ?? "");
      expect((await ask(`?limit=5&cursor=${first}`)).status).toBe(200);
    }
    const statuses = await Promise.all(
      others.map(async (cursor) => (await ask(`?limit=5&cursor=${cursor}`)).status),
    );
    expect(statuses.filter((status) => status === 410).length).toBeGreaterThan(10);
  });

  test("the first page asks for an update, the next ones do not", async () => {
    const { live, page } = world();
    const { next_cursor: cursor } = await page("?limit=5");
    expect(live.refreshes).toHaveLength(1);
    await page(`?limit=5&cursor=${cursor}`);
    expect(live.refreshes).toHaveLength(1);
  });

  test("H1: an unchanged page is 304; another page, or another snapshot, is not", async () => {
    const { live, ask } = world();
    const tag = header(await ask("?limit=5"), "etag") ?? "";
    expect((await ask("?limit=5", { "if-none-match": tag })).status).toBe(304);
    expect((await ask("?limit=6", { "if-none-match": tag })).status).toBe(200);
    live.publish(numbered(25));
    expect((await ask("?limit=5", { "if-none-match": tag })).status).toBe(200);
  });

  test.each([
    ["?limit=0", "limit"],
    ["?limit=501", "limit"],
    ["?limit=1e2", "limit"],
    ["?limit=", "limit"],
    ["?limit=-5", "limit"],
    ["?cursor=", "cursor"],
    ["?cursor=WzMsNDE3LCJhIl0", "cursor"],
    ["?cursor=WzMsNDE3LCJhIl0.AAAAAAAAAAAAAAAA", "cursor"],
    ["?cursor=%F0%9F%92%A9.x", "cursor"],
    ["?limit=5&group=redy", "group"],
    ["?limit=5&priority=p9", "priority"],
    ["?limit=5&flag=flawd", "flag"],
  ])("%s is 400 and names the parameter", async (search, name) => {
    const { problem } = world();
    expect(await problem(search)).toMatchObject({
      status: 400,
      type: "urn:dataface-tasks:problem:parameter_invalid",
      detail: expect.stringContaining(`“${name}”`),
    });
  });

  test("a cursor that was cut or changed is refused", async () => {
    const { page, ask } = world();
    const cursor = (await page("?limit=5")).next_cursor ?? "";
    for (let at = 0; at < cursor.length; at += 1) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === "x" ? "y" : "x"}${cursor.slice(at + 1)}`;
      expect((await ask(`?cursor=${changed}`)).status).toBe(400);
      expect((await ask(`?cursor=${cursor.slice(0, at)}`)).status).toBe(400);
    }
  });

  test("an unknown owner is 404, before the first snapshot it is 503", async () => {
    const { ask } = world();
    expect((await ask("?limit=5&owner=ghost")).status).toBe(404);
    const route = createStatusJson(webContext({ live: new FakeLiveSnapshot() }));
    expect((await route({}, { raw: "/status.json", search: "?limit=5" })).status).toBe(503);
  });
});
