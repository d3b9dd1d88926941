// The runs of a cycle: read when they changed, looked at each time, and doubted after a clock jumped.

import { expect, test } from "vitest";
import { createMemoryClock } from "../../../test/memory/memory-clock.ts";
import { createTestWorld, heartbeatWorld, taskPath, taskText } from "../../../test/support/app-world.ts";
import { sampleRun } from "../../../test/support/run-samples.ts";
import type { ActionChange } from "../../core/contract/activity.ts";
import type { Run } from "../../core/contract/run.ts";
import type { RunObservation } from "../../core/run/observation.ts";
import { NOTHING_SEEN } from "../../core/run/run-facts.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import { collectRuns } from "./collect-runs.ts";
import { createRunsMemory } from "./runs-memory.ts";

function createPlay() {
  const clock = createMemoryClock();
  const { world } = createTestWorld({ clock, texts: { [taskPath("a")]: taskText() } });
  const seen = new Map<string, Partial<RunObservation>>();
  let reads = 0;
  const store = {
    ...world.store,
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
    collect: () => collectRuns(heartbeatWorld({ ...world, store, runProbe }), memory, null),
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
    detail: "the clock jumped, or the machine slept",
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
  play.clock.stepWall(8 * 60 * MINUTE_MS);
  await progress();
  play.clock.advance(6 * MINUTE_MS);
  expect(await progress()).toMatchObject({ verdict: "working" });
  play.clock.advance(4 * MINUTE_MS);
  expect(await progress()).toMatchObject({
    verdict: "quiet",
    quietSinceMs: (run.startedAtMs ?? 0) + 8 * 60 * MINUTE_MS,
  });
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
