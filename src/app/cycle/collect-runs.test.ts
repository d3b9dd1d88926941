// The runs of a cycle: read when they changed, looked at each time, and doubted after a clock jumped.

import { expect, test } from "vitest";
import { createMemoryClock } from "../../../test/memory/memory-clock.ts";
import { createTestWorld, heartbeatWorld, taskPath, taskText } from "../../../test/support/app-world.ts";
import { sampleRun } from "../../../test/support/run-samples.ts";
import type { ActionChange } from "../../core/contract/activity.ts";
import type { Run } from "../../core/contract/run.ts";
import type { Sleep } from "../../core/records/slot-time.ts";
import type { RunObservation } from "../../core/run/observation.ts";
import { NOTHING_SEEN } from "../../core/run/run-facts.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../core/values/durations.ts";
import { collectRuns } from "./collect-runs.ts";
import { createRunsMemory } from "./runs-memory.ts";

function createPlay() {
  const clock = createMemoryClock();
  const { world } = createTestWorld({ clock, texts: { [taskPath("a")]: taskText() } });
  const seen = new Map<string, Partial<RunObservation>>();
  let reads = 0;
  let broken: Error | null = null;
  const store = {
    ...world.store,
    writeSleep: async (sleep: Sleep) => {
      if (broken !== null) throw broken;
      await world.store.writeSleep(sleep);
    },
    readOpenRuns: () => {
      reads += 1;
      return world.store.readOpenRuns();
    },
  };
  const runProbe = {
    look: async (runs: readonly Run[]) =>
      new Map(
        runs.map((run): [string, RunObservation] => [
          run.id,
          { ...SEEN, atMs: clock.wallMs(), ...seen.get(run.id) },
        ]),
      ),
    stop: () => {},
  };
  const memory = createRunsMemory();
  const action = (atMs: number): ActionChange => ({
    kind: "acted",
    action: "kickoff",
    key: "a",
    title: "A",
    owner: null,
    by: "dave",
    note: null,
    atMs,
    group: null,
  });
  return {
    clock,
    memory,
    reads: () => reads,
    see: (run: Run, observation: Partial<RunObservation>) => seen.set(run.id, observation),
    insert: (run: Run) => world.store.insertRun({ run, action: action(clock.wallMs()) }),
    pause: (note: string) =>
      world.store.writePause({
        pause: { by: "rj", atMs: clock.wallMs(), note },
        action: action(clock.wallMs()),
      }),
    breakStore: (error: Error | null) => {
      broken = error;
    },
    collect: (kept = memory) => collectRuns(heartbeatWorld({ ...world, store, runProbe }), kept, null),
  };
}

const SEEN: RunObservation = {
  atMs: 0,
  holder: "alive",
  worker: "alive",
  log: null,
  worktree: null,
  processor: null,
  activity: null,
  worktreeExists: true,
  drifted: false,
  leftRunning: [],
};

test("runs are read once per change, and what is the same keeps its identity", async () => {
  const play = createPlay();
  const empty = await play.collect();
  expect([empty.byKey.size, play.reads()]).toEqual([0, 1]);
  expect(await play.collect()).toBe(empty);
  expect(play.reads()).toBe(1);
  await play.insert(sampleRun());
  const one = await play.collect();
  expect([one.byKey.get("a")?.run.state, play.reads()]).toEqual(["queued", 2]);
  play.clock.advance(1_000);
  expect(await play.collect()).toBe(one);
});

test("live workers are counted, by hand or queued ones are not; a pause is reported", async () => {
  const play = createPlay();
  for (const run of [
    sampleRun({ key: "a", state: "running" }),
    sampleRun({ key: "b", state: "dispatching" }),
    sampleRun({ key: "c", state: "running", kind: "by_hand" }),
    sampleRun({ key: "d" }),
  ])
    await play.insert(run);
  await play.pause("deploy");
  const { dispatch } = await play.collect();
  expect(dispatch).toMatchObject({ live: 2, per_host: 8, host: "desk", pause: { by: "rj", note: "deploy" } });
});

test("a runner that just took over calls no worker idle for a while, then it does", async () => {
  const play = createPlay();
  const run = sampleRun({ state: "running", startedAtMs: play.clock.wallMs() - 60 * MINUTE_MS });
  await play.insert(run);
  const progress = async () => (await play.collect()).byKey.get("a")?.progress;
  expect(await progress()).toMatchObject({
    verdict: "unknown",
    detail: "the runner just took over",
    quietSinceMs: null,
  });
  play.clock.advance(5 * MINUTE_MS);
  expect(await progress()).toMatchObject({ verdict: "quiet", quietSinceMs: run.startedAtMs });
});

