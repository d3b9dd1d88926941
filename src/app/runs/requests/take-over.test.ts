import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import {
  createRunsTestWorld,
  type RunsTestWorld,
  startWorkerOf,
} from "../../../../test/support/runs-world.ts";
import { type AgentActivity, emptyActivity } from "../../../core/agent/activity/agent-activity.ts";
import type { Run } from "../../../core/contract/run.ts";
import { recoverRuns } from "../recovery/recover-runs.ts";
import { claimTask } from "../worker/claim-task.ts";
import { kickoff } from "./kickoff.ts";
import { continueRun } from "./message-worker.ts";
import { stopRun } from "./stop-run.ts";
import { type Settlement, settleTakenOver, takeOverRun } from "./take-over.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const NEVER = new AbortController().signal;
const BY_MIA = { by: "mia", now: false, signal: NEVER };

async function setUp() {
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts: { [taskPath("a")]: taskText() } });
  await world.refresh();
  const run = await startWorkerOf(world, "a");
  const recover = async () => {
    const rows = await world.refresh();
    return (await recoverRuns(world.runs, { rows, dryRun: false })).done;
  };
  return { world, run, recover };
}

const openRun = async (world: RunsTestWorld): Promise<Run> =>
  (await world.open("a")) ?? expect.fail("no run");

/** Taken over after its worker has ended. */
async function taken() {
  const made = await setUp();
  await made.world.endWorker("a", 1);
  expect(await takeOverRun(made.world.runs, await openRun(made.world), BY_MIA)).toMatchObject({
    kind: "taken",
  });
  const settle = async (settlement: Settlement) =>
    await settleTakenOver(made.world.runs, await openRun(made.world), { by: "mia", settlement });
  return { ...made, settle };
}

function toolOf(run: Run): AgentActivity {
  const tool = { kind: "tool", name: "Bash", does: "run", input: "npm test", sinceMs: 0, others: 0 } as const;
  return { ...emptyActivity(run.attempt).activity, doing: tool };
}

describe("K40: a worker is stopped between two of its tools, and the run is held", () => {
  test("not before the tool that runs has ended", async () => {
    const { world, run } = await setUp();
    let activity: AgentActivity | null = toolOf(run);
    vi.spyOn(world.runs.runFiles, "readActivity").mockImplementation(async () => activity);
    const taking = takeOverRun(world.runs, await openRun(world), BY_MIA);
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await openRun(world)).stopRequest).toBeNull();
    activity = { ...toolOf(run), doing: { kind: "thinking", sinceMs: 1 } };
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await openRun(world)).toMatchObject({
      state: "running",
      stopRequest: { kind: "stop", by: "mia" },
      takenOver: { by: "mia" },
    });
    await world.endWorker("a", 143);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await taking).toMatchObject({
      kind: "taken",
      run: { state: "interrupted", takenOver: { by: "mia" } },
    });
  });

  test.each([
    ["with --now", { ...BY_MIA, now: true }, 0],
    ["for at most two minutes", BY_MIA, 121_000],
  ])("%s", async (_name, request, afterMs) => {
    const { world, run } = await setUp();
    vi.spyOn(world.runs.runFiles, "readActivity").mockResolvedValue(toolOf(run));
    const taking = takeOverRun(world.runs, await openRun(world), request);
    await vi.advanceTimersByTimeAsync(afterMs);
    expect((await openRun(world)).stopRequest).toMatchObject({ kind: "stop" });
    await world.endWorker("a", 143);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await taking).toMatchObject({ kind: "taken" });
  });

  test("nothing retries, resumes or replaces it, and it needs no one", async () => {
    const { world, recover } = await taken();
    const row = (await world.refresh()).get("a") ?? expect.fail("no row");
    expect(row).toMatchObject({ group: "active", reason: "taken over by mia", signals: [] });
    vi.advanceTimersByTime(24 * 3_600_000);
    expect(await recover()).toEqual([]);
    await continueRun(world.runs, await openRun(world), { prompt: "go on", interrupt: false, by: "dave" });
    expect(await recover(), "a message waits until it is handed back").toEqual([]);
    const refused = { kind: "refused", message: expect.stringContaining("mia has taken over the work on a") };
    expect(await kickoff(world.runs, ["a"], { by: "dave", note: null })).toMatchObject([refused]);
    expect(await claimTask(world.runs, row, { by: "dave", note: null, worktree: null })).toMatchObject(
      refused,
    );
  });
});

