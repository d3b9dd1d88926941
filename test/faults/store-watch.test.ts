// Store changes where watches fail, files are replaced, and processes write in turn: every commit is noticed.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import { type WatchFolder, watchOneFolder } from "../../src/adapters/tree-files/folder-watches.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { T0_MS } from "../contract/store-samples.ts";
import { rounds } from "../support/rounds.ts";

const TURNS = rounds({ short: 50, full: 2_000 });
const CHILD = join(import.meta.dirname, "store-child.ts");

let folder: string;
let file: string;
const opened: Store[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tasks-store-watch-"));
  file = join(folder, "state/store.sqlite");
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(watchFolder?: WatchFolder): Promise<Store> {
  const settings = { file, nowMs: () => T0_MS, ...(watchFolder && { watchFolder }) };
  const store = await openSqliteStore(settings);
  opened.push(store);
  return store;
}

function listen(store: Store) {
  const notified = vi.fn<() => void>();
  store.onChange(notified);
  return notified;
}

/** Long enough for a slow check, in a test that is about nothing else. */
const noticed = (notified: ReturnType<typeof listen>) =>
  vi.waitFor(() => expect(notified).toHaveBeenCalled(), { timeout: 8_000, interval: 5 });

/** A watch that can be broken, and silenced. */
function playWatch() {
  const watchers: ReturnType<typeof watchOneFolder>[] = [];
  const watchFolder: WatchFolder = (absolute) => {
    const watcher = watchOneFolder(absolute);
    watchers.push(watcher);
    return watcher;
  };
  return { watchers, watchFolder };
}

it("P21: a watch that breaks is replaced, and nothing is missed meanwhile", async () => {
  const { watchers, watchFolder } = playWatch();
  const [store, other] = [await open(watchFolder), await open()];
  const notified = listen(store);
  for (let times = 1; times <= 3; times += 1) {
    watchers.at(-1)?.emit("error", new Error("no more of it"));
    notified.mockClear();
    await other.requestRefresh({ nowMs: T0_MS });
    await noticed(notified);
    await vi.waitFor(() => expect(watchers).toHaveLength(times + 1), 2_000);
  }
});

it("P21: without a watch the store itself is checked", async () => {
  const refused = vi.fn<WatchFolder>(() => {
    throw Object.assign(new Error("System limit for number of file watchers reached"), { code: "ENOSPC" });
  });
  const [store, other] = [await open(refused), await open()];
  const notified = listen(store);
  await other.requestRefresh({ nowMs: T0_MS });
  await noticed(notified);
  expect(refused.mock.calls.length).toBeGreaterThan(1);
});

it("P21: a watch that says nothing makes nothing be missed", async () => {
  const [store, other] = [
    await open(() => ({ on: () => undefined as never, close: () => {} })),
    await open(),
  ];
  const notified = listen(store);
  await other.requestRefresh({ nowMs: T0_MS });
  await noticed(notified);
  notified.mockClear();
  await other.requestRefresh({ nowMs: T0_MS });
  await noticed(notified);
});

it("P21: a store that was deleted and made again by another process is reported", async () => {
  const store = await open();
  const notified = listen(store);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix);
  const other = await open();
  await noticed(notified);
  notified.mockClear();
  await other.requestRefresh({ nowMs: T0_MS });
  await noticed(notified);
  expect(await store.pendingRefresh()).not.toBeNull();
});

it("P21: a folder that was moved away, and another one in its place, is reported", async () => {
  const store = await open();
  const notified = listen(store);
  renameSync(join(folder, "state"), join(folder, "before"));
  const other = await open();
  await other.requestRefresh({ nowMs: T0_MS });
  await noticed(notified);
  await vi.waitFor(async () => expect(await store.pendingRefresh()).toBe(1), 5_000);
  notified.mockClear();
  await other.requestRefresh({ nowMs: T0_MS });
  await noticed(notified);
});

it("P21: two processes that write in turn notice every commit of each other", async () => {
  const store = await open();
  const child = spawn(process.execPath, [CHILD, "answer", file, "b"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  try {
    await once(child.stdout, "data");
    for (let turn = 1; turn <= TURNS; turn += 1) {
      const answered = Promise.withResolvers<void>();
      const look = async () => {
        if ((await store.pendingRefresh()) === null) answered.resolve();
      };
      await store.requestRefresh({ nowMs: T0_MS });
      const stop = store.onChange(() => void look());
      await look();
      await answered.promise;
      stop();
    }
    expect(await store.requestRefresh({ nowMs: T0_MS })).toBe(TURNS + 1);
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
}, 60_000);
