import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { attestation, header, holder, row } from "../../../test/contract/store-samples.ts";
import { createMemoryStore } from "../../../test/memory/memory-store.ts";
import { createMemorySnapshotFiles, SILENT_LOG, TIMER_CLOCK } from "../../../test/support/app-world.ts";
import { countWakeUps } from "../../../test/support/count-wake-ups.ts";
import { configSchema } from "../../config/schema.ts";
import type { CycleCause, CycleOutcome } from "../../core/contract/cycle.ts";
import type { Store } from "../../ports/store/store.ts";
import { StoreError } from "../../ports/store/store-error.ts";
import type { RunnerLink, RunnerLinkEvent, RunnerLinkState } from "../runner/runner-link.ts";
import { FollowSnapshot } from "./follow-snapshot.ts";
import type { LiveEvent } from "./live-snapshot.ts";

const WAIT_MS = 1_500;
const following = new Set<FollowSnapshot>();

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(async () => {
  await Promise.all([...following].map((live) => live.stop()));
  following.clear();
  vi.useRealTimers();
});

type CycleStarted = Extract<RunnerLinkEvent, { readonly kind: "cycle_started" }>;

/** The runner beside the server as a puppet; `cycle` publishes or attests in its place. */
function createFakeLink(store: Store) {
  const listeners = new Set<(event: RunnerLinkEvent) => void>();
  const state: { -readonly [Key in keyof RunnerLinkState]: RunnerLinkState[Key] } = {
    runner: "starting",
    leading: false,
  };
  const refresh = vi.fn<(askedMs: number) => void>();
  const say = (event: RunnerLinkEvent): void => {
    if (event.kind === "leading") Object.assign(state, { runner: "alive", leading: true });
    if (event.kind === "gone") Object.assign(state, { runner: "gone", leading: false });
    for (const listener of listeners) listener(event);
  };
  const link: RunnerLink = {
    state: () => state,
    refresh,
    lookUp: () => {},
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  let begun: CycleStarted | null = null;
  const begin = (cause: CycleCause = "refresh", beganMs = performance.now()): void => {
    begun = { kind: "cycle_started", startedAtMs: Date.now(), beganMs, causes: [cause] };
    say(begun);
  };
  const end = (outcome: CycleOutcome, { cpuMs = 1 }: { readonly cpuMs?: number } = {}): void => {
    const { startedAtMs, beganMs } = begun ?? { startedAtMs: Date.now(), beganMs: performance.now() };
    begun = null;
    const times = { startedAtMs, beganMs, endedAtMs: Date.now(), nextAttemptAtMs: Date.now() + 15_000 };
    say({ kind: "cycle_ended", ...times, cpuMs, outcome });
  };
  return { link, refresh, say, begin, end, state, lead: () => say({ kind: "leading", epoch: 1 }), store };
}

type SetUp = { readonly store?: Store; readonly alone?: boolean; readonly clock?: typeof TIMER_CLOCK };

async function setUp({ store = createMemoryStore(), alone = false, clock = { ...TIMER_CLOCK } }: SetUp = {}) {
  const runner = createFakeLink(store);
  const snapshotFiles = createMemorySnapshotFiles();
  const world = { clock, store, snapshotFiles, log: SILENT_LOG, config: configSchema.parse({}) };
  const live = new FollowSnapshot(world, alone ? null : runner.link);
  following.add(live);
  const events: LiveEvent[] = [];
  live.subscribe((event) => events.push(event));
  await live.start();
  return { live, store, runner, events, clock, snapshotFiles };
}

let cycles = 0;

/** What a runner writes into the store; the outcome as it would report it. */
async function publish(store: Store, keys: readonly string[], mark = 0): Promise<CycleOutcome> {
  cycles += 1;
  const now = { ...attestation(cycles), observed_at: new Date().toISOString() };
  const epoch = (await store.readLease())?.epoch ?? 0;
  const result = await store.publish({
    epoch,
    header: header(),
    changedRows: keys.map((key) => row(key, mark)),
    goneKeys: [],
    transitions: [],
    attestation: now,
    nowMs: Date.now(),
  });
  if (result.kind === "refused") expect.fail("refused");
  return { kind: "published", seq: result.seq, epoch, attestation: now, tasks: keys.length };
}

async function claim(store: Store, name = "a"): Promise<void> {
  await store.claimLease({ holder: holder(name), termMs: 21_000, nowMs: Date.now() });
}

const flush = () => vi.advanceTimersByTimeAsync(0);

test("before the first snapshot nothing is shown, and the reason is that it starts", async () => {
  const { live } = await setUp();
  expect(live.view()).toBeNull();
  expect(live.freshness()).toMatchObject({
    state: "unknown",
    stale: true,
    stale_reason: "starting",
    age_ms: null,
  });
});

test("R17: the snapshot of before a restart is there at once, with its age, and marked", async () => {
  const store = createMemoryStore();
  await claim(store);
  await publish(store, ["a"]);
  vi.advanceTimersByTime(600_000);
  const { live } = await setUp({ store });
  expect(live.view()?.snapshot).toMatchObject({ seq: 1, tasks: [{ key: "a" }] });
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "starting", age_ms: 600_000 });
});