describe("K42: afterwards", () => {
  test("it is handed back: the next attempt gets what happened and what was said", async () => {
    const { world, settle } = await taken();
    vi.advanceTimersByTime(12 * 60_000);
    expect(await settle({ kind: "hand_back", note: "the token is in .env" })).toMatchObject({
      kind: "settled",
    });
    const run = await openRun(world);
    expect(run).toMatchObject({ state: "queued", takenOver: null, stopRequest: null, failuresInRow: 0 });
    expect(run.followUps.map(({ by, text }) => [by, text])).toEqual([
      [
        "mia",
        "mia took over this session and its worktree for 12 min, and hands them back to you. Look at what has changed, then go on with the task. mia says: the token is in .env",
      ],
    ]);
  });

  test("it stays held while as many messages wait as can", async () => {
    const { world, settle } = await taken();
    for (let count = 0; count < 20; count += 1)
      await continueRun(world.runs, await openRun(world), {
        prompt: `${count}`,
        interrupt: false,
        by: "dave",
      });
    expect(await settle({ kind: "hand_back", note: null })).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("20 follow-ups wait already"),
    });
    expect(await openRun(world)).toMatchObject({ takenOver: { by: "mia" } });
  });

  test("it is finished: ready for review, without secrets", async () => {
    const { world, settle } = await taken();
    await settle({ kind: "finish", note: "done; token=hunter2secret" });
    const run = await openRun(world);
    expect(run).toMatchObject({ state: "exited", takenOver: null, outcome: { kind: "done" } });
    expect(run.outcome?.note).not.toContain("hunter2secret");
    expect((await world.refresh()).get("a")).toMatchObject({ group: "in_review" });
  });

  test("it is kept: in the same name, and it can be opened again", async () => {
    const { world, settle } = await taken();
    await settle({ kind: "keep" });
    expect(await openRun(world)).toMatchObject({ takenOver: { by: "mia", holder: null } });
    expect(await takeOverRun(world.runs, await openRun(world), BY_MIA)).toMatchObject({ kind: "taken" });
    expect(await settle({ kind: "finish", note: "" })).toMatchObject({ kind: "settled" });
    expect(await settle({ kind: "keep" }), "only once").toMatchObject({
      kind: "refused",
      message: expect.stringContaining("no one has taken it over"),
    });
  });

  test("a stop closes it, also by someone else", async () => {
    const { world } = await taken();
    const stopped = await stopRun(world.runs, await openRun(world), {
      by: "dave",
      note: null,
      signal: NEVER,
    });
    expect(stopped).toMatchObject({ kind: "closed", run: { state: "closed", takenOver: null } });
  });
});

describe("K44: what can be taken over", () => {
  test("a run that waits for its next attempt: it is not started meanwhile", async () => {
    const { world, recover } = await setUp();
    await world.endWorker("a", 1);
    vi.advanceTimersByTime(3_600_000);
    expect(await recover()).toMatchObject([{ what: "requeued" }]);
    expect(await takeOverRun(world.runs, await openRun(world), BY_MIA)).toMatchObject({ kind: "taken" });
    expect(await openRun(world)).toMatchObject({ state: "interrupted", takenOver: { by: "mia" } });
    expect(await recover()).toEqual([]);
  });

  test("not one that another process has open, unless that is gone; and no claim by hand", async () => {
    const { world } = await taken();
    const holder = (await openRun(world)).takenOver?.holder ?? expect.fail("no holder");
    const other = { ...world.runs.workers, self: () => ({ ...holder, id: "another" }) };
    const context = { ...world.runs, workers: other };
    const byDave = { ...BY_MIA, by: "dave" };
    expect(await takeOverRun(context, await openRun(world), byDave)).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("mia has it open"),
    });
    expect(await openRun(world)).toMatchObject({ takenOver: { by: "mia" } });
    vi.spyOn(other, "see").mockReturnValue("gone");
    expect(await takeOverRun(context, await openRun(world), byDave)).toMatchObject({
      run: { takenOver: { by: "dave" } },
    });
  });
});
