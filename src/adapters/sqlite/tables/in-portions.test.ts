import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { attestation, header, row } from "../../../../test/contract/store-samples.ts";
import type { Publication, Store } from "../../../ports/store/store.ts";
import { openSqliteStore } from "../sqlite-store.ts";

/** More than are written at once. */
const MANY = 20_500;

async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), "tasks-staged-"));
  const file = join(folder, "store.sqlite");
  const store = await openSqliteStore({ file, nowMs: () => 0 });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  return { store, file };
}

const claim = (store: Store, id: string) =>
  store.claimLease({ holder: { id, host: "desk", pid: 1, url: null }, termMs: 1_000, nowMs: 0 });

function publication(epoch: number, title: string, count = MANY): Publication {
  const changedRows = Array.from({ length: count }, (_, index) => ({ ...row(`t${index}`), title }));
  const rest = { goneKeys: [], transitions: [], attestation: attestation(1), nowMs: 0 };
  return { epoch, header: header(), changedRows, ...rest };
}

const titlesOf = (rows: readonly { readonly title: string }[]) => [
  ...new Set(rows.map(({ title }) => title)),
];

test("P19: a very large publication gives way to others while it is written, and is seen whole or not at all", async () => {
  const { store, file } = await setUp();
  const { epoch } = (await claim(store, "a")).lease;
  await store.publish(publication(epoch, "before"));
  const seen = new Set<string>();
  let turns = 0;
  const turning = setInterval(async () => {
    turns += 1;
    const { seq } = (await store.readPublished()) ?? { seq: 0 };
    seen.add(
      `${seq}: ${(await store.readRow("t3"))?.title}, ${(await store.readRow(`t${MANY - 1}`))?.title}`,
    );
  }, 1);
  const reported: number[] = [];
  expect(await store.publish(publication(epoch, "after"), (done) => reported.push(done))).toEqual({
    kind: "published",
    seq: 2,
  });
  clearInterval(turning);
  expect(turns).toBeGreaterThan(2);
  expect([...seen]).toEqual(["1: before, before"]);
  expect(reported.at(-1)).toBe(MANY);
  const { rows, complete } = await store.readRows(1);
  expect([rows.length, complete, titlesOf(rows)]).toEqual([MANY, true, ["after"]]);
  const database = new DatabaseSync(file, { readOnly: true });
  expect(database.prepare("SELECT count(*) AS left FROM staged_rows").get()).toEqual({ left: 0 });
  database.close();
});

test("R4: a runner that loses its lease in the middle of a large publication publishes nothing of it", async () => {
  const { store } = await setUp();
  const { epoch } = (await claim(store, "a")).lease;
  let next = 0;
  const result = await store.publish(publication(epoch, "of the first"), (done) => {
    if (done < MANY / 2 || next > 0) return;
    next = 1;
    void store.releaseLease({ epoch }).then(() => claim(store, "b"));
  });
  expect(result).toEqual({ kind: "refused", newestEpoch: epoch + 1 });
  expect((await store.readRows(0)).rows).toEqual([]);
  // What it left behind is no part of what others publish.
  await store.publish(publication(epoch + 1, "of the second", 1));
  expect(titlesOf((await store.readRows(0)).rows)).toEqual(["of the second"]);
  await store.publish(publication(epoch + 1, "all of the second"));
  expect(titlesOf((await store.readRows(0)).rows)).toEqual(["all of the second"]);
});

test("P19: rows are read in portions; a publication that overtakes the reading is read from the start", async () => {
  const { store } = await setUp();
  const { epoch } = (await claim(store, "a")).lease;
  await store.publish(publication(epoch, "before", 3_000));
  let isOvertaken = false;
  const reported: string[] = [];
  const { rows } = await store.readRows(0, (done, total) => {
    reported.push(`${done} of ${total}`);
    if (isOvertaken) return;
    isOvertaken = true;
    void store.publish(publication(epoch, "after", 3_000));
  });
  expect([rows.length, titlesOf(rows)]).toEqual([3_000, ["after"]]);
  expect(reported).toEqual(["1000 of 3000", "1000 of 3000", "2000 of 3000"]);
});