test("R10: a clock that jumps makes no worker idle: one doubt says so, and it passes", async () => {
  const play = createPlay();
  const run = sampleRun({ state: "running", startedAtMs: play.clock.wallMs() });
  await play.insert(run);
  await play.collect();
  // Silent for longer than is usual, and what the jump hides is unknown.
  play.clock.advance(20 * MINUTE_MS);
  expect((await play.collect()).jump).toBeNull();
  play.clock.stepWall(60 * MINUTE_MS);
  const jumped = await play.collect();
  expect(jumped.jump).not.toBeNull();
  expect(jumped.byKey.get("a")?.progress).toMatchObject({
    verdict: "unknown",
    detail: "the clock was set",
  });
  play.clock.advance(6 * MINUTE_MS);
  const later = await play.collect();
  expect([later.jump, later.byKey.get("a")?.progress?.verdict]).toEqual([null, "quiet"]);
});

test("W23: a night in which the machine slept is no idleness; the silence before and after it is", async () => {
  const play = createPlay();
  const run = sampleRun({ state: "running", startedAtMs: play.clock.wallMs() });
  await play.insert(run);
  const progress = async () => (await play.collect()).byKey.get("a")?.progress;
  await progress();
  play.clock.advance(5 * MINUTE_MS);
  await progress();
  play.clock.sleep(8 * 60 * MINUTE_MS);
  expect(await progress()).toMatchObject({ verdict: "working" });
  play.clock.advance(6 * MINUTE_MS);
  expect(await progress()).toMatchObject({ verdict: "working" });
  play.clock.advance(4 * MINUTE_MS);
  expect(await progress()).toMatchObject({
    verdict: "quiet",
    quietSinceMs: (run.startedAtMs ?? 0) + 8 * 60 * MINUTE_MS,
  });
});

test("N66: a sleep is stored and shown with its runs, a clock that was set is not", async () => {
  const play = createPlay();
  await play.insert(sampleRun({ state: "running", startedAtMs: play.clock.wallMs() }));
  await play.collect();
  play.clock.sleep(HOUR_MS);
  const fromMs = play.clock.wallMs() - HOUR_MS;
  const asleep = [{ host: "desk", fromMs, toMs: fromMs + HOUR_MS }];
  const seen = async () => (await play.collect()).byKey.get("a")?.seen.asleep;
  expect(await seen()).toEqual(asleep);
  play.clock.advance(MINUTE_MS);
  play.clock.stepWall(HOUR_MS);
  expect(await seen()).toEqual(asleep);
  play.clock.stepWall(-2 * HOUR_MS);
  expect(await seen()).toEqual(asleep);
  play.clock.sleep(9 * SECOND_MS);
  expect(await seen()).toEqual(asleep);
});

test("N66: what another runner stored counts too; the time in which none ran is no sleep", async () => {
  const play = createPlay();
  const run = sampleRun({ state: "running", startedAtMs: play.clock.wallMs() });
  await play.insert(run);
  await play.collect();
  play.clock.sleep(8 * HOUR_MS);
  await play.collect();
  play.clock.advance(9 * MINUTE_MS);
  const next = createRunsMemory();
  const progress = async () => (await play.collect(next)).byKey.get("a");
  await progress();
  play.clock.advance(6 * MINUTE_MS);
  // 15 minutes of silence since the start, beside the sleep.
  expect(await progress()).toMatchObject({
    progress: { verdict: "quiet", quietSinceMs: (run.startedAtMs ?? 0) + 8 * HOUR_MS },
    seen: { asleep: [{ toMs: (run.startedAtMs ?? 0) + 8 * HOUR_MS }] },
  });
});

test("N66: of a sleep while the store cannot be used nothing is lost", async () => {
  const play = createPlay();
  await play.insert(sampleRun({ state: "running", startedAtMs: play.clock.wallMs() }));
  await play.collect();
  play.clock.sleep(HOUR_MS);
  play.breakStore(new Error("disk full"));
  await expect(play.collect()).rejects.toThrow("disk full");
  play.breakStore(null);
  play.clock.advance(15_000);
  expect((await play.collect()).byKey.get("a")?.seen.asleep).toHaveLength(1);
});

test("what the probe sees reaches the facts", async () => {
  const play = createPlay();
  const run = sampleRun({ state: "running", startedAtMs: play.clock.wallMs() });
  await play.insert(run);
  const atMs = play.clock.wallMs();
  play.see(run, {
    log: { changedAtMs: atMs, grewAtMs: atMs, sizeBytes: 3, lastLine: "npm test" },
    drifted: true,
  });
  const facts = (await play.collect()).byKey.get("a");
  expect(facts?.seen).toEqual({ ...NOTHING_SEEN, worktreeExists: true, drifted: true, lastLine: "npm test" });
  expect(facts?.progress).toMatchObject({ verdict: "working", evidence: [{ source: "output", atMs }] });
});
