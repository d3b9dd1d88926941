import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryStore } from "../../../test/memory/memory-store.ts";
import {
  createTestWorld,
  holderNamed,
  type TestWorldOptions,
  TIMER_CLOCK,
  taskPath,
  taskText,
} from "../../../test/support/app-world.ts";
import { countWakeUps } from "../../../test/support/count-wake-ups.ts";
import type { Store } from "../../ports/store/store.ts";
import { StoreError } from "../../ports/store/store-error.ts";
import type { RunnerCommand, RunnerEvent } from "../../ports/system/runner-process.ts";
import { Runner } from "./runner.ts";

const running = new Set<Runner>();

beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  const stopped = Promise.all([...running].map((runner) => runner.stop()));
  await vi.advanceTimersByTimeAsync(5_000);
  await stopped;
  running.clear();
  vi.useRealTimers();
});

function setUp(options: Partial<TestWorldOptions> = {}) {
  const made = createTestWorld({ clock: TIMER_CLOCK, texts: { [taskPath("a")]: taskText() }, ...options });
  let command: (command: RunnerCommand) => void = () => {};
  let close: () => void = () => {};
  const events: RunnerEvent[] = [];
  const runner = new Runner(made.world, {
    parent: {
      send: (event) => void events.push(event),
      onCommand: (listener) => {
        command = listener;
      },
      onClose: (listener) => {
        close = listener;
      },
      close: () => {},
    },
  });
  running.add(runner);
  const start = async () => {
    runner.start();
    await vi.advanceTimersByTimeAsync(0);
  };
  const causes = () =>
    events.flatMap((event) => (event.kind === "cycle_started" ? [event.causes.join()] : []));
  return {
    ...made,
    runner,
    events,
    causes,
    start,
    command: (sent: RunnerCommand) => command(sent),
    close: () => close(),
  };
}

test("it takes the lease, runs a first cycle, and says all of it", async () => {
  const { start, events, world } = setUp();
  await start();
  expect(events.map(({ kind }) => kind)).toEqual(["leading", "cycle_started", "cycle_ended"]);
  expect(events.at(-1)).toMatchObject({
    outcome: { kind: "published", seq: 1 },
    nextAttemptAtMs: Date.now() + 15_000,
  });
  expect(await world.store.readLease()).toMatchObject({ holder: { id: "a" }, epoch: 1 });
});

test("cycles run by the clock: every 15 s, a full scan every 30 s", async () => {
  const { start, causes } = setUp();
  await start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(causes()).toEqual(["start", "cycle_timer", "scan_timer", "cycle_timer", "scan_timer"]);
});

test("a changed file is published a blink later", async () => {
  const { start, events, tree } = setUp();
  await start();
  tree.write(taskPath("b"), taskText());
  await vi.advanceTimersByTimeAsync(10);
  expect(events.at(-1)).toMatchObject({ outcome: { kind: "published", seq: 2, tasks: 2 } });
});

test("R12: 10,000 changed files are one cycle, with the end state", async () => {
  const { start, causes, tree, world } = setUp();
  await start();
  for (let count = 0; count < 10_000; count += 1)
    tree.write(taskPath(`t${count % 100}`), taskText({ title: `${count}` }));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(causes()).toEqual(["start", "file_change"]);
  expect(await world.store.readRow("t99")).toMatchObject({ title: "9999" });
});

test("a refresh from the server is one cycle, and answers the hints it overtook", async () => {
  const { start, causes, command, tree } = setUp();
  await start();
  await vi.advanceTimersByTimeAsync(1);
  tree.write(taskPath("b"), taskText());
  command({ kind: "refresh", askedMs: performance.now() });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(causes()).toEqual(["start", "refresh"]);
});

test("F15: a request that a cycle has answered before it arrives causes no other one", async () => {
  const { start, events, causes, command } = setUp();
  const askedMs = performance.now();
  await vi.advanceTimersByTimeAsync(1);
  await start();
  const [, started, ended] = events;
  expect(started).toMatchObject({ kind: "cycle_started", beganMs: askedMs + 1 });
  expect(ended).toMatchObject({ kind: "cycle_ended", beganMs: askedMs + 1, cpuMs: 0 });
  command({ kind: "refresh", askedMs });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(causes()).toEqual(["start"]);
});

test("F12: a cycle tells what it cost, and what followed the one before it", async () => {
  const clock = { ...TIMER_CLOCK };
  let spentMs = 0;
  clock.cpuMs = () => spentMs;
  const { start, events, command, world } = setUp({ clock });
  const { recordCycle, writeIndex } = world.store;
  Object.assign(world.store, {
    recordCycle: async (record: Parameters<typeof recordCycle>[0]) => {
      spentMs += 3;
      await recordCycle(record);
    },
    writeIndex: async (changes: Parameters<typeof writeIndex>[0]) => {
      spentMs += 10;
      await writeIndex(changes);
    },
  });
  await start();
  await vi.advanceTimersByTimeAsync(1);
  command({ kind: "refresh", askedMs: performance.now() });
  await vi.advanceTimersByTimeAsync(1);
  const costs = events.flatMap((event) => (event.kind === "cycle_ended" ? [event.cpuMs] : []));
  expect(costs).toEqual([6, 16]);
});

