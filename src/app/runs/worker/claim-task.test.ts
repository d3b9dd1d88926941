import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import {
  createRunsTestWorld,
  type RunsTestWorld,
  startWorkerOf,
} from "../../../../test/support/runs-world.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { kickoff } from "../requests/kickoff.ts";
import { releaseRun } from "../requests/stop-run.ts";
import { claimTask, nextTask } from "./claim-task.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const BY_MIA = { by: "mia", note: null, worktree: null };

async function setUp(
  texts: Readonly<Record<string, string>> = {
    [taskPath("a")]: taskText({ priority: "p1" }),
    [taskPath("b")]: taskText({ priority: "p0" }),
    [taskPath("c")]: taskText({ priority: "p2", dependencies: "[a]" }),
    [taskPath("bad")]: taskText({ priority: "p0", owner: "[" }),
    [taskPath("busy")]: taskText({ priority: "p0", status: "in_progress" }),
  },
): Promise<RunsTestWorld & { rows: readonly TaskRow[] }> {
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts });
  return Object.assign(world, { rows: [...(await world.refresh()).values()] });
}

const rowOf = (world: { rows: readonly TaskRow[] }, key: string) =>
  world.rows.find((row) => row.key === key) as TaskRow;

describe("claim", () => {
  test("makes a run by hand that is at work at once", async () => {
    const world = await setUp();
    const claimed = await claimTask(world.runs, rowOf(world, "a"), { ...BY_MIA, note: "pairing" });
    expect(claimed).toMatchObject({
      kind: "claimed",
      run: {
        kind: "by_hand",
        state: "running",
        workerName: "mia",
        host: "desk",
        taskHash: null,
        queued: { by: "mia", note: "pairing" },
      },
    });
    expect((await world.refresh()).get("a")).toMatchObject({
      group: "active",
      reason: "claimed by mia",
    });
    const [given] = await world.world.store.readTransitions({ key: "a", limit: 10 });
    expect(given).toMatchObject({ kind: "moved", to: "active" });
  });

  test("in a worktree an edit of the root's file is news, in the root it is the work", async () => {
    const world = await setUp();
    const elsewhere = await claimTask(world.runs, rowOf(world, "a"), { ...BY_MIA, worktree: "/work/a" });
    expect(elsewhere).toMatchObject({
      run: { worktree: "/work/a", taskHash: expect.stringMatching(/^[0-9a-f]+$/) },
    });
  });

  test("one claim per task, be it by hand, queued, or a worker's", async () => {
    const world = await setUp();
    const row = rowOf(world, "a");
    await claimTask(world.runs, row, BY_MIA);
    expect(await claimTask(world.runs, row, { ...BY_MIA, by: "dave" })).toMatchObject({
      message: "mia has claimed a.",
    });
    await startWorkerOf(world, "b");
    expect(await claimTask(world.runs, rowOf(world, "b"), BY_MIA)).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("A worker is running on b"),
    });
    const both = await setUp();
    const claims = await Promise.all(
      Array.from({ length: 10 }, () => claimTask(both.runs, rowOf(both, "a"), BY_MIA)),
    );
    expect(claims.filter(({ kind }) => kind === "claimed")).toHaveLength(1);
  });

  test("what has ended makes room; a file that is gone does not", async () => {
    const world = await setUp();
    await startWorkerOf(world, "b");
    await world.endWorker("b", 0);
    expect(await claimTask(world.runs, rowOf(world, "b"), BY_MIA)).toMatchObject({ kind: "claimed" });
    world.tree.remove(taskPath("a"));
    expect(await claimTask(world.runs, rowOf(world, "a"), BY_MIA)).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("is gone"),
    });
  });
});

test("release gives it back: the task is where its file puts it", async () => {
  const world = await setUp();
  await claimTask(world.runs, rowOf(world, "a"), BY_MIA);
  const run = (await world.open("a")) as Run;
  expect(await releaseRun(world.runs, run, { by: "mia", note: "no time" })).toMatchObject({
    kind: "changed",
    run: { state: "closed", closing: { as: "abandoned", by: "mia", why: "no time" } },
  });
  expect((await world.refresh()).get("a")).toMatchObject({ group: "ready", run: null });
  expect(await releaseRun(world.runs, run, { by: "mia", note: null })).toMatchObject({ kind: "refused" });
});

describe("next", () => {
  const look = (world: RunsTestWorld & { rows: readonly TaskRow[] }, claimFor: string | null = null) =>
    nextTask(world.runs, { stopped: {}, rows: world.rows, claimFor, worktree: null });

  test("the first ready task of the line whose file can be relied on", async () => {
    const world = await setUp();
    expect(await look(world)).toMatchObject({ row: { key: "b" }, run: null });
    expect(await world.open("b")).toBeNull();
  });

  test("--claim takes it, and who asks next gets the next one; then there is none", async () => {
    const world = await setUp();
    expect(await look(world, "agent-1")).toMatchObject({ row: { key: "b" }, run: { workerName: "agent-1" } });
    // The snapshot is older than the claim, which does not matter.
    expect(await look(world)).toMatchObject({ row: { key: "a" } });
    expect(await look(world, "agent-2")).toMatchObject({ row: { key: "a" } });
    expect(await look(world, "agent-3")).toBeNull();
    expect(await look(world)).toBeNull();
  });

  test("what is queued was requested already", async () => {
    const world = await setUp();
    await kickoff(world.runs, ["b"], { by: "dave", note: null });
    expect(await look(world, "agent")).toMatchObject({ row: { key: "a" } });
  });

  test("as many who ask at once as there are tasks get one each", async () => {
    const slugs = Array.from({ length: 12 }, (_, at) => `t${at}`);
    const world = await setUp(Object.fromEntries(slugs.map((slug) => [taskPath(slug), taskText()])));
    const got = await Promise.all(slugs.map((_, at) => look(world, `agent-${at}`)));
    expect(got.map((one) => one?.row.key).toSorted()).toEqual(slugs.toSorted());
  });
});
