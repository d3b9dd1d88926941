import { expect, test } from "vitest";
import { createMemoryClock } from "../../../test/memory/memory-clock.ts";
import { createMemoryStore } from "../../../test/memory/memory-store.ts";
import {
  createTestWorld,
  heartbeatWorld,
  holderNamed,
  taskPath,
  taskText,
} from "../../../test/support/app-world.ts";
import type { CycleCause, CycleOutcome } from "../../core/contract/cycle.ts";
import type { CycleProgress } from "../../core/contract/cycle-progress.ts";
import type { FileStamp } from "../../core/contract/parsed-file.ts";
import { HOUR_MS } from "../../core/values/durations.ts";
import type { IndexChanges, Store } from "../../ports/store/store.ts";
import { StoreError } from "../../ports/store/store-error.ts";
import { createHeartbeat } from "./heartbeat.ts";

async function setUp(texts: Readonly<Record<string, string>> = {}, store: Store = createMemoryStore()) {
  const clock = createMemoryClock();
  const { world, tree, git } = createTestWorld({ clock, texts, store });
  const claim = await store.claimLease({ holder: holderNamed("a"), termMs: HOUR_MS, nowMs: clock.wallMs() });
  const right = { epoch: claim.lease.epoch, confirm: async () => true };
  tree.watch.start(() => {});
  // Files older than the first look at them: one written while it is read would be read again.
  clock.advance(60_000);
  const start = () => {
    const heartbeat = createHeartbeat(heartbeatWorld(world));
    return {
      ...heartbeat,
      run: (...causes: CycleCause[]): Promise<CycleOutcome> => heartbeat.cycle(new Set(causes), right),
    };
  };
  return { clock, world, tree, git, store, right, start, heartbeat: start() };
}

async function groups(store: Store): Promise<Record<string, string>> {
  const { rows } = await store.readRows(0);
  return Object.fromEntries(rows.map(({ key, group }) => [key, group]));
}

test("a first cycle publishes, an unchanged one attests, a changed one publishes what changed", async () => {
  const { heartbeat, tree, store, clock } = await setUp({
    [taskPath("a")]: taskText(),
    [taskPath("b")]: taskText(),
  });
  expect(await heartbeat.run("start")).toMatchObject({ kind: "published", seq: 1, tasks: 2 });
  clock.advance(1000);
  expect(await heartbeat.run("refresh")).toMatchObject({
    kind: "attested",
    seq: 1,
    attestation: { cycle: 2 },
  });
  tree.write(taskPath("b"), taskText({ status: "in_progress" }));
  expect(await heartbeat.run("file_change")).toMatchObject({ kind: "published", seq: 2 });
  expect(await groups(store)).toEqual({ a: "ready", b: "active" });
  expect((await store.readRows(1)).rows.map(({ key }) => key)).toEqual(["b"]);
  expect(await store.readTransitions({ limit: 5 })).toMatchObject([
    { key: "b", from: "ready", to: "active" },
  ]);
});

test("F1: observed_at is the end of the cycle that confirmed the data", async () => {
  const { heartbeat, store, clock } = await setUp({ [taskPath("a")]: taskText() });
  await heartbeat.run("start");
  clock.advance(7000);
  await heartbeat.run("cycle_timer");
  const published = await store.readPublished();
  expect(published?.attestation.observed_at).toBe(new Date(clock.wallMs()).toISOString());
  expect(published?.publishedAtMs).toBe(clock.wallMs() - 7000);
});

test("P2: a cycle looks at the settings once, which costs a stat of three files", async () => {
  const { start, world } = await setUp({ [taskPath("a")]: taskText() });
  let looks = 0;
  const { startSettings } = world;
  Object.assign(world, {
    startSettings: () => {
      looks += 1;
      return startSettings();
    },
  });
  await start().run("start");
  expect(looks).toBe(1);
});

