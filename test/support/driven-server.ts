// A server driver on a fake clock, with a scripted runner beside it.

import { afterEach, beforeEach, expect, vi } from "vitest";
import type { RunnerLink, RunnerLinkEvent } from "../../src/app/runner/runner-keeper.ts";
import type { LiveEvent } from "../../src/app/server/live-snapshot.ts";
import { ServerDriver } from "../../src/app/server/server-driver.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { CycleCause, CycleOutcome } from "../../src/core/contract/cycle.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { attestation, header, holder, row } from "../contract/store-samples.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import { createMemorySnapshotFiles, SILENT_LOG, TIMER_CLOCK } from "./app-world.ts";

export const WAIT_MS = 1_500;

const running = new Set<ServerDriver>();

/** Call it once in a test file. */
export function useFakeServerTime(): void {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
  afterEach(async () => {
    await Promise.all([...running].map((live) => live.stop()));
    running.clear();
    vi.useRealTimers();
  });
}

type CycleStarted = Extract<RunnerLinkEvent, { readonly kind: "cycle_started" }>;

function createScriptedRunner() {
  const listeners = new Set<(event: RunnerLinkEvent) => void>();
  const refresh = vi.fn<(askedMs: number) => void>();
  const say = (event: RunnerLinkEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const link: RunnerLink = {
    refresh,
    requestSync: () => {},
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  let started: CycleStarted | null = null;
  const begin = (cause: CycleCause = "refresh", beganMs = performance.now()): void => {
    started = { kind: "cycle_started", startedAtMs: Date.now(), beganMs, causes: [cause] };
    say(started);
  };
  const end = (outcome: CycleOutcome, { cpuMs = 1 }: { readonly cpuMs?: number } = {}): void => {
    const { startedAtMs, beganMs } = started ?? { startedAtMs: Date.now(), beganMs: performance.now() };
    started = null;
    const times = { startedAtMs, beganMs, endedAtMs: Date.now(), nextAttemptAtMs: Date.now() + 15_000 };
    say({ kind: "cycle_ended", ...times, cpuMs, outcome });
  };
  return { link, refresh, say, begin, end, lead: () => say({ kind: "leading", epoch: 1 }) };
}

type SetUp = { readonly store?: Store; readonly alone?: boolean; readonly clock?: typeof TIMER_CLOCK };

/** `alone`: without a runner of its own. */
export async function setUpServer({
  store = createMemoryStore(),
  alone = false,
  clock = { ...TIMER_CLOCK },
}: SetUp = {}) {
  const runner = createScriptedRunner();
  const snapshotFiles = createMemorySnapshotFiles();
  const context = { clock, store, snapshotFiles, log: SILENT_LOG, config: configSchema.parse({}) };
  const live = new ServerDriver(context, alone ? null : runner.link);
  running.add(live);
  const events: LiveEvent[] = [];
  live.subscribe((event) => events.push(event));
  await live.start();
  runner.say({ kind: "launched" });
  return { live, store, runner, events, clock, snapshotFiles };
}

/** A server whose own runner leads and has published task a. */
export async function setUpLeading() {
  const server = await setUpServer();
  await claim(server.store);
  server.runner.lead();
  server.runner.end(await publish(server.store, ["a"]));
  await flush();
  return server;
}

let cycles = 0;

/** What a runner writes into the store; the outcome as it would report it. */
export async function publish(store: Store, keys: readonly string[], mark = 0): Promise<CycleOutcome> {
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

export async function claim(store: Store, name = "a"): Promise<void> {
  await store.claimLease({ holder: holder(name), termMs: 21_000, nowMs: Date.now() });
}

export const flush = () => vi.advanceTimersByTimeAsync(0);
