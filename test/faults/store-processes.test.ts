// Several processes on one store: killed, racing, holding it, and filling the disk.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import { holder, row, T0_MS, TERM_MS } from "../contract/store-samples.ts";
import { rounds } from "../support/rounds.ts";

const PUBLISHING_KILLS = rounds({ short: 12, full: 500 });
const CHANGING_KILLS = rounds({ short: 10, full: 200 });

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tasks-processes-"));
  file = join(folder, "store.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openSqliteStore({ file, nowMs: () => T0_MS });
const CHILD = join(import.meta.dirname, "store-child.ts");

function start(what: string, name: string): ChildProcess {
  return spawn(process.execPath, [CHILD, what, file, name], { stdio: ["ignore", "pipe", "inherit"] });
}

async function output(child: ChildProcess): Promise<unknown> {
  const exited = once(child, "exit");
  let text = "";
  for await (const chunk of child.stdout ?? []) text += chunk;
  expect(await exited).toEqual([0, null]);
  return JSON.parse(text);
}

it("R1: killed again and again (kill -9) while it publishes, the store holds whole publications, each newer", async () => {
  let newest = 0;
  for (let kill = 0; kill < PUBLISHING_KILLS; kill += 1) {
    const child = start("publish", `holder-${kill}`);
    const exited = once(child, "exit");
    await once(child.stdout ?? child, "data");
    await delay((kill * 5) % 23);
    child.kill("SIGKILL");
    await exited;
    const store = await open();
    expect(store.notices).toEqual([]);
    const published = await store.readPublished();
    const number = Number(published?.header.workstreams[0]?.title);
    expect(number).toBe(published?.seq);
    expect(number).toBeGreaterThan(newest);
    const { rows } = await store.readRows(0);
    expect(rows.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
      Array.from({ length: 60 }, (_, index) => row(`task-${index}`, number)).sort((a, b) =>
        a.key < b.key ? -1 : 1,
      ),
    );
    await store.readIndex();
    // The dead holder's lease, so that the next one need not wait.
    await store.releaseLease({ epoch: published?.epoch ?? 0 });
    await store.close();
    newest = number;
  }
});

it("R9: four processes that race for the lease of a new store never hold the same epoch", async () => {
  const given = await Promise.all(["a", "b", "c", "d"].map((name) => output(start("contend", name))));
  const epochs = given.flat();
  expect(epochs.length).toBe(160);
  expect(new Set(epochs).size).toBe(epochs.length);
});

it("R9: two dispatchers, and two more, of processes of their own: each task is claimed once, each run taken once", async () => {
  const names = ["a", "b", "c", "d"];
  const given = (await Promise.all(names.map((name) => output(start("dispatch", name))))) as {
    readonly claimed: readonly string[];
    readonly took: readonly string[];
    readonly mostAlive: number;
  }[];
  const tasks = Array.from({ length: 50 }, (_, task) => `task-${task}`).sort();
  expect(given.flatMap(({ claimed }) => claimed).sort()).toEqual(tasks);
  expect(given.flatMap(({ took }) => took).sort()).toEqual(tasks);
  const mostAlive = Math.max(...given.map((each) => each.mostAlive));
  expect(mostAlive).toBeGreaterThan(0);
  expect(mostAlive).toBeLessThanOrEqual(3);
});

it("R1: killed again and again (kill -9) while it changes a run, what it did is in the feed, and nothing it did not", async () => {
  for (let kill = 0; kill < CHANGING_KILLS; kill += 1) {
    const child = start("report", "a");
    const exited = once(child, "exit");
    await once(child.stdout ?? child, "data");
    await delay((kill * 5) % 23);
    child.kill("SIGKILL");
    await exited;
    const store = await open();
    expect(store.notices).toEqual([]);
    const run = await store.readOpenRun("reported");
    const [newest] = await store.readTransitions({ limit: 1 });
    expect(newest).toMatchObject({ kind: "acted", note: String(run?.revision) });
    await store.close();
  }
});

// Skipped on Windows, whose shell has no `ulimit` to make a disk seem full with.
it.skipIf(process.platform === "win32")(
  "R3: a full disk is reason disk, and what was stored stays readable",
  async () => {
    // The shell's limit is in blocks of 512 or 1,024 bytes; either lets some hundred publications through.
    const child = spawn(
      "sh",
      ["-c", `ulimit -f 20000; exec "$0" "$@"`, process.execPath, CHILD, "fill", file, "a"],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const result = (await output(child)) as { published: number; readable: number; failure: unknown };
    expect(result.failure).toEqual({ kind: "disk", reason: "disk" });
    expect(result.published).toBeGreaterThan(10);
    expect(result.readable).toBe(result.published);
    const store = await open();
    expect(store.notices).toEqual([]);
    expect((await store.readRows(0)).rows).toHaveLength(result.published);
    await store.close();
  },
);

it("a store held by another process is waited for without blocking this one", async () => {
  const store = await open();
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  const claim = store.claimLease({ holder: holder("a"), termMs: TERM_MS, nowMs: T0_MS });
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks += 1;
  }, 5);
  await delay(300);
  clearInterval(ticking);
  other.exec("COMMIT");
  other.close();
  expect(await claim).toMatchObject({ kind: "held" });
  expect(ticks).toBeGreaterThan(2);
  await store.close();
});

it("a store that is never let go of is an error with reason lock, and reading continues meanwhile", async () => {
  const store = await open();
  const other = new DatabaseSync(file);
  other.exec("BEGIN IMMEDIATE");
  const request = store.requestRefresh({ nowMs: T0_MS });
  expect(await store.readPublished()).toBeNull();
  await expect(request).rejects.toMatchObject({ kind: "busy", reason: "lock" });
  other.exec("ROLLBACK");
  other.close();
  expect(await store.requestRefresh({ nowMs: T0_MS })).toBe(1);
  await store.close();
});
