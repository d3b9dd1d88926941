import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import {
  createRunsTestWorld,
  type RunsTestWorld,
  startWorkerOf,
  supervisorOf,
} from "../../../../test/support/runs-world.ts";
import type { Run } from "../../../core/contract/run.ts";
import { recoverRuns } from "../recovery/recover-runs.ts";
import { claimTask } from "../worker/claim-task.ts";
import { kickoff } from "./kickoff.ts";
import { continueRun } from "./message-worker.ts";
import { releaseRun, stopRun } from "./stop-run.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const REQUEST = { by: "mia", note: "wrong branch", signal: new AbortController().signal };

async function setUp(): Promise<RunsTestWorld> {
  const world = createRunsTestWorld({
    clock: TIMER_CLOCK,
    texts: { [taskPath("a")]: taskText(), [taskPath("b")]: taskText() },
  });
  await world.refresh();
  return world;
}

const newestAction = async (world: RunsTestWorld) =>
  (await world.world.store.readTransitions({ limit: 1 }))[0];

test("what is queued leaves the line", async () => {
  const world = await setUp();
  await kickoff(world.runs, ["a"], { by: "dave", note: null });
  const run = (await world.open("a")) as Run;
  expect(await stopRun(world.runs, run, REQUEST)).toMatchObject({ key: "a", kind: "closed" });
  expect(await world.open("a")).toBeNull();
  expect(await world.world.store.readRun(run.id)).toMatchObject({
    closing: { as: "abandoned", by: "mia", why: "removed from the queue" },
  });
  expect(await newestAction(world)).toMatchObject({ action: "stop", by: "mia", note: "wrong branch" });
});

test("a worker is asked to end through its supervisor, and waited for", async () => {
  const world = await setUp();
  const run = await startWorkerOf(world, "a");
  const stopping = stopRun(world.runs, run, REQUEST);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(world.played.nudged).toEqual([supervisorOf(run.id, run.epoch).id]);
  expect(await world.open("a")).toMatchObject({ state: "running", stopRequest: { kind: "stop", by: "mia" } });
  await world.endWorker("a", 143);
  await vi.advanceTimersByTimeAsync(100);
  expect(await stopping).toMatchObject({ kind: "ended", run: { state: "interrupted" } });
  expect(await recoverRuns(world.runs, { rows: null, dryRun: false })).toEqual({ done: [] });
});

test("a worker that does not end is not waited for without limit", async () => {
  const world = await setUp();
  const run = await startWorkerOf(world, "a");
  const stopping = stopRun(world.runs, run, REQUEST);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await stopping).toMatchObject({ kind: "ending", run: { stopRequest: { kind: "stop" } } });
});

test("what was said before a stop starts nothing; what is said after it does", async () => {
  const world = await setUp();
  const run = await startWorkerOf(world, "a");
  await continueRun(world.runs, run, { prompt: "before", interrupt: false, by: "dave" });
  vi.advanceTimersByTime(1);
  await stopRun(world.runs, run, { ...REQUEST, signal: AbortSignal.abort() });
  await world.endWorker("a", 143);
  expect(await recoverRuns(world.runs, { rows: null, dryRun: false })).toEqual({ done: [] });
  vi.advanceTimersByTime(1);
  await continueRun(world.runs, run, { prompt: "after", interrupt: false, by: "dave" });
  expect(await recoverRuns(world.runs, { rows: null, dryRun: false })).toMatchObject({
    done: [{ what: "requeued" }],
  });
});

test("a run whose worker has ended is closed", async () => {
  const world = await setUp();
  await startWorkerOf(world, "a");
  const ended = await world.endWorker("a", 1);
  expect(await stopRun(world.runs, ended, REQUEST)).toMatchObject({
    kind: "closed",
    run: { closing: { as: "abandoned" } },
  });
  expect(await stopRun(world.runs, ended, REQUEST)).toMatchObject({
    kind: "refused",
    message: "The run of a is closed.",
  });
});

test("work by hand is not ended from here, and a worker of ours is not released", async () => {
  const world = await setUp();
  const row = (await world.world.store.readRow("b"))!;
  await claimTask(world.runs, row, { by: "mia", note: null, worktree: null });
  const claimed = (await world.open("b")) as Run;
  expect(await stopRun(world.runs, claimed, REQUEST)).toMatchObject({
    kind: "refused",
    message: "mia has claimed b.",
    hint: expect.stringContaining("tasks release b"),
  });
  const run = await startWorkerOf(world, "a");
  expect(await releaseRun(world.runs, run, { by: "mia", note: null })).toMatchObject({
    kind: "refused",
    hint: expect.stringContaining("tasks stop a"),
  });
});
