// Several processes that all would update one repository.

import { execFile } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import type { CycleRecord, Store } from "../../src/ports/store/store.ts";
import type { RunnerEvent } from "../../src/ports/system/runner-process.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { TASKS_ENTRY } from "../support/program.ts";
import {
  createTreeOnDisk,
  eventually,
  runnerLauncher,
  serveTree,
  type TreeOnDisk,
} from "../support/served-tree.ts";
import { stopBetweenWrites } from "../support/stop-between-writes.ts";

/** A runner without a server, with what it says. */
function startRunner(tree: TreeOnDisk) {
  const child = runnerLauncher(tree).launch();
  onTestFinished(() => child.kill());
  const events: RunnerEvent[] = [];
  child.onEvent((event) => events.push(event));
  const says = (kind: RunnerEvent["kind"]) =>
    eventually(
      () => events.map((event) => event.kind),
      (kinds) => kinds.includes(kind),
    );
  return { ...child, events, says };
}

async function openStore(tree: TreeOnDisk): Promise<Store> {
  const store = await openSqliteStore({ file: tree.storeFile, nowMs: Date.now });
  onTestFinished(() => store.close());
  return store;
}

function heartbeat(tree: TreeOnDisk) {
  return promisify(execFile)(
    process.execPath,
    [TASKS_ENTRY, "heartbeat", "--repo", tree.root, "--format", "json"],
    {
      env: { ...process.env, TASKS_CYCLE_TIMEOUT_S: "1" },
    },
  );
}

test("R9: two servers and the command line on one repository run one heartbeat at a time, and share it", async () => {
  const tree = createTreeOnDisk();
  const first = await serveTree(tree);
  first.keeper.announce("http://127.0.0.1:8005/status");
  await eventually(
    () => first.live.freshness(),
    ({ state }) => state === "fresh",
  );
  const second = await serveTree(tree);
  await eventually(
    () => second.live.notices().join(),
    (text) => text.includes("http://127.0.0.1:8005/status"),
  );
  expect(second.live.freshness().state).toBe("fresh");

  const shell = Array.from({ length: 3 }, () => heartbeat(tree));
  for (let round = 0; round < 10; round += 1) {
    tree.write(taskPath(`t${round}`), taskText());
    await Promise.all([first, second].map(({ live }) => live.refresh({ waitMs: 2_000 })));
  }
  for (const { stdout } of await Promise.all(shell))
    expect(JSON.parse(stdout)).toMatchObject({ schema_version: 1 });
  const bySeq = (served: typeof first) => served.live.view()?.snapshot.tasks.length;
  await eventually(
    () => [bySeq(first), bySeq(second)],
    ([a, b]) => a === 11 && b === 11,
  );
  expect(overlapping(await first.store.readCycles(1_000))).toEqual([]);
  expect(first.runners.length + second.runners.length).toBe(2);
});

test("R9: when the first server goes, the second one's runner takes over within a moment", async () => {
  const tree = createTreeOnDisk();
  const first = await serveTree(tree);
  await eventually(
    () => first.live.freshness(),
    ({ state }) => state === "fresh",
  );
  const second = await serveTree(tree);
  await eventually(
    () => second.live.notices(),
    (notices) => notices.length > 0,
  );
  // Without warning: the lease is not released.
  process.kill(first.runners.at(-1)?.pid ?? 0, "SIGKILL");
  await first.keeper.stop();
  tree.write(taskPath("b"), taskText());
  await eventually(
    () => second.live.view()?.snapshot.tasks.length,
    (count) => count === 2,
    5_000,
  );
  expect(second.live.notices()).toEqual([]);
});

test("R9: a runner that stood still past its lease wakes, is refused, and changes nothing", async () => {
  const tree = createTreeOnDisk();
  const first = startRunner(tree);
  await first.says("cycle_ended");
  stopBetweenWrites(first.pid, tree.storeFile);
  const second = startRunner(tree);
  await second.says("standby");
  // Its process lives, so it is believed until it has missed its renewals.
  await second.says("leading");
  tree.write(taskPath("b"), taskText());
  const store = await openStore(tree);
  const seen = await eventually(
    () => store.readPublished(),
    (state) => state?.seq === 2,
  );
  process.kill(first.pid, "SIGCONT");
  await first.says("standby");
  expect(first.events.at(-1)).toMatchObject({ kind: "standby", holder: { pid: second.pid } });
  expect((await store.readPublished())?.epoch).toBe(seen?.epoch);
  expect(await store.readLease()).toMatchObject({ holder: { pid: second.pid }, epoch: seen?.epoch });
  // The attempt it made when it woke is in the history too, as one that was refused.
  const cycles = await store.readCycles(1_000);
  expect(overlapping(cycles.filter(({ reason }) => reason !== "lock"))).toEqual([]);
});

test("a store deleted under the runner is made again from the files, and the loss is reported", async () => {
  const tree = createTreeOnDisk(["a", "b"]);
  const served = await serveTree(tree);
  await eventually(
    () => served.live.freshness(),
    ({ state }) => state === "fresh",
  );
  rmSync(dirname(tree.storeFile), { recursive: true });
  await eventually(
    () => served.live.notices().join(),
    (text) => text.includes("deleted while in use"),
  );
  await eventually(
    () => served.live.freshness(),
    ({ state }) => state === "fresh",
  );
  tree.write(taskPath("c"), taskText());
  await eventually(
    () => served.live.view()?.snapshot.tasks.length,
    (count) => count === 3,
  );
  // A deletion while the new one is made may damage that one too: then it is replaced once more.
  await eventually(
    async () => [(await served.store.readRows(0)).rows.length, (await served.store.readIndex()).length],
    (counts) => counts.join() === "3,3",
  );
  expect(served.runners).toHaveLength(1);
});

test("a store damaged under the runner is moved aside and rebuilt, and nothing crashes", async () => {
  const tree = createTreeOnDisk(["a", "b"]);
  const served = await serveTree(tree);
  await eventually(
    () => served.live.freshness(),
    ({ state }) => state === "fresh",
  );
  overwriteWithNoise(tree.storeFile);
  overwriteWithNoise(`${tree.storeFile}-wal`);
  tree.write(taskPath("c"), taskText());
  await eventually(
    async () => served.live.view()?.snapshot.tasks.length,
    (count) => count === 3,
    30_000,
  );
  await eventually(
    () => served.live.freshness(),
    ({ state }) => state === "fresh",
  );
  await eventually(
    () => served.live.notices().join(),
    (text) => text.includes("moved aside"),
    30_000,
  );
  expect(served.runners).toHaveLength(1);
});

/** Pairs of cycles that ran at the same time. */
function overlapping(cycles: readonly CycleRecord[]): [CycleRecord, CycleRecord][] {
  const ended = cycles
    .filter(({ endedAtMs }) => endedAtMs !== null)
    .sort((a, b) => a.startedAtMs - b.startedAtMs);
  return ended.flatMap((cycle, at) => {
    const next = ended[at + 1];
    return next !== undefined && next.startedAtMs < (cycle.endedAtMs ?? 0) ? [[cycle, next]] : [];
  });
}

function overwriteWithNoise(file: string): void {
  const handle = openSync(file, "r+");
  for (let at = 0; at < 200; at += 1) writeSync(handle, Buffer.alloc(512, at + 7), 0, 512, at * 512);
  closeSync(handle);
}
