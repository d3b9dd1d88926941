// The store's contract: every adapter keeps every one of these promises.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TaskRow } from "../../src/core/contract/snapshot.ts";
import type { CycleRecord, Store } from "../../src/ports/store/store.ts";
import {
  CYCLES_KEEP_MS,
  TOMBSTONES_KEEP_COUNT,
  TRANSITIONS_KEEP_MS,
} from "../../src/ports/store/store-limits.ts";
import { type OpenedStore, STORE_ADAPTERS } from "./store-adapters.ts";
import {
  attestation,
  header,
  holder,
  moved,
  PARSED_FILES,
  path,
  publication,
  raised,
  record,
  row,
  T0_MS,
  TERM_MS,
  taskFile,
} from "./store-samples.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe.each(STORE_ADAPTERS)("store contract, $name", ({ open }) => {
  let opened: OpenedStore;
  let store: Store;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.cleanUp());

  /** Claims as `name` and returns the epoch; fails the test when refused. */
  async function hold(name = "a", nowMs = T0_MS): Promise<number> {
    const claim = await store.claimLease({ holder: holder(name), termMs: TERM_MS, nowMs });
    expect(claim.kind).toBe("held");
    return claim.lease.epoch;
  }

  const claimAs = (name: string, nowMs: number) =>
    store.claimLease({ holder: holder(name), termMs: TERM_MS, nowMs });

  describe("lease", () => {
    it("is free at first, then its holder's, who can be found", async () => {
      expect(await store.readLease()).toBeNull();
      const epoch = await hold("a");
      expect(await store.readLease()).toEqual({ holder: holder("a"), epoch, expiresAtMs: T0_MS + TERM_MS });
    });

    it("R9: a live holder's lease is refused to others, and says whose it is", async () => {
      const epoch = await hold("a");
      const claim = await claimAs("b", T0_MS + TERM_MS - 1);
      expect(claim).toEqual({
        kind: "refused",
        lease: { holder: holder("a"), epoch, expiresAtMs: T0_MS + TERM_MS },
      });
    });

    it("R9: an expired lease is taken over under a newer epoch", async () => {
      const epoch = await hold("a");
      const claim = await claimAs("b", T0_MS + TERM_MS);
      expect(claim).toMatchObject({ kind: "held", lease: { holder: holder("b"), epoch: epoch + 1 } });
    });

    it("its own holder claims it again under the same epoch, expired or not", async () => {
      const epoch = await hold("a");
      expect(await hold("a", T0_MS + 1)).toBe(epoch);
      expect(await hold("a", T0_MS + 10 * TERM_MS)).toBe(epoch);
    });

    it("renewing moves the expiry, and only this epoch's holder can", async () => {
      const epoch = await hold("a");
      const nowMs = T0_MS + 5_000;
      expect(await store.renewLease({ epoch, termMs: TERM_MS, nowMs })).toBe(true);
      expect(await store.readLease()).toMatchObject({ expiresAtMs: nowMs + TERM_MS });
      expect(await store.renewLease({ epoch: epoch - 1, termMs: TERM_MS, nowMs })).toBe(false);
      expect(await store.renewLease({ epoch: epoch + 1, termMs: TERM_MS, nowMs })).toBe(false);
    });

    it("a lease that was taken over cannot be renewed or released by the old holder", async () => {
      const old = await hold("a");
      const epoch = await hold("b", T0_MS + TERM_MS);
      expect(await store.renewLease({ epoch: old, termMs: TERM_MS, nowMs: T0_MS + TERM_MS })).toBe(false);
      await store.releaseLease({ epoch: old });
      expect(await store.readLease()).toMatchObject({ holder: holder("b"), epoch });
    });

    it("a released lease is free at once, cannot be renewed, and its epoch is never given again", async () => {
      const epoch = await hold("a");
      await store.releaseLease({ epoch });
      await store.releaseLease({ epoch });
      expect(await store.readLease()).toBeNull();
      expect(await store.renewLease({ epoch, termMs: TERM_MS, nowMs: T0_MS })).toBe(false);
      expect(await hold("a", T0_MS + 1)).toBe(epoch + 1);
    });

    it.each([
      ["the clock stepped back an hour", HOUR_MS],
      ["an expiry a day ahead", DAY_MS],
      ["an expiry years ahead", 3650 * DAY_MS],
    ])("R10: after %s a dead holder's lease blocks for one term, not forever", async (_, aheadMs) => {
      await hold("dead", T0_MS + aheadMs);
      expect(await claimAs("b", T0_MS)).toMatchObject({
        kind: "refused",
        lease: { expiresAtMs: T0_MS + TERM_MS },
      });
      expect(await claimAs("b", T0_MS + TERM_MS - 1)).toMatchObject({ kind: "refused" });
      expect(await claimAs("b", T0_MS + TERM_MS)).toMatchObject({ kind: "held" });
    });

    it("R10: after the clock stepped back an hour a live holder that renews keeps its lease", async () => {
      const epoch = await hold("a", T0_MS + HOUR_MS);
      for (let nowMs = T0_MS; nowMs < T0_MS + 4 * TERM_MS; nowMs += TERM_MS / 3) {
        expect(await claimAs("b", nowMs)).toMatchObject({ kind: "refused" });
        expect(await store.renewLease({ epoch, termMs: TERM_MS, nowMs })).toBe(true);
      }
    });

    it("R10: a holder's longer term is respected by a claimer with a shorter one", async () => {
      await store.claimLease({ holder: holder("a"), termMs: 60_000, nowMs: T0_MS });
      expect(await claimAs("b", T0_MS + 50_000)).toMatchObject({ kind: "refused" });
    });
  });

  describe("refresh requests", () => {
    it("grow, the newest is pending until answered, and an old answer does not hide a new request", async () => {
      expect(await store.pendingRefresh()).toBeNull();
      const first = await store.requestRefresh({ nowMs: T0_MS });
      const second = await store.requestRefresh({ nowMs: T0_MS });
      expect(second).toBeGreaterThan(first);
      expect(await store.pendingRefresh()).toBe(second);
      const isAnswered = async () => [
        await store.isRefreshAnswered({ id: first }),
        await store.isRefreshAnswered({ id: second }),
      ];
      expect(await isAnswered()).toEqual([false, false]);
      await store.answerRefresh({ id: first });
      expect(await isAnswered()).toEqual([true, false]);
      expect(await store.pendingRefresh()).toBe(second);
      await store.answerRefresh({ id: second });
      expect(await isAnswered()).toEqual([true, true]);
      expect(await store.pendingRefresh()).toBeNull();
      await store.answerRefresh({ id: first });
      expect(await store.pendingRefresh()).toBeNull();
    });

    it("an answer to a request that was never made answers no later one", async () => {
      await store.answerRefresh({ id: 1_000 });
      const id = await store.requestRefresh({ nowMs: T0_MS });
      expect(await store.pendingRefresh()).toBe(id);
    });
  });

  describe("publishing", () => {
    it("nothing is published at first", async () => {
      expect(await store.readPublished()).toBeNull();
      expect(await store.readRows(0)).toEqual({ rows: [], goneKeys: [], complete: true });
      expect(await store.readRow("x")).toBeNull();
      expect(await store.readRowsBySlug("x")).toEqual([]);
      expect(await store.readTransitions({ limit: 10 })).toEqual([]);
    });

    it("what is published is read back whole, numbered from 1", async () => {
      const epoch = await hold();
      const rows = [row("a"), row("infra/b", 1), row("infra/c", 2)];
      expect(rows.map(({ run }) => run === null)).toEqual([true, true, false]);
      const result = await store.publish(
        publication(epoch, { changedRows: rows, attestation: attestation(7), nowMs: T0_MS + 3 }),
      );
      expect(result).toEqual({ kind: "published", seq: 1 });
      expect(await store.readPublished()).toEqual({
        seq: 1,
        epoch,
        publishedAtMs: T0_MS + 3,
        header: header(),
        attestation: attestation(7),
      });
      expect(sorted((await store.readRows(0)).rows)).toEqual(rows);
      expect(await store.readRow("infra/b")).toEqual(rows[1]);
    });

    it("only the rows that changed after a seq are read, the rest stays", async () => {
      const epoch = await hold();
      await store.publish(publication(epoch, { changedRows: [row("a"), row("b"), row("c")] }));
      await store.publish(publication(epoch, { changedRows: [row("b", 1)], header: header("Renamed") }));
      expect(await store.readRows(1)).toEqual({ rows: [row("b", 1)], goneKeys: [], complete: true });
      expect(await store.readRows(2)).toEqual({ rows: [], goneKeys: [], complete: true });
      expect(sorted((await store.readRows(0)).rows)).toEqual([row("a"), row("b", 1), row("c")]);
      expect((await store.readPublished())?.header).toEqual(header("Renamed"));
    });

    it("a publication larger than any batch is read back whole", async () => {
      const epoch = await hold();
      const rows = Array.from({ length: 257 }, (_, index) =>
        row(`task-${String(index).padStart(3, "0")}`, index),
      );
      await store.publish(publication(epoch, { changedRows: rows }));
      expect(sorted((await store.readRows(0)).rows)).toEqual(rows);
    });

    it("rows that share a slug are found by it, in order of key", async () => {
      const epoch = await hold();
      await store.publish(publication(epoch, { changedRows: [row("web/x"), row("infra/x"), row("xx")] }));
      expect(await store.readRowsBySlug("x")).toEqual([row("infra/x"), row("web/x")]);
      expect(await store.readRowsBySlug("xx")).toEqual([row("xx")]);
      expect(await store.readRow("x")).toBeNull();
    });

    it("gone rows leave a tombstone for those who follow by difference, and one that returns is a row", async () => {
      const epoch = await hold();
      await store.publish(publication(epoch, { changedRows: [row("a"), row("infra/b")] }));
      await store.publish(publication(epoch, { goneKeys: ["infra/b", "never-there"] }));
      expect(await store.readRows(1)).toEqual({ rows: [], goneKeys: ["infra/b"], complete: true });
      expect(await store.readRow("infra/b")).toBeNull();
      expect((await store.readRows(0)).goneKeys).toEqual([]);
      await store.publish(publication(epoch, { changedRows: [row("infra/b", 2)] }));
      expect(await store.readRows(1)).toEqual({ rows: [row("infra/b", 2)], goneKeys: [], complete: true });
    });

    it("a reader further behind than the tombstones, or ahead of the store, gets everything", async () => {
      const epoch = await hold();
      const many = Array.from({ length: TOMBSTONES_KEEP_COUNT + 1 }, (_, index) => row(`t${index}`));
      await store.publish(publication(epoch, { changedRows: many }));
      await store.publish(publication(epoch, { goneKeys: ["t0"] }));
      await store.publish(
        publication(epoch, { goneKeys: many.slice(1).map(({ key }) => key), changedRows: [row("left")] }),
      );
      expect((await store.readRows(1)).goneKeys).toHaveLength(TOMBSTONES_KEEP_COUNT + 1);
      await store.prune(T0_MS);
      expect(await store.readRows(1)).toEqual({ rows: [row("left")], goneKeys: [], complete: false });
      const followed = await store.readRows(2);
      expect(followed.complete).toBe(true);
      expect(followed.goneKeys).toHaveLength(TOMBSTONES_KEEP_COUNT);
      expect(await store.readRows(99)).toEqual({ rows: [row("left")], goneKeys: [], complete: false });
    });

    it("R9: a late writer, taken over while it slept, is refused, and leaves no trace", async () => {
      const late = await hold("a");
      await store.publish(publication(late, { changedRows: [row("a")] }));
      const epoch = await hold("b", T0_MS + TERM_MS);
      const refused = await store.publish(
        publication(late, { changedRows: [row("a", 1)], goneKeys: ["a"], transitions: [moved("a")] }),
      );
      expect(refused).toEqual({ kind: "refused", newestEpoch: epoch });
      expect(await store.attest({ epoch: late, attestation: attestation(99) })).toBe(false);
      expect(await store.readRow("a")).toEqual(row("a"));
      expect(await store.readPublished()).toMatchObject({ seq: 1, epoch: late, attestation: attestation(1) });
      expect(await store.readTransitions({ limit: 10 })).toEqual([]);
      expect(await store.publish(publication(epoch))).toEqual({ kind: "published", seq: 2 });
    });

    it("an epoch that was released, or never given, cannot publish", async () => {
      expect(await store.publish(publication(1))).toEqual({ kind: "refused", newestEpoch: 0 });
      const epoch = await hold();
      expect(await store.publish(publication(epoch + 1))).toMatchObject({ kind: "refused" });
      await store.releaseLease({ epoch });
      expect(await store.publish(publication(epoch))).toMatchObject({ kind: "refused" });
      expect(await store.attest({ epoch, attestation: attestation(2) })).toBe(false);
    });

    it("a holder whose lease ran out, but was not taken, may still publish", async () => {
      const epoch = await hold("a", T0_MS - 10 * TERM_MS);
      expect(await store.publish(publication(epoch))).toMatchObject({ kind: "published" });
    });

    it("attesting renews the attestation and nothing else", async () => {
      const epoch = await hold();
      expect(await store.attest({ epoch, attestation: attestation(1) })).toBe(true);
      expect(await store.readPublished()).toBeNull();
      await store.publish(publication(epoch, { changedRows: [row("a")] }));
      expect(await store.attest({ epoch, attestation: attestation(2) })).toBe(true);
      expect(await store.readPublished()).toMatchObject({ seq: 1, attestation: attestation(2) });
      expect((await store.readRows(1)).rows).toEqual([]);
    });
  });

  describe("transitions", () => {
    beforeEach(async () => {
      const epoch = await hold();
      await store.publish(
        publication(epoch, {
          transitions: [
            moved("a", { atMs: T0_MS, from: null, to: "ready" }),
            moved("b", { atMs: T0_MS, owner: "ann" }),
          ],
        }),
      );
      await store.publish(
        publication(epoch, {
          transitions: [
            raised("a", { atMs: T0_MS + DAY_MS }),
            moved("a", { atMs: T0_MS + DAY_MS, from: "active", to: null }),
          ],
        }),
      );
    });

    const ids = async (query: Parameters<Store["readTransitions"]>[0]) =>
      (await store.readTransitions(query)).map(({ id }) => id);

    it("are read newest first, numbered, with the seq that brought them, and paged by id", async () => {
      expect(await store.readTransitions({ limit: 2 })).toEqual([
        { ...moved("a", { atMs: T0_MS + DAY_MS, from: "active", to: null }), id: 4, seq: 2 },
        { ...raised("a", { atMs: T0_MS + DAY_MS }), id: 3, seq: 2 },
      ]);
      expect(await ids({ limit: 2, beforeId: 3 })).toEqual([2, 1]);
      expect(await ids({ limit: 2, beforeId: 1 })).toEqual([]);
    });

    it.each([
      ["a task", { key: "a" }, [4, 3, 1]],
      ["an owner", { owner: "ann" }, [2]],
      ["a time", { sinceMs: T0_MS + 1 }, [4, 3]],
      ["the group it was left for", { group: "active" }, [4, 2]],
      ["the group of a signal", { group: "needs_attention" }, [3]],
      ["all at once", { key: "a", owner: "dave", group: "ready", sinceMs: T0_MS, beforeId: 4 }, [1]],
      ["nothing there is", { key: "a", owner: "ann" }, []],
    ])("are found by %s", async (_, query, expected) => {
      expect(await ids({ ...query, limit: 10 })).toEqual(expected);
    });
  });

  describe("cycles", () => {
    const cycle = (startedAtMs: number, over: Partial<CycleRecord> = {}): CycleRecord => ({
      startedAtMs,
      endedAtMs: null,
      cause: "file change",
      outcome: "running",
      reason: null,
      detail: null,
      tasks: 0,
      ...over,
    });

    it("are read newest first, and the end of one replaces its start", async () => {
      await store.recordCycle(cycle(T0_MS));
      await store.recordCycle(cycle(T0_MS + 5));
      const failed = cycle(T0_MS, {
        endedAtMs: T0_MS + 2.5,
        outcome: "failed",
        reason: "disk",
        detail: "full",
      });
      await store.recordCycle(failed);
      expect(await store.readCycles(10)).toEqual([cycle(T0_MS + 5), failed]);
      expect(await store.readCycles(1)).toEqual([cycle(T0_MS + 5)]);
    });

    it("past their keep time are pruned, transitions too, and what is newer stays", async () => {
      const epoch = await hold();
      await store.recordCycle(cycle(T0_MS - 1));
      await store.recordCycle(cycle(T0_MS));
      await store.publish(
        publication(epoch, { transitions: [moved("a", { atMs: T0_MS - 1 }), moved("b", { atMs: T0_MS })] }),
      );
      await store.prune(T0_MS + CYCLES_KEEP_MS);
      expect(await store.readCycles(10)).toEqual([cycle(T0_MS)]);
      expect(await store.readTransitions({ limit: 10 })).toHaveLength(2);
      await store.prune(T0_MS + TRANSITIONS_KEEP_MS);
      expect((await store.readTransitions({ limit: 10 })).map(({ key }) => key)).toEqual(["b"]);
      await store.prune(T0_MS + 2 * TRANSITIONS_KEEP_MS);
      await store.publish(publication(epoch, { transitions: [moved("c")] }));
      expect(await store.readTransitions({ limit: 10 })).toMatchObject([{ id: 3, key: "c" }]);
    });
  });

  describe("index", () => {
    const byPath = async () =>
      new Map((await store.readIndex()).map((entry) => [entry.stamp.path as string, entry]));

    it("round trips a record of every kind of file", async () => {
      const records = [...PARSED_FILES, taskFile("full", 1)].map((parsed, mark) => record(parsed, mark));
      await store.writeIndex({ changed: records, gone: [] });
      const stored = await byPath();
      expect(stored.size).toBe(records.length);
      for (const each of records) expect(stored.get(each.stamp.path)).toEqual(each);
    });

    it("a change replaces one record, a gone one goes, the rest stays", async () => {
      const slugs = Array.from({ length: 300 }, (_, index) => `task-${index}`);
      await store.writeIndex({ changed: slugs.map((slug) => record(taskFile(slug))), gone: [] });
      const changed = record(taskFile("task-7", 3), 3);
      const gone = [path("tasks/workstreams/infra/tasks/task-8.md"), path("tasks/never-there.md")];
      await store.writeIndex({ changed: [changed], gone });
      const stored = await byPath();
      expect(stored.size).toBe(299);
      expect(stored.get(changed.stamp.path)).toEqual(changed);
      expect(stored.has(gone[0]!)).toBe(false);
    });

    it("follows a tree that grows file by file, in any order and alphabet, and shrinks to nothing", async () => {
      const names = Array.from(
        { length: 200 },
        (_, index) => `${["a", "é", "\uffee", "😀", "z"][index % 5]}-${(index * 77) % 200}`,
      );
      const records = names.map((name, mark) => record(taskFile(name, mark), mark));
      for (const each of records) await store.writeIndex({ changed: [each], gone: [] });
      const stored = await byPath();
      expect(stored.size).toBe(200);
      for (const each of records) expect(stored.get(each.stamp.path)).toEqual(each);
      for (const { stamp } of records) await store.writeIndex({ changed: [], gone: [stamp.path] });
      expect(await store.readIndex()).toEqual([]);
      await store.writeIndex({ changed: records.slice(0, 3), gone: [] });
      expect((await byPath()).size).toBe(3);
    });

    it("S14: a front matter key called __proto__ is a key like any other", async () => {
      const task = taskFile("odd");
      if (task.kind !== "task") throw new Error("taskFile makes tasks");
      const lines: Record<string, number> = JSON.parse('{"__proto__": 4, "constructor": 5}');
      const odd = record({ ...task, spec: { ...task.spec, lines } });
      await store.writeIndex({ changed: [odd], gone: [] });
      const stored = (await store.readIndex())[0]?.parsed;
      expect(stored?.kind === "task" && Object.entries(stored.spec.lines)).toEqual(Object.entries(lines));
    });

    it("dates of commits are kept for one HEAD, the newest written", async () => {
      expect(await store.readCommitDates()).toBeNull();
      await store.writeCommitDates({
        head: "aaa",
        datesMs: new Map([[path("x.md"), 1]]),
        addedMs: new Map([[path("x.md"), 1]]),
      });
      const dates = {
        head: "bbb",
        datesMs: new Map([[path("y.md"), 2]]),
        addedMs: new Map([[path("z.md"), 1]]),
      };
      await store.writeCommitDates(dates);
      expect(await store.readCommitDates()).toEqual(dates);
    });

    it("a resume point is kept, the newest written", async () => {
      expect(await store.readResumePoint()).toBeNull();
      const point = {
        seq: 1,
        epoch: 7,
        basis: "a tree",
        validUntilMs: null,
        filesWrittenAtMs: T0_MS,
        counts: { needs_attention: 0, active: 1, in_review: 0, ready: 2, waiting: 0, planned: 0, done: 3 },
        escalation: { required: false, tasks: [], signals: [] },
      };
      await store.writeResumePoint(point);
      const newer = { ...point, seq: 2, validUntilMs: T0_MS };
      await store.writeResumePoint(newer);
      expect(await store.readResumePoint()).toEqual(newer);
    });
  });

  it("what was written is there for another handle, and after closing", async () => {
    if (opened.reopen === null) return;
    const epoch = await hold();
    await store.publish(publication(epoch, { changedRows: [row("a")], transitions: [moved("a")] }));
    await store.writeIndex({ changed: [record(taskFile("a"))], gone: [] });
    await store.requestRefresh({ nowMs: T0_MS });
    const other = await opened.reopen();
    expect(await other.readRow("a")).toEqual(row("a"));
    expect(await other.claimLease({ holder: holder("b"), termMs: TERM_MS, nowMs: T0_MS })).toMatchObject({
      kind: "refused",
    });
    await other.close();
    await store.close();
    await store.close();
    const later = await opened.reopen();
    expect(later.notices).toEqual([]);
    expect(await later.readPublished()).toMatchObject({ seq: 1, epoch });
    expect(await later.readTransitions({ limit: 10 })).toHaveLength(1);
    expect(await later.readIndex()).toHaveLength(1);
    expect(await later.pendingRefresh()).not.toBeNull();
  });
});

function sorted(rows: readonly TaskRow[]): TaskRow[] {
  return [...rows].sort((a, b) => (a.key < b.key ? -1 : 1));
}