test("P21: a request left in the store is answered at once, and later ones by one more cycle", async () => {
  const { start, causes, world } = setUp();
  await start();
  const request = () => world.store.requestRefresh({ nowMs: Date.now() });
  await Promise.all([request(), request(), request(), request(), request()]);
  await vi.advanceTimersByTimeAsync(1);
  expect(causes()).toContain("refresh");
  expect(causes().length).toBeLessThanOrEqual("start, the first, the others".split(", ").length);
  expect(await world.store.pendingRefresh()).toBeNull();
});

test("P21: over a quiet minute a runner asks the store for its cycles and its lease, and wakes up for nothing else", async () => {
  const store = createMemoryStore();
  // No other process writes, and SQLite's bell rings for others only.
  store.onChange = () => () => {};
  const { start, causes } = setUp({ store });
  await start();
  await vi.advanceTimersByTimeAsync(5_000);
  const cyclesBefore = causes().length;
  const asked = countCalls(store);
  const wakeUps = await countWakeUps(60_000);
  const cycles = causes().length - cyclesBefore;
  expect(cycles).toBeLessThanOrEqual(6);
  expect(asked.get("pendingRefresh")).toBeLessThanOrEqual(cycles);
  expect(asked.get("renewLease")).toBeLessThanOrEqual(9);
  expect([...asked.values()].reduce((sum, calls) => sum + calls, 0)).toBeLessThanOrEqual(60);
  // Cycles, scans, renewals, a sync or two.
  expect(wakeUps).toBeLessThanOrEqual(25);
});

/** How often each method is called from now on. */
function countCalls(store: Store): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (const [name, method] of Object.entries(store)) {
    if (typeof method !== "function") continue;
    const counted = (...input: unknown[]) => {
      calls.set(name, (calls.get(name) ?? 0) + 1);
      return (method as (...input: unknown[]) => unknown)(...input);
    };
    Object.assign(store, { [name]: counted });
  }
  return calls;
}

test("R9: of two runners one leads; the other takes over when that one stops", async () => {
  const store = createMemoryStore();
  const first = setUp({ store });
  const second = setUp({ store, holder: holderNamed("b"), tree: first.tree });
  await first.start();
  await second.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(second.causes()).toEqual([]);
  expect(second.events.at(-1)).toMatchObject({ kind: "standby", holder: { id: "a" } });
  await first.runner.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(second.events.at(-1)).toMatchObject({ kind: "cycle_ended", outcome: { kind: "attested", seq: 1 } });
  expect(await store.readLease()).toMatchObject({ holder: { id: "b" }, epoch: 2 });
});

