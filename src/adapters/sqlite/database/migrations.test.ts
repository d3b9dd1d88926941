// Databases as earlier versions left them, opened by this one.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { acted, queued } from "../../../../test/contract/store-run-samples.ts";
import {
  attestation,
  header,
  holder,
  moved,
  publication,
  record,
  row,
  T0_MS,
  TERM_MS,
  taskFile,
} from "../../../../test/contract/store-samples.ts";
import { lookedUp, pullRequest, pullRequestView } from "../../../../test/support/pull-request-samples.ts";
import type { FileRecord } from "../../../core/contract/parsed-file.ts";
import { type TaskRow, taskRowSchema } from "../../../core/contract/snapshot.ts";
import { applyReads, planReads } from "../../../core/tree/update-index.ts";
import { encodeRow } from "../codec/row-codec.ts";
import { openSqliteStore } from "../sqlite-store.ts";
import { writeIndex } from "../tables/index-table.ts";
import { claimLease } from "../tables/lease-table.ts";
import { insertRun } from "../tables/run-table.ts";
import { appendTransitions } from "../tables/transition-table.ts";
import { ADDITIONS, APPLICATION_ID, MIGRATIONS } from "./migrations.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tasks-migrations-"));
  file = join(folder, "store.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A database that has had so many steps, filled by `fill`. */
function makeOld(steps: number, fill: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file);
  for (const step of MIGRATIONS.slice(0, steps)) step(database);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${steps}`);
  fill(database);
  database.close();
}

/** Its last good parse and its times, under a stamp and a hash that no file has. */
const TO_PARSE_AGAIN: FileRecord = (() => {
  const known = record(taskFile("a"));
  return { ...known, stamp: { ...known.stamp, ctimeMs: -1 }, hash: "" };
})();

it("a store from before there were runs keeps history, index and lease, and derives the snapshot again", async () => {
  makeOld(2, (database) => {
    const sql = (text: string) => database.prepare(text);
    claimLease(sql, { holder: holder("a"), termMs: TERM_MS, nowMs: T0_MS });
    appendTransitions(sql, [moved("a"), moved("b")], 41);
    writeIndex(sql, { changed: [record(taskFile("a"))], gone: [] });
    const { dispatch: _, ...oldHeader } = header();
    const oldRow = JSON.stringify(JSON.parse(encodeRow(row("a"))).slice(0, 32));
    sql("INSERT INTO published VALUES (1, 41, ?, ?, ?, 0)").run(T0_MS, T0_MS, JSON.stringify(oldHeader));
    sql("INSERT INTO attestation VALUES (1, ?)").run(JSON.stringify(attestation(9)));
    sql("INSERT INTO task_rows VALUES ('a', '', 41, ?)").run(oldRow);
    sql("INSERT INTO tombstones VALUES ('gone', 40)").run();
    sql("INSERT INTO resume_point VALUES (1, '{}')").run();
    sql("INSERT INTO cycles VALUES (1, 2, 'scan', 'published', NULL, NULL, 1)").run();
  });
  const store = await openSqliteStore({ file, nowMs: () => T0_MS });
  expect(store.notices).toEqual([]);
  expect(await store.readPublished()).toBeNull();
  expect(await store.readRows(0)).toEqual({ rows: [], goneKeys: [], complete: true });
  expect(await store.readResumePoint()).toBeNull();
  expect(await store.readTransitions({ limit: 10 })).toHaveLength(2);
  expect(await store.readIndex()).toEqual([TO_PARSE_AGAIN]);
  expect(await store.readCycles(10)).toHaveLength(1);
  const lease = await store.readLease();
  expect(lease).toMatchObject({ holder: holder("a") });
  await store.publish(publication(lease?.epoch ?? 0, { changedRows: [row("a", 2)] }));
  expect(await store.readRows(0)).toMatchObject({ rows: [row("a", 2)] });
  await store.insertRun({ run: queued("a"), action: acted("kickoff") });
  expect(await store.readTransitions({ limit: 1 })).toEqual([{ ...acted("kickoff"), id: 3, seq: 1 }]);
  await store.close();
});

it("a store from before there were pull requests keeps runs, feed and index, and derives the snapshot again", async () => {
  makeOld(3, (database) => {
    const sql = (text: string) => database.prepare(text);
    claimLease(sql, { holder: holder("a"), termMs: TERM_MS, nowMs: T0_MS });
    // Of this version's; the older ones knew no such table.
    database.exec("CREATE TEMP TABLE stopped_tasks (key TEXT)");
    insertRun(sql, { run: queued("a"), action: acted("kickoff") });
    writeIndex(sql, { changed: [record(taskFile("a"))], gone: [] });
    const oldRow = JSON.stringify(JSON.parse(encodeRow(row("a"))).slice(0, 33));
    sql("INSERT INTO published VALUES (1, 41, ?, ?, ?, 0)").run(T0_MS, T0_MS, JSON.stringify(header()));
    sql("INSERT INTO attestation VALUES (1, ?)").run(JSON.stringify({ cycle: 1 }));
    sql("INSERT INTO task_rows VALUES ('a', '', 41, ?)").run(oldRow);
    sql("INSERT INTO resume_point VALUES (1, '{}')").run();
  });
  const store = await openSqliteStore({ file, nowMs: () => T0_MS });
  expect(store.notices).toEqual([]);
  expect(await store.readPullRequests()).toEqual({ state: null, known: [], care: [] });
  expect(await store.readPublished()).toBeNull();
  expect(await store.readRows(0)).toEqual({ rows: [], goneKeys: [], complete: true });
  expect(await store.readResumePoint()).toBeNull();
  expect(await store.readOpenRuns()).toMatchObject([{ key: "a", state: "queued" }]);
  expect(await store.readTransitions({ limit: 10 })).toMatchObject([{ action: "kickoff" }]);
  expect(await store.readIndex()).toEqual([TO_PARSE_AGAIN]);
  const epoch = (await store.readLease())?.epoch ?? 0;
  const facts = { epoch, state: lookedUp(), changed: [pullRequest()], gone: [] };
  expect(await store.writePullRequests(facts)).toBe(true);
  expect(await store.readPullRequests()).toEqual({ state: lookedUp(), known: [pullRequest()], care: [] });
  await store.publish(publication(epoch, { changedRows: [row("a", 2)] }));
  expect(await store.readRows(0)).toMatchObject({ rows: [row("a", 2)] });
  await store.close();
});

it("T16: after an upgrade every file is parsed again, though its text is the same, and keeps the time it changed", async () => {
  makeOld(MIGRATIONS.length, (database) =>
    writeIndex((text) => database.prepare(text), { changed: [record(taskFile("a"))], gone: [] }),
  );
  const store = await openSqliteStore({ file, nowMs: () => T0_MS });
  const [known] = await store.readIndex();
  if (known === undefined) throw new Error("The record is gone.");
  const index = new Map([[known.stamp.path, known]]);
  const { stamp } = record(taskFile("a"));
  expect(planReads(index, { stamps: [stamp], complete: true }).read).toEqual([stamp]);
  const text = "---\ntitle: fix #42\nstatus: ready\n---\n";
  const read = { kind: "text", stamp, text, hash: "same", replaced: false } as const;
  const { changed } = applyReads({ index, reads: [read], gone: [], nowMs: T0_MS });
  expect(changed[0]?.parsed.problems.map(({ code }) => code)).toEqual(["value_changed"]);
  expect(changed[0]?.changed).toEqual(known.changed);
  await store.close();
});

it("T16: a row that an earlier version wrote has no additions of the row before", async () => {
  const store = await openSqliteStore({ file, nowMs: () => T0_MS });
  await store.claimLease({ holder: holder("a"), termMs: TERM_MS, nowMs: T0_MS });
  const epoch = (await store.readLease())?.epoch ?? 0;
  await store.publish(publication(epoch, { changedRows: [row("a", 1)] }));
  expect((await store.readRow("a"))?.description).toBe("What it is about");
  const database = new DatabaseSync(file);
  database.exec("UPDATE task_rows SET seq = seq + 1");
  database.close();
  expect(await store.readRow("a")).toMatchObject({ description: null, progress: { dropped: 0 } });
  await store.close();
});

it("D17: a store of the version before: what it did not know of pull requests is unknown", async () => {
  const {
    merge: _,
    merge_status: __,
    host_merges: ___,
    approved_commit: ____,
    ...oldView
  } = pullRequestView();
  const { because: _____, ...oldWaits } = oldView.waits ?? { because: null };
  const { approvedCommit, reviewAgainBy, unresolvedThreads, mergeStatus, ...rest } = pullRequest();
  const { hostMerges, rules, defaultBranch, reverts, checks, ...oldFacts } = rest;
  const { missing, listed, ...oldChecks } = checks;
  makeOld(MIGRATIONS.length, (database) => {
    const sql = (text: string) => database.prepare(text);
    claimLease(sql, { holder: holder("a"), termMs: TERM_MS, nowMs: T0_MS });
    const oldRow = { ...row("a"), pull_request: { ...oldView, waits: oldWaits } } as unknown as TaskRow;
    sql("INSERT INTO published VALUES (1, 41, 1, ?, ?, 0)").run(T0_MS, JSON.stringify(header()));
    sql("INSERT INTO task_rows VALUES ('a', '', 41, ?)").run(encodeRow(oldRow));
    sql("INSERT INTO task_rows VALUES ('b', '', 41, ?)").run(encodeRow(row("b")));
    sql("INSERT INTO commit_dates VALUES (1, 'c1', '[]')").run();
    const facts = {
      ...oldFacts,
      checks: { ...oldChecks, listed: [{ name: "e2e", state: "passing", url: null }] },
    };
    sql("INSERT INTO pull_requests VALUES (712, ?)").run(JSON.stringify(facts));
  });
  const store = await openSqliteStore({ file, nowMs: () => T0_MS });
  expect(store.notices).toEqual([]);
  const { rows } = await store.readRows(0);
  expect(
    rows.map(({ pull_request: view }) => view && taskRowSchema.shape.pull_request.parse(view)),
  ).toMatchObject([
    { merge: null, merge_status: "unknown", host_merges: null, waits: { because: null } },
    null,
  ]);
  expect((await store.readPullRequests()).known).toMatchObject([
    {
      ...{ mergeStatus: "unknown", hostMerges: null, unresolvedThreads: null, approvedCommit: null },
      ...{ defaultBranch: null, reverts: null, rules: [], reviewAgainBy: [] },
      checks: { missing: [], listed: [{ name: "e2e", required: null }] },
    },
  ]);
  expect(await store.readCommitDates()).toBeNull();
  await store.close();
});

it("R21: additions leave every table and column of the schema before as it was, and need no value from it", () => {
  makeOld(MIGRATIONS.length, (database) => {
    const before = readColumns(database);
    for (const add of ADDITIONS) add(database);
    const after = readColumns(database);
    expect(after).toMatchObject(before);
    const added = Object.entries(after).flatMap(([table, columns]) =>
      Object.entries(columns).filter(([name]) => table in before && !(name in (before[table] ?? {}))),
    );
    for (const [name, { isRequired }] of added)
      expect({ name, isRequired }).toEqual({ name, isRequired: false });
  });
});

/** By table and name. */
function readColumns(database: DatabaseSync) {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const columnsOf = (table: string) =>
    database
      .prepare(
        'SELECT name, type, pk, "notnull" = 1 AND dflt_value IS NULL AS required FROM pragma_table_info(?)',
      )
      .all(table)
      .map(
        ({ name, type, pk, required }) => [String(name), { type, pk, isRequired: required === 1 }] as const,
      );
  return Object.fromEntries(
    tables.map(({ name }) => [String(name), Object.fromEntries(columnsOf(String(name)))]),
  );
}