test("a proven watch that saw nothing reads nothing; the scan timer lists everything", async () => {
  const { heartbeat, tree, world } = await setUp({ [taskPath("a")]: taskText() });
  let lists = 0;
  const { listInSteps } = world.files;
  Object.assign(world.files, {
    listInSteps: (...asked: Parameters<typeof listInSteps>) => {
      lists += 1;
      return listInSteps(...asked);
    },
  });
  await heartbeat.run("start");
  const before = { lists, reads: tree.reads() };
  await heartbeat.run("refresh");
  expect({ lists, reads: tree.reads() }).toEqual(before);
  await heartbeat.run("scan_timer");
  expect({ lists, reads: tree.reads() }).toEqual({ ...before, lists: before.lists + 1 });
});

test("R11: without a watch that can be proven each cycle scans, and the source says polling", async () => {
  const { heartbeat, tree, store } = await setUp({ [taskPath("a")]: taskText() });
  await heartbeat.run("start");
  tree.poll();
  tree.write(taskPath("b"), taskText());
  expect(await heartbeat.run("cycle_timer")).toMatchObject({
    kind: "published",
    attestation: { sources: { tasks: { mode: "polling" } } },
  });
  expect(await groups(store)).toEqual({ a: "ready", b: "ready" });
});

test("R11: a watch that lost count is answered by a scan", async () => {
  const { heartbeat, tree, store } = await setUp({ [taskPath("a")]: taskText() });
  await heartbeat.run("start");
  tree.write(taskPath("b"), taskText());
  tree.loseCount();
  await heartbeat.run("refresh");
  expect(Object.keys(await groups(store))).toEqual(["a", "b"]);
});

test("F10: a tree that cannot be listed fails the cycle, keeps the snapshot and marks its source", async () => {
  const { heartbeat, tree, store, clock } = await setUp({ [taskPath("a")]: taskText() });
  await heartbeat.run("start");
  const before = await store.readPublished();
  clock.advance(20_000);
  tree.failListing("The folder tasks is gone.");
  expect(await heartbeat.run("scan_timer")).toEqual({
    kind: "failed",
    reason: "disk",
    detail: "The folder tasks is gone.",
  });
  const failing = await store.readPublished();
  expect(failing).toMatchObject({
    seq: 1,
    attestation: {
      observed_at: before?.attestation.observed_at,
      sources: {
        tasks: { state: "failing", error: "The folder tasks is gone." },
        runs: { state: "ok" },
        pull_requests: { state: "off" },
      },
    },
  });
  expect(await groups(store)).toEqual({ a: "ready" });
  expect((await store.readCycles(1))[0]).toMatchObject({ outcome: "failed", reason: "disk" });
  tree.failListing(null);
  expect(await heartbeat.run("cycle_timer")).toMatchObject({
    kind: "attested",
    attestation: { sources: { tasks: { state: "ok", error: null } } },
  });
});

test("a tree emptied on purpose is shown as empty", async () => {
  const { heartbeat, tree, store } = await setUp({ [taskPath("a")]: taskText() });
  await heartbeat.run("start");
  tree.remove(taskPath("a"));
  expect(await heartbeat.run("file_change")).toMatchObject({ kind: "published", tasks: 0 });
  expect(await groups(store)).toEqual({});
});

test("R13: a half-written file shows its last good parse, also after a cold start", async () => {
  const { heartbeat, start, tree, store } = await setUp({ [taskPath("a")]: taskText({ title: "Good" }) });
  await heartbeat.run("start");
  await heartbeat.writeIndex();
  tree.write(taskPath("a"), "---\ntitle: Good\nstatus: [rea");
  await heartbeat.run("file_change");
  await heartbeat.writeIndex();
  const warm = await store.readRow("a");
  expect(warm).toMatchObject({ title: "Good", status: "ready", group: "needs_attention" });
  expect(await start().run("start")).toMatchObject({ kind: "attested" });
  expect(await store.readRow("a")).toEqual(warm);
});

