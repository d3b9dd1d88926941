// What a damaged database says of pull requests: that it is damaged, never something that is not so.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { holder, T0_MS, TERM_MS } from "../../../../test/contract/store-samples.ts";
import {
  deliveryRecord,
  lookedUp,
  pullRequest,
  rebaseAttempt,
} from "../../../../test/support/pull-request-samples.ts";
import type { Store } from "../../../ports/store/store.ts";
import { openSqliteStore } from "../sqlite-store.ts";

let folder: string;
let store: Store;
const CARE = deliveryRecord({ rebase: rebaseAttempt() });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tasks-pull-requests-"));
  store = await openSqliteStore({ file: join(folder, "store.sqlite"), nowMs: () => T0_MS });
  const { lease } = await store.claimLease({ holder: holder("a"), termMs: TERM_MS, nowMs: T0_MS });
  await store.writePullRequests({
    epoch: lease.epoch,
    state: lookedUp(),
    changed: [pullRequest()],
    gone: [],
  });
  await store.replaceCare({ before: null, after: CARE });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Changes what is stored behind the store's back. */
function damage(table: string, body: string): void {
  const database = new DatabaseSync(join(folder, "store.sqlite"));
  database.prepare(`UPDATE ${table} SET body = ?`).run(body);
  database.close();
}

const TABLES = ["pull_requests", "look_ups", "pull_request_care"] as const;
const GOOD = {
  pull_requests: pullRequest(),
  look_ups: lookedUp({ askedAtMs: { "task/a": T0_MS } }),
  pull_request_care: CARE,
};

test.each(
  TABLES.flatMap((table) => ["", "{", "null", "[]", "7", '"x"', "{}"].map((body) => [table, body] as const)),
)("R5: in %s %j is damage", async (table, body) => {
  damage(table, body);
  await expect(store.readPullRequests()).rejects.toMatchObject({ name: "StoreError", kind: "corrupt" });
});

test.each<[(typeof TABLES)[number], object]>([
  ["pull_requests", { state: "gone" }],
  ["pull_requests", { number: "712" }],
  ["pull_requests", { title: null }],
  ["pull_requests", { checks: { failing: 1 } }],
  ["pull_requests", { labels: [7] }],
  ["pull_requests", { mergedAtMs: undefined }],
  ["look_ups", { standing: { kind: "fine" } }],
  ["look_ups", { standing: { kind: "failing", message: "m" } }],
  ["look_ups", { askedAtMs: { "task/a": "noon" } }],
  ["look_ups", { askedAtMs: [1] }],
  ["look_ups", { askedAtMs: null }],
  ["look_ups", { news: { limit: 1 } }],
  ["pull_request_care", { rebase: { ...rebaseAttempt(), outcome: "lost" } }],
  ["pull_request_care", { repairs: [{ headCommit: "x", because: "mood", atMs: 1 }] }],
  ["pull_request_care", { repairs: null }],
])("R5: in %s %j is damage", async (table, changes) => {
  damage(table, JSON.stringify({ ...GOOD[table], ...changes }));
  await expect(store.readPullRequests()).rejects.toMatchObject({ name: "StoreError", kind: "corrupt" });
});

test.each(TABLES)("what is whole in %s is read", async (table) => {
  damage(table, JSON.stringify(GOOD[table]));
  expect((await store.readPullRequests()).known).toEqual([pullRequest()]);
});

test("R5: damaged care is never taken for none, and so never overwritten", async () => {
  damage("pull_request_care", "{}");
  await expect(store.replaceCare({ before: null, after: CARE })).rejects.toMatchObject({ kind: "corrupt" });
});
