// What a disk, another program or another process can do to the store's file, and that the store lives on.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { StoreError } from "../../src/ports/store/store-error.ts";
import {
  acknowledgement,
  acted,
  closed,
  fullRun,
  queued,
  runId,
  taken,
} from "../contract/store-run-samples.ts";
import {
  holder,
  moved,
  publication,
  record,
  row,
  T0_MS,
  TERM_MS,
  taskFile,
} from "../contract/store-samples.ts";
import { rounds } from "../support/rounds.ts";

let root: string;
let file: string;
const opened: Store[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tasks-damage-"));
  file = join(root, ".tasks", "task_manager", "store.sqlite");
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(root, { recursive: true, force: true });
});

async function open(nowMs = T0_MS): Promise<Store> {
  const store = await openSqliteStore({ file, nowMs: () => nowMs });
  opened.push(store);
  return store;
}

const ROWS = Array.from({ length: 200 }, (_, index) => row(`task-${index}`, index));

/** Fills a store with some of everything, so that damage anywhere in the file hits something. */
async function fill(store: Store): Promise<number> {
  const { lease } = await store.claimLease({ holder: holder("a"), termMs: TERM_MS, nowMs: T0_MS });
  await store.publish(
    publication(lease.epoch, { changedRows: ROWS, transitions: ROWS.map(({ key }) => moved(key)) }),
  );
  await store.writeIndex({ changed: ROWS.map(({ slug }) => record(taskFile(slug))), gone: [] });
  await store.requestRefresh({ nowMs: T0_MS });
  for (const { slug } of ROWS.slice(0, 50)) {
    const inserted = await store.insertRun({ run: queued(slug), action: acted("kickoff", slug) });
    if (inserted.kind === "inserted") await store.replaceRun({ run: fullRun(inserted.run) });
    const action = acted("acknowledge", slug);
    await store.writeAcknowledgement({ acknowledgement: acknowledgement(slug), action });
  }
  await store.writePause({ pause: { by: "dave", atMs: T0_MS, note: null }, action: acted("pause", "") });
  return lease.epoch;
}

async function fillAndClose(): Promise<void> {
  const store = await open();
  await fill(store);
  await store.close();
}

async function readEverything(store: Store): Promise<void> {
  await store.readPublished();
  await store.readRows(0);
  await store.readRow("task-7");
  await store.readTransitions({ limit: 1_000 });
  await store.readCycles(1_000);
  await store.readIndex();
  await store.readCommitDates();
  await store.readLease();
  await store.pendingRefresh();
  await store.readOpenRuns();
  await store.readRuns({ limit: 1_000 });
  await store.readRun(runId("run-task-7"));
  await store.readPause();
  await store.readAcknowledgements();
  await store.readRunsVersion();
}

/** A store that takes a publication and gives it back. */
async function expectUsable(store: Store): Promise<void> {
  const claim = await store.claimLease({ holder: holder("z"), termMs: TERM_MS, nowMs: T0_MS + 10 * TERM_MS });
  expect(claim.kind).toBe("held");
  const result = await store.publish(publication(claim.lease.epoch, { changedRows: [row("after")] }));
  expect(result.kind).toBe("published");
  expect(await store.readRow("after")).toEqual(row("after"));
  const inserted = await store.insertRun({ run: queued("after"), action: acted("kickoff", "after") });
  if (inserted.kind === "inserted") await store.replaceRun({ run: taken(inserted.run) });
  const run = await store.readOpenRun("after");
  expect(run).toMatchObject({ state: "dispatching" });
}

const movedAside = () =>
  readdirSync(dirname(file)).filter((name) => /^store\.sqlite\.corrupt-[^.]*\.\d{3}Z(-\d+)?$/.test(name));

function overwrite(start: number, bytes: Buffer): void {
  const content = readFileSync(file);
  bytes.copy(content, start);
  writeFileSync(file, content);
}

/** As it stands in the definitions of tables with one row. */
const ONLY_ONE = "CHECK (only = 1)";