test("a cold start restores from the store and publishes nothing that is known", async () => {
  const { heartbeat, start, clock, tree } = await setUp({
    [taskPath("a")]: taskText(),
    [taskPath("b")]: taskText(),
  });
  await heartbeat.run("start");
  await heartbeat.writeIndex();
  clock.advance(5000);
  const reads = tree.reads();
  expect(await start().run("start")).toMatchObject({ kind: "attested", seq: 1, attestation: { cycle: 2 } });
  expect(tree.reads()).toBe(reads);
});

test("rows that were lost come back with the group times of the history", async () => {
  const { heartbeat, start, clock, tree, store } = await setUp({ [taskPath("a")]: taskText() });
  await heartbeat.run("start");
  clock.advance(HOUR_MS);
  tree.write(taskPath("a"), taskText({ status: "in_progress" }));
  await heartbeat.run("file_change");
  const before = await store.readRow("a");
  clock.advance(HOUR_MS);
  Object.assign(store, {
    readPublished: async () => null,
    readRows: async () => ({ rows: [], goneKeys: [], complete: true }),
  });
  expect(await start().run("start")).toMatchObject({ kind: "published" });
  expect(await store.readRow("a")).toMatchObject({
    group: "active",
    since: before?.since,
    since_basis: "transition",
  });
});

test("a threshold that passes is noticed by time alone", async () => {
  const { heartbeat, clock, store } = await setUp({ [taskPath("a")]: taskText() });
  await heartbeat.run("start");
  clock.advance(25 * HOUR_MS);
  expect(await heartbeat.run("cycle_timer")).toMatchObject({ kind: "published" });
  expect((await store.readRow("a"))?.signals.map(({ code, tier }) => [code, tier])).toEqual([
    ["pickup_overdue", 2],
  ]);
});

test("a changed branch is published though no file changed", async () => {
  const { heartbeat, git, store } = await setUp({ [taskPath("a")]: taskText() });
  await heartbeat.run("start");
  git.setFacts({ branch: "topic", commit: "c2" });
  expect(await heartbeat.run("refresh")).toMatchObject({ kind: "published", seq: 2 });
  expect((await store.readPublished())?.header.repository).toMatchObject({ branch: "topic", commit: "c2" });
});

test("R9: without the certainty of the lease nothing is written", async () => {
  const { heartbeat, store, right } = await setUp({ [taskPath("a")]: taskText() });
  expect(await heartbeat.cycle(new Set(["start"]), { ...right, confirm: async () => false })).toEqual({
    kind: "refused",
  });
  expect(await store.readPublished()).toBeNull();
});

test("a write that fails is a failed cycle, and the next one publishes all of it", async () => {
  const { heartbeat, tree, store } = await setUp({ [taskPath("a")]: taskText() });
  await heartbeat.run("start");
  const { publish } = store;
  const full = new StoreError({ kind: "disk", message: "The disk is full.", hint: "Make room." });
  Object.assign(store, { publish: () => Promise.reject(full) });
  tree.write(taskPath("b"), taskText());
  expect(await heartbeat.run("file_change")).toEqual({
    kind: "failed",
    reason: "disk",
    detail: "The disk is full.",
  });
  Object.assign(store, { publish });
  expect(await heartbeat.run("cycle_timer")).toMatchObject({ kind: "published", seq: 2, tasks: 2 });
  expect(Object.keys(await groups(store))).toEqual(["a", "b"]);
});

test("an index that could not be written is written later", async () => {
  const { heartbeat, store } = await setUp({ [taskPath("a")]: taskText() });
  const { writeIndex } = store;
  Object.assign(store, { writeIndex: () => Promise.reject(new Error("busy")) });
  await heartbeat.run("start");
  await expect(heartbeat.writeIndex()).rejects.toThrow("busy");
  Object.assign(store, { writeIndex });
  await heartbeat.writeIndex();
  expect(await store.readIndex()).toHaveLength(1);
});

