// A real runner process beside a server, and everything that may befall it.

import { spawn } from "node:child_process";
import { renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { taskPath, taskText } from "../support/app-world.ts";
import {
  createTreeOnDisk,
  eventually,
  processesNaming,
  type ServedTree,
  serveTree,
} from "../support/served-tree.ts";

const WAIT_MS = 500;
/** For a process to start, a watch to notice and a loaded machine to get round to it; no assertion about speed. */
const SLACK_MS = 200;

const isFresh = ({ live }: ServedTree) =>
  eventually(
    () => live.freshness(),
    ({ state }) => state === "fresh",
  );
const taskCount = ({ live }: ServedTree) => live.view()?.snapshot.tasks.length ?? 0;
const isGone = (pid: number) => !processesNaming("").includes(pid);

test("F2: 100 loads on a cold server run exactly one heartbeat, and see one snapshot", async () => {
  const served = await serveTree(createTreeOnDisk(["a", "b"]));
  const loads = Array.from({ length: 100 }, async () => {
    const outcome = await served.live.refresh({ waitMs: 10_000 });
    return `${outcome} ${served.live.view()?.snapshot.seq}`;
  });
  expect(new Set(await Promise.all(loads))).toEqual(new Set(["refreshed 1"]));
  expect(await served.store.readCycles(10)).toMatchObject([{ cause: "start", outcome: "published" }]);
});

test("F3, R6: a cycle that blocks its process is ended from outside with all it started; meanwhile loads are answered", async () => {
  const tree = createTreeOnDisk();
  const served = await serveTree(tree);
  await isFresh(served);
  const pid = served.runners.at(-1)?.pid ?? 0;
  tree.setFault("grandchild");
  await eventually(
    () => processesNaming(`600.${pid}`),
    (found) => found.length === 1,
  );
  const askedMs = performance.now();
  expect(await served.live.refresh({ waitMs: WAIT_MS })).toBe("timed_out");
  expect(performance.now() - askedMs).toBeLessThan(WAIT_MS + SLACK_MS);
  expect(served.live.view()?.snapshot.seq).toBe(1);
  expect(
    await eventually(
      () => served.live.freshness(),
      ({ state }) => state === "stale",
    ),
  ).toMatchObject({
    stale_reason: "timeout",
  });
  tree.setFault(null);
  await eventually(
    () => [...processesNaming(`600.${pid}`), isGone(pid)],
    (found) => found.join() === "true",
    2_000,
  );
  await isFresh(served);
  expect(served.runners.length).toBeGreaterThan(1);
});

test("R27, F3: a reading that takes far longer than the limit gets there; killed in the middle, it continues from what was kept", async () => {
  const slugs = Array.from({ length: 150 }, (_, index) => `t${index}`);
  const tree = createTreeOnDisk(slugs);
  // Files that have only just changed would be read again, whatever their time is set to.
  await eventually(
    () => Date.now() - statSync(join(tree.root, taskPath("t149"))).ctimeMs,
    (ageMs) => ageMs > 2_100,
  );
  tree.setFault("slow");
  const served = await serveTree(tree);
  const kept = await eventually(
    async () => (await served.store.readIndex()).length,
    (count) => count > 0,
  );
  expect(served.live.freshness()).toMatchObject({
    state: "unknown",
    detail: expect.stringMatching(/reading \d+ of 150 files/),
    progress: { phase: "reading", total: 150 },
  });
  expect(await served.store.readCycles(1)).toMatchObject([{ progress: { phase: "reading", total: 150 } }]);
  process.kill(served.runners[0]?.pid ?? 0, "SIGKILL");
  await eventually(
    () => isGone(served.runners[0]?.pid ?? 0),
    (gone) => gone,
  );
  const before = tree.slowReads().length;
  await isFresh(served);
  expect(taskCount(served)).toBe(150);
  // All but the first portion were read by the second runner, at 50 ms each: over the limit of 3 s, in one cycle.
  expect(tree.slowReads().length - before).toBe(150 - kept);
  expect((150 - kept) * 50).toBeGreaterThan(3_000);
  expect(served.runners).toHaveLength(2);
});

test("a runner killed -9 is replaced, under a new epoch, without waiting for its lease to run out", async () => {
  const tree = createTreeOnDisk();
  const served = await serveTree(tree);
  await isFresh(served);
  const before = await served.store.readLease();
  process.kill(served.runners.at(-1)?.pid ?? 0, "SIGKILL");
  await eventually(
    () => served.runners.length,
    (count) => count === 2,
  );
  tree.write(taskPath("b"), taskText());
  await eventually(
    () => taskCount(served),
    (count) => count === 2,
    5_000,
  );
  expect(await served.store.readLease()).toMatchObject({
    epoch: (before?.epoch ?? 0) + 1,
    holder: { pid: served.runners[1]?.pid },
  });
  expect(served.live.counters().cyclesFailedByReason).toEqual({ exit: 1 });
});

test("a runner that stands still (SIGSTOP) is ended and replaced", async () => {
  const served = await serveTree(createTreeOnDisk());
  await isFresh(served);
  const pid = served.runners.at(-1)?.pid ?? 0;
  process.kill(pid, "SIGSTOP");
  await eventually(
    () => isGone(pid),
    (gone) => gone,
    10_000,
  );
  await isFresh(served);
});

test("a runner that ends in each cycle is restarted with growing pauses, and the page says why", async () => {
  const tree = createTreeOnDisk();
  const served = await serveTree(tree);
  await isFresh(served);
  tree.setFault("exit");
  expect(
    await eventually(
      () => served.live.freshness(),
      ({ state }) => state === "stale",
    ),
  ).toMatchObject({
    stale_reason: "exit",
    detail: expect.stringContaining("code 9"),
    next_attempt_at: expect.any(String),
  });
  await eventually(
    () => served.runners.length,
    (count) => count > 3,
  );
  const [, first = 0, second = 0, third = 0] = served.launchedAtMs;
  // Half a second and a second, less the jitter of a tenth; a process takes its time besides.
  expect(second - first).toBeGreaterThan(450);
  expect(third - second).toBeGreaterThan(900);
  tree.setFault(null);
  await isFresh(served);
});

test("R17: stop ends the runner, gives the lease back, and takes less than 5 s; a hung one is ended by force", async () => {
  for (const fault of [null, "block"] as const) {
    const tree = createTreeOnDisk();
    const served = await serveTree(tree);
    await isFresh(served);
    const pid = served.runners.at(-1)?.pid ?? 0;
    tree.setFault(fault);
    if (fault !== null)
      await eventually(
        () => tree.isBlocked(),
        (blocked) => blocked,
      );
    const startedMs = performance.now();
    await served.keeper.stop();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(served.runners.map((runner) => isGone(runner.pid))).toEqual(served.runners.map(() => true));
    expect(isGone(pid)).toBe(true);
    expect(await served.store.readLease()).toBeNull();
  }
});

test("R17: the snapshot of before is there at once after a restart, with its age", async () => {
  const tree = createTreeOnDisk();
  const first = await serveTree(tree);
  await isFresh(first);
  await first.stop();
  tree.setFault("block");
  const second = await serveTree(tree);
  expect(second.live.view()?.snapshot.seq).toBe(1);
  expect(second.live.freshness()).toMatchObject({ state: "stale", stale_reason: "starting" });
});

test("when the server is killed -9 its runner exits", async () => {
  const tree = createTreeOnDisk();
  const server = fileURLToPath(new URL("fixtures/server.ts", import.meta.url));
  const child = spawn(process.execPath, [server, tree.root], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const runners = () =>
    processesNaming("fixtures/runner.ts").filter((pid) => processesNaming(tree.root).includes(pid));
  await eventually(runners, (found) => found.length === 1);
  child.kill("SIGKILL");
  await eventually(runners, (found) => found.length === 0);
});

/** A disk that others use at the same time takes many times as long for as many files. */
const SLOW_DISK_MS = 45_000;

test("R12: 10,000 changes within a moment are a few cycles, and the end state is right", async () => {
  const slugs = Array.from({ length: 500 }, (_, index) => `t${index}`);
  const tree = createTreeOnDisk(slugs);
  const served = await serveTree(tree);
  await isFresh(served);
  const before = (await served.store.readCycles(1_000)).length;
  for (let change = 0; change < 10_000; change += 1) {
    tree.write(taskPath(`t${change % 500}`), taskText({ title: `Change ${change}` }));
  }
  const titles = () => served.live.view()?.snapshot.tasks.map(({ title }) => Number(title.slice(7))) ?? [];
  await eventually(titles, (numbers) => Math.min(...numbers) === 9_500, SLOW_DISK_MS);
  // A busy machine writes for many seconds, with pauses that each end a burst; how bursts are gathered has tests of its own.
  expect((await served.store.readCycles(10_000)).length - before).toBeLessThanOrEqual(10_000 / 100);
});

test("a repository that is deleted and restored: its last snapshot stays, marked, and it comes back", async () => {
  const tree = createTreeOnDisk(["a", "b"]);
  const served = await serveTree(tree);
  await isFresh(served);
  // At once: of one that is deleted file by file, an update in between truly sees fewer tasks.
  renameSync(`${tree.root}/tasks`, `${tree.root}/gone`);
  expect(
    await eventually(
      () => served.live.freshness(),
      ({ state }) => state === "stale",
    ),
  ).toMatchObject({
    stale_reason: "disk",
    detail: expect.stringContaining("tasks"),
  });
  expect(taskCount(served)).toBe(2);
  expect(served.live.view()?.attestation.sources.tasks).toMatchObject({ state: "failing" });
  for (const slug of ["a", "c"]) tree.write(taskPath(slug), taskText());
  await isFresh(served);
  await eventually(
    () =>
      served.live
        .view()
        ?.snapshot.tasks.map(({ key }) => key)
        .join(),
    (keys) => keys === "a,c",
  );
  expect(served.live.view()?.attestation.sources.tasks).toMatchObject({ state: "ok", error: null });
});