describe("the store's file", () => {
  it("invariant 12: is its user's alone, and hidden from git with its folder", async () => {
    const store = await open();
    await fill(store);
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    for (const suffix of ["", "-wal", "-shm"]) expect(mode(file + suffix)).toBe("600");
    expect(mode(dirname(file))).toBe("700");
    expect(mode(dirname(dirname(file)))).toBe("700");
    expect(readFileSync(join(root, ".tasks", ".gitignore"), "utf8")).toBe("*\n");
  });

  it.each([
    ["cut in half", () => truncateSync(file, statSync(file).size / 2)],
    ["cut to 100 bytes", () => truncateSync(file, 100)],
    ["cut to one page", () => truncateSync(file, 16_384)],
    ["filled with zeros", () => writeFileSync(file, Buffer.alloc(statSync(file).size))],
    ["a text", () => writeFileSync(file, "not a database\n".repeat(1_000))],
    ["overwritten at its start", () => overwrite(0, Buffer.alloc(2_000, 0xff))],
    ["without its table of tables", () => overwrite(100, Buffer.alloc(16_284))],
    ["another program's database", () => replaceByForeign()],
  ])("R5: when it is %s, it is moved aside, with a sentence that says what was lost", async (_, damage) => {
    await fillAndClose();
    damage();
    const store = await open();
    expect(store.notices).toEqual([
      expect.stringMatching(
        /^The store was damaged, so it was moved aside as store\.sqlite\.corrupt-2026-03-24T12-00-00\.000Z and a new one was made.*lost: the activity feed/,
      ),
    ]);
    expect(movedAside()).toHaveLength(1);
    expect(await store.readPublished()).toBeNull();
    await expectUsable(store);
  });

  function replaceByForeign(): void {
    rmSync(file);
    const database = new DatabaseSync(file);
    database.exec("CREATE TABLE music (title TEXT)");
    database.close();
  }

  it("R5: without its log it is what it was before, or new, and works", async () => {
    const source = await open();
    await fill(source);
    const original = file;
    file = join(root, "copy", "store.sqlite");
    mkdirSync(dirname(file));
    copyFileSync(original, file);
    const store = await open();
    await readEverything(store);
    await expectUsable(store);
  });

  it("R5: damage found while reading is an error of its own kind, and the next call finds a new store", async () => {
    await fillAndClose();
    // Everything but the first pages, which opening reads.
    overwrite(3 * 16_384, Buffer.alloc(statSync(file).size - 3 * 16_384, 0x55));
    const store = await open();
    expect(store.notices).toEqual([]);
    const failure = await readEverything(store).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toMatchObject({ kind: "corrupt", reason: "disk", code: "store_unusable" });
    expect(movedAside()).toEqual([]);
    expect(await store.readPublished()).toBeNull();
    expect(store.notices).toHaveLength(1);
    expect(movedAside()).toHaveLength(1);
    await expectUsable(store);
  });

  it("R5: with any bit flipped it never crashes, and works after at most one failure", {
    timeout: 1_200_000,
  }, async () => {
    await fillAndClose();
    const good = readFileSync(file);
    const flip = async (bit: number) => {
      const bytes = Buffer.from(good);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      for (const name of readdirSync(dirname(file))) rmSync(join(dirname(file), name));
      writeFileSync(file, bytes);
      const store = await openOrMoveNewer();
      await readEverything(store).catch((error: unknown) => expect(error).toBeInstanceOf(StoreError));
      await expectUsable(store).catch(async (error: unknown) => {
        expect(error).toMatchObject({ name: "StoreError", kind: "corrupt" });
        await expectUsable(store);
      });
      await store.close();
    };
    // The first kilobytes, where the structure is, as often as all the rest.
    const bit = fc.oneof(fc.nat({ max: 4_096 * 8 - 1 }), fc.nat({ max: good.length * 8 - 1 }));
    // SQLite takes byte 18, the write format, for a disk that may not be written, and byte 47, the schema format, for an
    // error of the statement. Byte 60 holds the sign of the schema's version, from which migrations are counted.
    const examples: [number][] = [[18 * 8], [47 * 8], [60 * 8 + 7]];
    // A space of a table's definition becomes a "!": only rows that are never written would do.
    for (let at = good.indexOf(ONLY_ONE); at >= 0; at = good.indexOf(ONLY_ONE, at + 1))
      examples.push([(at + ONLY_ONE.indexOf("=") - 1) * 8]);
    expect(examples.length).toBeGreaterThan(3);
    await fc.assert(fc.asyncProperty(bit, flip), { numRuns: rounds({ short: 100, full: 3_000 }), examples });
  });

  /** A flip in the version makes the file a newer one, which is refused and left for a person. */
  async function openOrMoveNewer(): Promise<Store> {
    try {
      return await open();
    } catch (error) {
      expect(error).toMatchObject({ kind: "newer" });
      rmSync(file);
      return open();
    }
  }

  it("made by a newer version is refused with a remedy, and not touched", async () => {
    await fillAndClose();
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 999");
    database.close();
    const before = readFileSync(file);
    await expect(open()).rejects.toMatchObject({
      kind: "newer",
      message: expect.stringContaining("999"),
      hint: expect.stringContaining("newer version"),
      exitCode: 3,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(movedAside()).toEqual([]);
  });

  it("R5: a new one after a loss does not count the changes of runs from where the old one was", async () => {
    const store = await open();
    await fill(store);
    const version = await store.readRunsVersion();
    rmSync(join(root, ".tasks"), { recursive: true });
    expect(await store.readRunsVersion()).toBe(0);
    await store.insertRun({ run: queued("a"), action: acted("kickoff") });
    expect(await store.readRunsVersion()).not.toBe(version);
  });

  describe("changed by a newer version while this one is at work", () => {
    /** The next version: a schema with one more step, and a row and a run that this version cannot read. */
    function upgrade(): void {
      const database = new DatabaseSync(file);
      const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
      database.exec(`PRAGMA user_version = ${version + 1};
        UPDATE task_rows SET body = '{"of": "another shape"}' WHERE slug = 'task-7';
        UPDATE runs SET state = 'paused_by_moon' WHERE key = 'task-7'`);
      database.close();
    }

    it("an older process is refused with a remedy what the newer one could not read", async () => {
      const store = await open();
      const epoch = await fill(store);
      upgrade();
      const refused = { kind: "newer", hint: expect.stringContaining("newer version") };
      await expect(store.publish(publication(epoch))).rejects.toMatchObject(refused);
      await expect(store.writeIndex({ changed: [], gone: [] })).rejects.toMatchObject(refused);
      await expect(store.renewLease({ epoch, termMs: TERM_MS, nowMs: T0_MS })).rejects.toMatchObject(refused);
    });

    it("what an older process cannot read is no damage: nothing is moved aside", async () => {
      const store = await open();
      await fill(store);
      upgrade();
      await expect(store.readRows(0)).rejects.toMatchObject({ kind: "newer" });
      await expect(store.readOpenRuns()).rejects.toMatchObject({ kind: "newer" });
      expect((await store.readRun(runId("run-task-8")))?.key).toBe("task-8");
      expect(store.notices).toEqual([]);
      expect(movedAside()).toEqual([]);
    });

    it("a supervisor of the older version still says how its run ended", async () => {
      const store = await open();
      await fill(store);
      upgrade();
      const run = await store.readRun(runId("run-task-8"));
      if (run === null) throw new Error("The run was lost.");
      const result = await store.replaceRun({ run: closed(run), action: acted("close", "task-8") });
      expect(result).toMatchObject({ kind: "replaced", run: { state: "closed" } });
      expect(await store.readRun(run.id)).toMatchObject({ state: "closed" });
    });
  });

  it("of damaged files only the newest three are kept", async () => {
    for (let minute = 0; minute < 5; minute += 1) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, "damaged ".repeat(1_000));
      await (await open(T0_MS + minute * 60_000)).close();
    }
    expect(movedAside().map((name) => name.slice(-13))).toEqual(
      ["12-02-00.000Z", "12-03-00.000Z", "12-04-00.000Z"].map((time) => time),
    );
  });

  it("deleted while in use (git clean) is made again, and the old holder is refused", async () => {
    const store = await open();
    const epoch = await fill(store);
    rmSync(join(root, ".tasks"), { recursive: true });
    expect(await store.publish(publication(epoch))).toEqual({ kind: "refused", newestEpoch: 0 });
    expect(store.notices).toEqual([expect.stringContaining("deleted while in use")]);
    expect(existsSync(file)).toBe(true);
    await expectUsable(store);
  });

  it("moved aside by one process is given up by the others, which move nothing", async () => {
    const one = await open();
    await fill(one);
    const other = await open();
    await other.readRows(0);
    await one.close();
    rmSync(`${file}-wal`, { force: true });
    rmSync(`${file}-shm`, { force: true });
    rmSync(file);
    writeFileSync(file, "damaged ".repeat(1_000));
    const third = await open();
    expect(third.notices).toHaveLength(1);
    await expectUsable(third);
    expect(await other.readRow("after")).toEqual(row("after"));
    expect(other.notices).toEqual([]);
    expect(movedAside()).toHaveLength(1);
  });
});

describe("a place where nothing can be stored", () => {
  it.each([
    ["a file where the folder should be", () => writeFileSync(join(root, ".tasks"), "")],
    ["a link where the folder should be", () => symlinkSync(tmpdir(), join(root, ".tasks"))],
    ["a folder where the file should be", () => mkdirSync(file, { recursive: true })],
  ])("R3: %s is an error with reason disk and a remedy", async (_, prepare) => {
    prepare();
    await expect(open()).rejects.toMatchObject({
      kind: "disk",
      reason: "disk",
      hint: expect.stringContaining("writable"),
    });
  });

  it("a closed store says so, and closing twice is safe", async () => {
    const store = await open();
    await store.close();
    await store.close();
    await expect(store.readLease()).rejects.toMatchObject({ kind: "closed" });
  });
});