test("a publication loads what changed and is told; an attestation only renews the age", async () => {
  const { live, store, runner, events } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a", "b"]));
  await flush();
  const first = live.view();
  runner.end(await publish(store, ["b"], 1));
  await flush();
  const second = live.view();
  expect(second?.snapshot.seq).toBe(2);
  expect(second?.rowByKey.get("a")).toBe(first?.rowByKey.get("a"));
  expect(second?.rowByKey.get("b")).not.toBe(first?.rowByKey.get("b"));
  vi.advanceTimersByTime(20_000);
  expect(live.freshness()).toMatchObject({ state: "fresh", age_ms: 20_000 });
  runner.end({
    kind: "attested",
    seq: 2,
    epoch: 1,
    tasks: 2,
    attestation: { ...attestation(999), observed_at: new Date().toISOString() },
  });
  await flush();
  expect(live.freshness()).toMatchObject({ state: "fresh", age_ms: 0 });
  expect(live.view()?.snapshot).toBe(second?.snapshot);
  expect(events.filter(({ kind }) => kind !== "freshness").map(({ kind }) => kind)).toEqual([
    "published",
    "published",
    "attested",
  ]);
});

test("an attestation of a snapshot that was not seen renews no age before that one is loaded", async () => {
  const { live, store, runner } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  await flush();
  const unseen = await publish(store, ["b"]);
  if (unseen.kind !== "published") expect.fail();
  runner.end({ ...unseen, kind: "attested" });
  await flush();
  expect(live.view()?.snapshot.seq).toBe(2);
});

test("F2: 100 loads on a cold server wait for the one first cycle and see its snapshot", async () => {
  const { live, store, runner } = await setUp();
  const loads = Array.from({ length: 100 }, async () => {
    const outcome = await live.refresh({ waitMs: WAIT_MS });
    return [outcome, live.view()?.snapshot.seq];
  });
  await claim(store);
  runner.lead();
  runner.begin("start");
  runner.end(await publish(store, ["a"]));
  await flush();
  expect(new Set((await Promise.all(loads)).map(String))).toEqual(new Set(["refreshed,1"]));
  // A runner that starts needs no asking: asking it again would be a second heartbeat.
  expect(runner.refresh).not.toHaveBeenCalled();
});

test("F4: a load whose wish no runner takes up is late when its wait is over, and fresh again after the cycle", async () => {
  const { live, store, runner } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  await flush();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(live.freshness().state).toBe("fresh");
  const load = live.refresh({ waitMs: WAIT_MS });
  await vi.advanceTimersByTimeAsync(WAIT_MS);
  expect(await load).toBe("timed_out");
  expect(live.freshness()).toMatchObject({ state: "late", stale: true, stale_reason: "timeout" });
  runner.end(await publish(store, ["a", "b"]));
  await flush();
  expect(live.freshness()).toMatchObject({ state: "fresh", stale: false });
});