test("R9: a runner that was stopped past its lease wakes, is refused, and starts over when it is free", async () => {
  const store = createMemoryStore();
  const clock = { ...TIMER_CLOCK };
  const { start, events, world } = setUp({ store, clock });
  await start();
  // It did not run while another took the lease and published.
  await store.releaseLease({ epoch: 1 });
  const other = { ...holderNamed("b"), url: "http://127.0.0.1:9000/status" };
  await store.claimLease({ holder: other, termMs: 60_000, nowMs: Date.now() });
  const before = await store.readPublished();
  clock.monotonicMs = () => performance.now() + 600_000;
  await vi.advanceTimersByTimeAsync(16_000);
  expect(await store.readPublished()).toEqual(before);
  expect(events.at(-1)).toMatchObject({ kind: "standby", holder: other });
  await store.releaseLease({ epoch: 2 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(events.at(-1)).toMatchObject({
    kind: "cycle_ended",
    outcome: { kind: "attested", attestation: { cycle: 2 } },
  });
  expect((await world.store.readLease())?.epoch).toBe(3);
});

test("R10: the clock stepped by an hour, either way, stops no cycle and loses no lease", async () => {
  for (const stepMs of [3_600_000, -3_600_000]) {
    const clock = { ...TIMER_CLOCK };
    const { start, events, causes } = setUp({ clock, store: createMemoryStore() });
    await start();
    clock.wallMs = () => Date.now() + stepMs;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(causes()).toHaveLength(5);
    expect(events.filter(({ kind }) => kind === "leading")).toHaveLength(1);
  }
});

test("a store that fails makes failed cycles, tried again sooner, and recovers", async () => {
  const { start, events, world, tree } = setUp();
  await start();
  const { publish } = world.store;
  const full = new StoreError({ kind: "disk", message: "The disk is full.", hint: "Make room." });
  Object.assign(world.store, { publish: () => Promise.reject(full) });
  tree.write(taskPath("b"), taskText());
  await vi.advanceTimersByTimeAsync(3_500);
  const outcomes = () =>
    events.flatMap((event) => (event.kind === "cycle_ended" ? [event.outcome.kind] : []));
  expect(outcomes()).toEqual(["published", "failed", "failed", "failed"]);
  expect(events.at(-1)).toMatchObject({ outcome: { reason: "disk", detail: "The disk is full." } });
  Object.assign(world.store, { publish });
  await vi.advanceTimersByTimeAsync(4_000);
  expect(outcomes().at(-1)).toBe("published");
});

test("a store that cannot even give a lease is a failed attempt, not an end", async () => {
  const { start, events, world } = setUp();
  const { readLease } = world.store;
  const locked = new StoreError({ kind: "busy", message: "The store is locked.", hint: "Wait." });
  Object.assign(world.store, { readLease: () => Promise.reject(locked) });
  await start();
  expect(events).toMatchObject([{ kind: "cycle_ended", outcome: { kind: "failed", reason: "lock" } }]);
  Object.assign(world.store, { readLease });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(events.at(-1)).toMatchObject({ outcome: { kind: "published" } });
});

test("a store that is rebuilt under the runner is filled again", async () => {
  const { start, events, world } = setUp();
  await start();
  const notices = ["The store was damaged and moved aside."];
  Object.assign(world.store, createMemoryStore(), { notices });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await world.store.readPublished()).toMatchObject({ seq: 1 });
  expect((await world.store.readRows(0)).rows).toHaveLength(1);
  expect(events).toContainEqual({ kind: "notice", text: notices[0] });
});

test("snapshot files follow a publication, for everyone and owners asked for, with a rest after each writing", async () => {
  const { start, snapshotFiles, world, tree } = setUp({
    texts: {
      "tasks/team/dave.md": "---\nname: Dave\naliases: [davefowler]\n---\n",
      [taskPath("a")]: taskText({ owner: "dave" }),
    },
  });
  Object.assign(world, { owners: ["davefowler", "no-one"] });
  await start();
  expect(snapshotFiles.byOwner.size).toBe(0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([...snapshotFiles.byOwner.keys()].sort()).toEqual(["dave", "everyone"]);
  tree.write(taskPath("b"), taskText({ owner: "dave" }));
  await vi.advanceTimersByTimeAsync(4_000);
  expect(snapshotFiles.byOwner.get("dave")?.snapshot).toMatchObject({ seq: 1, tasks: [{ key: "a" }] });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(snapshotFiles.byOwner.get("dave")?.snapshot).toMatchObject({
    seq: 2,
    tasks: [{ key: "a" }, { key: "b" }],
  });
});

test("dates of commits arrive in the background and make one more cycle, kept for the next start", async () => {
  const { start, git, causes, world } = setUp();
  const atMs = Date.now() - 5 * 3_600_000;
  git.setCommitDates({ head: "c1", datesMs: new Map([[taskPath("a"), atMs]]) as never, addedMs: new Map() });
  await start();
  await vi.advanceTimersByTimeAsync(100);
  expect(causes()).toEqual(["start", "commit_dates"]);
  expect(await world.store.readRow("a")).toMatchObject({
    since_basis: "commit",
    since: new Date(atMs).toISOString(),
  });
  expect(await world.store.readCommitDates()).toMatchObject({ head: "c1" });
  git.setFacts({ commit: "c2" });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(causes().filter((cause) => cause === "commit_dates")).toHaveLength(2);
});

test("a git log that never ends delays no cycle", async () => {
  const { start, git, events } = setUp();
  git.commitDates = () => new Promise(() => {});
  await start();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(events.filter(({ kind }) => kind === "cycle_ended")).toHaveLength(2);
});

test("R17: stop releases the lease and ends what was started; it stops when its server is gone", async () => {
  const { start, close, runner, world, snapshotFiles, events } = setUp();
  await start();
  close();
  await runner.ended;
  expect(await world.store.readLease()).toBeNull();
  expect(snapshotFiles.byOwner.size).toBe(1);
  const count = events.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events).toHaveLength(count);
});

test("the lease says where the pages are", async () => {
  const { start, command, world } = setUp();
  await start();
  command({ kind: "url", url: "http://127.0.0.1:8005/status" });
  await vi.advanceTimersByTimeAsync(0);
  expect(await world.store.readLease()).toMatchObject({
    epoch: 1,
    holder: { url: "http://127.0.0.1:8005/status" },
  });
});

test("P7: memory is given back once it is quiet after a publication, and not again and again", async () => {
  const { start, world, tree } = setUp();
  const freed: number[] = [];
  const startedMs = performance.now();
  Object.assign(world, { freeMemory: () => void freed.push(performance.now() - startedMs) });
  await start();
  for (let second = 0; second < 60; second += 1) {
    tree.write(taskPath("a"), taskText({ title: `Second ${second}` }));
    await vi.advanceTimersByTimeAsync(second % 10 === 0 ? 3_000 : 1_000);
  }
  expect(freed.length).toBeGreaterThanOrEqual(2);
  expect(freed.slice(1).every((atMs, index) => atMs - (freed[index] ?? 0) >= 10_000)).toBe(true);
  const count = freed.length;
  await vi.advanceTimersByTimeAsync(300_000);
  expect(freed.length).toBeLessThanOrEqual(count + 1);
});
