import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import {
  createRunsTestWorld,
  type RunsTestWorld,
  startWorkerOf,
  supervisorOf,
} from "../../../../test/support/runs-world.ts";
import type { Run } from "../../../core/contract/run.ts";
import { changed } from "../../../core/run/run-transitions.ts";
import { changeRun } from "../change/change-run.ts";
import { recoverRuns } from "../recovery/recover-runs.ts";
import { claimTask } from "../worker/claim-task.ts";
import { kickoff } from "./kickoff.ts";
import { continueRun } from "./message-worker.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const MORE = { prompt: "use the new API", interrupt: false, by: "dave" };

async function setUp(): Promise<RunsTestWorld> {
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts: { [taskPath("a")]: taskText() } });
  await world.refresh();
  return world;
}

test("a live worker is not disturbed: the message is delivered after it has ended, in the same run", async () => {
  const world = await setUp();
  const run = await startWorkerOf(world, "a");
  expect(await continueRun(world.runs, run, MORE)).toMatchObject({ kind: "waits" });
  // Its supervisor looks whether the agent takes messages while it works.
  expect(world.played.nudged).toHaveLength(1);
  expect(await world.open("a")).toMatchObject({
    state: "running",
    stopRequest: null,
    followUps: [{ text: MORE.prompt }],
  });
  const [given] = await world.world.store.readTransitions({ limit: 1 });
  expect(given).toMatchObject({ action: "continue", by: "dave", note: MORE.prompt });
  vi.advanceTimersByTime(1);
  await world.endWorker("a", 0);
  await recoverRuns(world.runs, { rows: null, dryRun: false });
  const again = await startWorkerOf(world, "a");
  expect(again).toMatchObject({ id: run.id, attempt: 2, worktree: ".worktrees/a", failuresInRow: 0 });
  expect(world.played.launches.map(({ epoch }) => epoch)).toEqual([2, 3]);
});

test.each([
  ["claude", "mid_turn"],
  ["command", "waits"],
])("K28: a message to a worker of kind %s: %s", async (kind, expected) => {
  const world = await setUp();
  const run = await startWorkerOf(world, "a");
  const agent = { name: "a", kind, program: null, version: null };
  await changeRun(world.runs.store, { id: run.id, epoch: null, change: (now) => changed({ ...now, agent }) });
  expect(await continueRun(world.runs, run, MORE)).toMatchObject({ kind: expected });
});

test("--interrupt ends it for that, and it continues at once", async () => {
  const world = await setUp();
  const run = await startWorkerOf(world, "a");
  expect(await continueRun(world.runs, run, { ...MORE, interrupt: true })).toMatchObject({
    kind: "interrupting",
  });
  expect(world.played.nudged).toEqual([supervisorOf(run.id, run.epoch).id]);
  expect(await world.open("a")).toMatchObject({ stopRequest: { kind: "interrupt", by: "dave" } });
  await world.endWorker("a", 143);
  expect(await recoverRuns(world.runs, { rows: null, dryRun: false })).toMatchObject({
    done: [{ what: "requeued" }],
  });
  expect(await world.open("a")).toMatchObject({ state: "queued", notBeforeMs: null, stopRequest: null });
});

test.each([false, true])("no worker: the next start delivers it (interrupt: %s)", async (interrupt) => {
  const world = await setUp();
  await kickoff(world.runs, ["a"], { by: "dave", note: null });
  const queued = (await world.open("a")) as Run;
  expect(await continueRun(world.runs, queued, { ...MORE, interrupt })).toMatchObject({
    kind: "next",
    run: { stopRequest: null },
  });
  await startWorkerOf(world, "a");
  const ended = await world.endWorker("a", 1);
  expect(await continueRun(world.runs, ended, { ...MORE, interrupt })).toMatchObject({ kind: "next" });
});

test("refused: by hand, closed, and more than anyone listens to", async () => {
  const world = await setUp();
  const row = (await world.world.store.readRow("a"))!;
  await claimTask(world.runs, row, { by: "mia", note: null, worktree: null });
  const claimed = (await world.open("a")) as Run;
  expect(await continueRun(world.runs, claimed, MORE)).toMatchObject({
    kind: "refused",
    message: expect.stringMatching(
      /mia has claimed a: it is claimed by hand, so there is no worker to message/,
    ),
  });
  const other = await setUp();
  const run = await startWorkerOf(other, "a");
  for (let said = 1; said <= 20; said += 1) await continueRun(other.runs, run, MORE);
  expect(await continueRun(other.runs, run, MORE)).toMatchObject({
    kind: "refused",
    message: expect.stringContaining("20 follow-ups wait already"),
  });
});