test("F3: while a cycle hangs loads are answered in time and late; once it is ended, stale by timeout", async () => {
  const { live, store, runner, events } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  await vi.advanceTimersByTimeAsync(5_000);
  const load = live.refresh({ waitMs: WAIT_MS });
  expect(runner.refresh).toHaveBeenCalledTimes(1);
  runner.begin();
  await vi.advanceTimersByTimeAsync(WAIT_MS);
  expect(await load).toBe("timed_out");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(live.freshness()).toMatchObject({ state: "late", stale: true, stale_reason: "timeout" });
  const failure = {
    reason: "timeout",
    detail: "The update did not finish within 15 s and was stopped.",
  } as const;
  runner.say({ kind: "gone", failure, restartAtMs: Date.now() + 250 });
  await flush();
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "timeout", detail: failure.detail });
  expect(live.view()?.snapshot.seq).toBe(1);
  expect(live.counters().cyclesFailedByReason).toEqual({ timeout: 1 });
  expect(events.at(-1)).toEqual({ kind: "freshness" });
});

test("F4: a failed cycle makes the page stale with its reason at once, and a good one clears it", async () => {
  const { live, store, runner } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  runner.end({ kind: "failed", reason: "disk", detail: "The disk is full." });
  await flush();
  expect(live.freshness()).toMatchObject({
    state: "stale",
    stale_reason: "disk",
    detail: "The disk is full.",
  });
  runner.end(await publish(store, ["a"], 1));
  await flush();
  expect(live.freshness()).toMatchObject({ state: "fresh", stale_reason: null });
  expect(live.counters()).toMatchObject({ cyclesSucceeded: 2, cyclesFailedByReason: { disk: 1 } });
});

test("F9: a source that fails is marked while the snapshot stays", async () => {
  const { live, store, runner } = await setUp();
  await claim(store);
  runner.lead();
  const outcome = await publish(store, ["a"]);
  runner.end(outcome);
  await flush();
  if (outcome.kind !== "published") expect.fail();
  const tasks = {
    state: "failing",
    observed_at: null,
    error: "The folder tasks is gone.",
    mode: null,
  } as const;
  const failing = { ...outcome.attestation, sources: { ...outcome.attestation.sources, tasks } };
  await store.attest({ epoch: 1, attestation: failing });
  runner.end({ kind: "failed", reason: "disk", detail: "The folder tasks is gone." });
  await flush();
  expect(live.view()?.attestation.sources).toMatchObject({
    tasks: { state: "failing" },
    runs: { state: "off" },
  });
  expect(live.view()?.snapshot.tasks).toHaveLength(1);
});

test("with nothing heard the page turns late after 45 s and stale after 90 s by itself", async () => {
  const { live, store, runner, events } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  await flush();
  events.length = 0;
  await vi.advanceTimersByTimeAsync(46_000);
  expect(live.freshness()).toMatchObject({ state: "late", stale_reason: "old" });
  await vi.advanceTimersByTimeAsync(45_000);
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "old" });
  expect(events).toEqual([{ kind: "freshness" }, { kind: "freshness" }]);
});

test("F7, F8: a machine that slept shows the true age in its first paint and asks for a cycle at once", async () => {
  const { live, store, runner, clock } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  await flush();
  // Suspended: the wall clock went on, the monotonic one did not.
  clock.wallMs = () => Date.now() + 600_000;
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "old", age_ms: 600_000 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(runner.refresh).toHaveBeenCalledTimes(1);
});

test("R26: the first load after the clock was set ahead is answered with what a cycle found since", async () => {
  const { live, store, runner, clock } = await setUp();
  await claim(store);
  runner.lead();
  runner.begin();
  runner.end(await publish(store, ["a"]));
  await flush();
  // Only the wall clock of the process.
  const { monotonicMs } = clock;
  const before = monotonicMs();
  vi.setSystemTime(Date.now() + 7_200_000);
  clock.monotonicMs = () => before;
  const load = live.refresh({ waitMs: 1_500 });
  await flush();
  expect(runner.refresh).toHaveBeenCalledTimes(1);
  runner.begin();
  runner.end(await publish(store, ["a"]));
  await flush();
  expect(await load).toBe("refreshed");
  expect(live.freshness()).toMatchObject({ state: "fresh", age_ms: 0 });
});