test("a rebuilt store gets everything again", async () => {
  const { heartbeat, clock, world } = await setUp({ [taskPath("a")]: taskText() });
  await heartbeat.run("start");
  await heartbeat.writeIndex();
  const fresh = createMemoryStore();
  Object.assign(world.store, fresh);
  const claim = await fresh.claimLease({ holder: holderNamed("a"), termMs: HOUR_MS, nowMs: clock.wallMs() });
  heartbeat.restart();
  const right = { epoch: claim.lease.epoch, confirm: async () => true };
  expect(await heartbeat.cycle(new Set(["start"]), right)).toMatchObject({
    kind: "published",
    seq: 1,
    tasks: 1,
  });
  await heartbeat.writeIndex();
  expect(await fresh.readIndex()).toHaveLength(1);
});

/** A tree whose files take 30 ms each to read. */
async function setUpSlow(count: number) {
  const paths = Array.from({ length: count }, (_, index) => taskPath(`t${String(index).padStart(3, "0")}`));
  const made = await setUp(Object.fromEntries(paths.map((path) => [path, taskText()])));
  const { readEach } = made.world.files;
  Object.assign(made.world.files, {
    *readEach(stamps: readonly FileStamp[]) {
      for (const read of readEach(stamps)) {
        made.clock.advance(30);
        yield read;
      }
    },
  });
  return made;
}

test("R27: a cycle that is stopped in the middle of reading keeps what it read, and the next one continues from there", async () => {
  const { start, store, right, tree } = await setUpSlow(100);
  const stopping = new AbortController();
  const reported: CycleProgress[] = [];
  const first = start();
  const outcome = await first.cycle(new Set(["start"]), right, {
    signal: stopping.signal,
    onProgress(progress) {
      reported.push(progress);
      if (progress.done >= 50) stopping.abort();
    },
  });
  expect(outcome).toMatchObject({ kind: "failed", reason: "exit" });
  expect(reported.every(({ phase, total }) => phase === "reading" && total === 100)).toBe(true);
  await first.writeIndex();
  const kept = tree.reads();
  expect(await store.readIndex()).toHaveLength(kept);
  expect(kept).toBeLessThan(60);
  expect(await start().run("start")).toMatchObject({ kind: "published", tasks: 100 });
  expect(tree.reads()).toBe(100);
});

test("R27: what a long reading has read is in the store every 2 s, however the process ends", async () => {
  const { heartbeat, store, world, tree } = await setUpSlow(200);
  const kept: string[] = [];
  const { writeIndex } = store;
  Object.assign(world.store, {
    writeIndex: async (changes: IndexChanges) => {
      kept.push(`${changes.changed.length} of ${tree.reads()}`);
      await writeIndex(changes);
    },
  });
  await heartbeat.run("start");
  // 30 ms each: 67 take 2 s.
  expect(kept).toEqual(["67 of 67", "67 of 134"]);
});

test("what was read and could not be kept fails no cycle, and is written after it", async () => {
  const { heartbeat, store, world } = await setUpSlow(100);
  const { writeIndex } = store;
  Object.assign(world.store, {
    writeIndex: () => Promise.reject(new StoreError({ kind: "busy", message: "busy", hint: "Wait." })),
  });
  expect(await heartbeat.run("start")).toMatchObject({ kind: "published", tasks: 100 });
  Object.assign(world.store, { writeIndex });
  await heartbeat.writeIndex();
  expect(await store.readIndex()).toHaveLength(100);
});

test("R27: the history says how far a long cycle is while it runs, and how it ended", async () => {
  const { heartbeat, store, right } = await setUpSlow(100);
  const seen: unknown[] = [];
  await heartbeat.cycle(new Set(["start"]), right, {
    onProgress: async () => void seen.push((await store.readCycles(1))[0]?.progress?.done),
  });
  expect(seen.filter((done) => done !== undefined)).not.toEqual([]);
  const [ended] = await store.readCycles(1);
  expect(ended).toMatchObject({ outcome: "published" });
  expect(ended?.progress ?? null).toBeNull();
});