test("F8: a server stopped for ten minutes does the same", async () => {
  const { live, store, runner, clock } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  await flush();
  clock.wallMs = () => Date.now() + 600_000;
  clock.monotonicMs = () => performance.now() + 600_000;
  expect(live.freshness()).toMatchObject({ state: "stale", age_ms: 600_000 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(runner.refresh).toHaveBeenCalledTimes(1);
});

test("F7: a clock stepped back an hour makes nothing younger", async () => {
  const { live, store, runner, clock } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  await flush();
  vi.advanceTimersByTime(30_000);
  clock.wallMs = () => Date.now() - 3_600_000;
  expect(live.freshness().age_ms).toBe(30_000);
});

test("R9: a second server shows what the first one's runner publishes, and says where that is", async () => {
  const store = createMemoryStore();
  await claim(store, "a");
  await publish(store, ["a"]);
  const { live, runner } = await setUp({ store });
  runner.state.runner = "alive";
  runner.say({ kind: "standby", holder: holder("a") });
  await flush();
  expect(live.freshness()).toMatchObject({ state: "fresh" });
  expect(live.notices()[0]).toContain("http://127.0.0.1:8005/status");
  await publish(store, ["b"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(live.view()?.snapshot.seq).toBe(2);
});

test("R9: a load on the second server asks through the store, once for all, and waits for the answer", async () => {
  const store = createMemoryStore();
  await claim(store, "a");
  await publish(store, ["a"]);
  const { live } = await setUp({ store, alone: true });
  await vi.advanceTimersByTimeAsync(2_000);
  const loads = Array.from({ length: 10 }, () => live.refresh({ waitMs: WAIT_MS }));
  await flush();
  expect(await store.pendingRefresh()).toBe(1);
  await publish(store, ["b"]);
  await store.answerRefresh({ id: 1 });
  await vi.advanceTimersByTimeAsync(100);
  expect(new Set(await Promise.all(loads))).toEqual(new Set(["refreshed"]));
  expect(live.view()?.snapshot.seq).toBe(2);
});

test("a server that only views says so when nobody updates, and waits for nothing", async () => {
  const store = createMemoryStore();
  await claim(store, "a");
  await publish(store, ["a"]);
  await store.releaseLease({ epoch: 1 });
  const { live } = await setUp({ store, alone: true });
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "no-runner" });
  expect(await live.refresh({ waitMs: WAIT_MS })).toBe("failed");
});

test("when the store cannot be read the snapshot file is shown, and the reason is given", async () => {
  const store = createMemoryStore();
  await claim(store);
  await publish(store, ["a"]);
  const { live: source } = await setUp({ store });
  const view = source.view();
  const broken = new StoreError({ kind: "disk", message: "The disk does not answer.", hint: "Look at it." });
  const unreadable: Store = { ...createMemoryStore(), readLease: () => Promise.reject(broken) };
  const { live, snapshotFiles } = await setUp({ store: unreadable });
  expect(live.view()).toBeNull();
  if (view !== null) await snapshotFiles.write(view);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(live.view()?.snapshot.tasks).toHaveLength(1);
  expect(live.freshness()).toMatchObject({
    state: "stale",
    stale_reason: "disk",
    detail: "The disk does not answer.",
  });
});

test("a publication between two reads is never shown half", async () => {
  const store = createMemoryStore();
  await claim(store);
  await publish(store, ["a", "b"]);
  const { readRows } = store;
  let overtaken = false;
  Object.assign(store, {
    readRows: async (afterSeq: number) => {
      const rows = await readRows(afterSeq);
      if (!overtaken) await publish(store, ["a", "b"], 1);
      overtaken = true;
      return rows;
    },
  });
  const { live } = await setUp({ store });
  expect(live.view()?.snapshot.seq).toBe(2);
  expect(live.view()?.snapshot.tasks).toEqual([row("a", 1), row("b", 1)]);
});

test("a store that started anew replaces everything that was known", async () => {
  const { live, store, runner } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a", "b"]));
  await flush();
  // Its numbers may even be the same; epochs go by the time of day and are not.
  Object.assign(store, createMemoryStore());
  for (const name of ["b", "c"]) {
    await claim(store, name);
    await store.releaseLease({ epoch: (await store.readLease())?.epoch ?? 0 });
  }
  await claim(store);
  runner.end(await publish(store, ["z"]));
  await flush();
  expect(live.view()?.snapshot).toMatchObject({ seq: 1, tasks: [{ key: "z" }] });
});

for (const how of ["load", "change made here"] as const) {
  const ask = (live: FollowSnapshot) =>
    how === "load" ? live.refresh({ waitMs: WAIT_MS }) : live.refreshNow();

  test(`F11, F15: for a ${how} a cycle that began before does not count`, async () => {
    const { live, store, runner } = await setUp();
    await claim(store);
    runner.lead();
    runner.end(await publish(store, ["a"]));
    await flush();
    // The runner is in a cycle that has read already, and the server has not even heard of it.
    const beganMs = performance.now();
    vi.advanceTimersByTime(20);
    const shown = vi.fn<() => void>();
    const refreshed = ask(live).then(shown);
    expect(runner.refresh.mock.calls).toEqual([[performance.now()]]);
    runner.begin("cycle_timer", beganMs);
    runner.end(await publish(store, ["a"], 1));
    await flush();
    expect(shown).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20);
    runner.begin();
    runner.end(await publish(store, ["a", "b"]));
    await refreshed;
    expect(live.view()?.snapshot.tasks).toHaveLength(2);
    // The wish that was made during the first of them is taken up by the second.
    expect(runner.refresh).toHaveBeenCalledTimes(1);
  });
}

test("F11: the wait after a change is bounded, and short when nobody updates", async () => {
  const { live, store, runner } = await setUp();
  await claim(store);
  runner.lead();
  const hanging = live.refreshNow();
  await vi.advanceTimersByTimeAsync(WAIT_MS);
  await hanging;
  const { live: alone } = await setUp({ alone: true });
  await alone.refreshNow();
});

test("F11, F15: a second server asks the first one's runner, and waits for a cycle begun after the change", async () => {
  const store = createMemoryStore();
  await claim(store, "a");
  await publish(store, ["a"]);
  const { live } = await setUp({ store, alone: true });
  // A load's wish is under way, and its cycle may have read already.
  await vi.advanceTimersByTimeAsync(2_000);
  const load = live.refresh({ waitMs: WAIT_MS });
  await vi.advanceTimersByTimeAsync(1);
  const shown = vi.fn<() => void>();
  const later = [live.refreshNow().then(shown), live.refresh({ waitMs: WAIT_MS }).then(shown)];
  await publish(store, ["b"]);
  await store.answerRefresh({ id: 1 });
  await vi.advanceTimersByTimeAsync(60);
  expect(await load).toBe("refreshed");
  expect(shown).not.toHaveBeenCalled();
  await publish(store, ["c"]);
  await store.answerRefresh({ id: 2 });
  await vi.advanceTimersByTimeAsync(60);
  await Promise.all(later);
  expect(live.view()?.snapshot.tasks).toHaveLength(3);
});

test("F15: a wish of a third process, made all the time, keeps nobody waiting for the answer to its own", async () => {
  const store = createMemoryStore();
  await claim(store, "a");
  await publish(store, ["a"]);
  const { live } = await setUp({ store, alone: true });
  const load = live.refresh({ waitMs: WAIT_MS });
  await flush();
  await store.requestRefresh({ nowMs: Date.now() });
  await store.answerRefresh({ id: 1 });
  await vi.advanceTimersByTimeAsync(60);
  expect(await load).toBe("refreshed");
});

test("F15: loads survive a runner that is killed: the first cycle of the next one answers them", async () => {
  const { live, store, runner } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  await flush();
  const load = live.refresh({ waitMs: WAIT_MS });
  const failure = { reason: "exit", detail: "The runner ended: signal SIGKILL." } as const;
  runner.say({ kind: "gone", failure, restartAtMs: Date.now() + 250 });
  await vi.advanceTimersByTimeAsync(300);
  runner.lead();
  runner.begin("start");
  runner.end(await publish(store, ["a", "b"]));
  expect(await load).toBe("refreshed");
  expect(live.view()?.snapshot.tasks).toHaveLength(2);
  // One that is not back in time keeps nobody waiting.
  runner.say({ kind: "gone", failure, restartAtMs: Date.now() + 30_000 });
  await flush();
  expect(await live.refresh({ waitMs: WAIT_MS })).toBe("failed");
  expect(live.freshness("failed")).toMatchObject({ state: "stale", stale_reason: "exit" });
});

test("F12: a load that is held back is late, and says why", async () => {
  const { live, store, runner } = await setUp();
  await claim(store);
  runner.lead();
  const dear = live.refresh({ waitMs: WAIT_MS });
  runner.begin();
  runner.end(await publish(store, ["a"]), { cpuMs: 4_000 });
  expect(await dear).toBe("refreshed");
  await vi.advanceTimersByTimeAsync(1);
  const held = live.refresh({ waitMs: WAIT_MS });
  await vi.advanceTimersByTimeAsync(WAIT_MS);
  expect(live.freshness(await held)).toMatchObject({
    state: "late",
    stale: true,
    stale_reason: "rate-limit",
    detail: expect.stringContaining("refresh.max_cpu_percent"),
  });
  // The page that is open is told nothing: what it shows is as old as it was.
  expect(live.freshness()).toMatchObject({ state: "fresh" });
  expect(runner.refresh).toHaveBeenCalledTimes(1);
  // A change of a file makes a cycle of its own, which answers whoever is held back.
  const served = live.refresh({ waitMs: WAIT_MS });
  runner.begin("file_change");
  runner.end(await publish(store, ["a", "b"]));
  expect(live.freshness(await served)).toMatchObject({ state: "fresh" });
});

test("P21: over a quiet minute a server asks the store once for each cycle, and wakes up every 5 s", async () => {
  const { live, store, runner } = await setUp();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  await vi.advanceTimersByTimeAsync(10_000);
  const readPublished = vi.spyOn(store, "readPublished");
  let wakeUps = 0;
  for (let cycle = 2; cycle <= 5; cycle += 1) {
    const now = { ...attestation(100 + cycle), observed_at: new Date().toISOString() };
    await store.attest({ epoch: 1, attestation: now });
    runner.end({ kind: "attested", seq: 1, epoch: 1, attestation: now, tasks: 1 });
    wakeUps += await countWakeUps(15_000);
  }
  expect(live.freshness().state).toBe("fresh");
  expect(readPublished.mock.calls.length).toBeLessThanOrEqual(4);
  expect(wakeUps).toBeLessThanOrEqual(13);
});

test("P21: what another process does is shown at once, and a lease that runs out is noticed", async () => {
  const store = createMemoryStore();
  await claim(store, "other");
  const { live } = await setUp({ store, alone: true });
  expect(live.freshness().state).toBe("unknown");
  await publish(store, ["a"]);
  await flush();
  expect(live.view()?.snapshot.tasks).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(26_000);
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "no-runner" });
});

test("P19: how far a long update is reaches the page, from our runner and from another's, and every 5 s all pages", async () => {
  const progress = { phase: "reading", done: 41_000, total: 100_000 } as const;
  const { live, runner, events } = await setUp();
  runner.lead();
  runner.begin("start");
  runner.say({ kind: "cycle_progress", progress });
  await vi.advanceTimersByTimeAsync(0);
  expect(live.freshness()).toMatchObject({
    state: "unknown",
    detail: "The first update has not completed yet: it is reading 41,000 of 100,000 files.",
    progress,
  });
  const freshness = () => events.filter(({ kind }) => kind === "freshness").length;
  await vi.advanceTimersByTimeAsync(1_000);
  const before = freshness();
  for (let second = 1; second <= 10; second += 1) {
    runner.say({ kind: "cycle_progress", progress: { ...progress, done: progress.done + second } });
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(freshness() - before).toBe(2);

  const other = await setUp({ alone: true });
  await other.store.claimLease({ holder: holder("other"), termMs: 60_000, nowMs: Date.now() });
  const running = { startedAtMs: Date.now(), endedAtMs: null, outcome: "running", reason: null } as const;
  for (const done of [5, 6]) {
    await other.store.recordCycle({
      ...{ ...running, cause: "start", detail: null, tasks: 0 },
      progress: { ...progress, done },
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(other.live.freshness().progress).toEqual({ ...progress, done });
  }
});
