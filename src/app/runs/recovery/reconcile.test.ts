import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import {
  createRunsTestWorld,
  type RunsTestWorld,
  startWorkerOf,
} from "../../../../test/support/runs-world.ts";
import { stopRun } from "../requests/stop-run.ts";
import { listWorktrees, pruneWorktrees } from "./list-worktrees.ts";
import { type ReconcileRequest, reconcile } from "./reconcile.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const NEVER = new AbortController().signal;

async function setUp(): Promise<RunsTestWorld> {
  const texts = Object.fromEntries(
    ["a", "b", "c", "d"].map((slug) => [taskPath(slug), taskText({ owner: "dave" })]),
  );
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts });
  await world.refresh();
  return world;
}

async function requestOf(world: RunsTestWorld, dryRun = false): Promise<ReconcileRequest> {
  const rows = await world.refresh();
  const doubts = (await world.world.store.readPublished())?.header.doubts ?? [];
  return { rows, doubts, dryRun, signal: NEVER };
}

/** Runs whose worktrees stay: one at work, one dirty, one unmerged, one clean and merged. */
async function setUpWorktrees(): Promise<RunsTestWorld> {
  const world = await setUp();
  for (const key of ["a", "b", "c", "d"]) await startWorkerOf(world, key);
  for (const key of ["b", "c", "d"]) {
    const ended = await world.endWorker(key, 0);
    await stopRun(world.runs, ended, { by: "dave", note: null, signal: NEVER });
  }
  world.worktrees.change("b");
  world.worktrees.commit("c");
  return world;
}

test("a repository in which everything agrees", async () => {
  const world = await setUp();
  await startWorkerOf(world, "a");
  expect(await reconcile(world.runs, await requestOf(world))).toEqual({ done: [], left: [] });
});

test("W12: what was done, and what only a person can decide, each with why; a worktree that had a run says so", async () => {
  const world = await setUpWorktrees();
  world.tree.write(taskPath("a"), taskText({ status: "completed" }));
  const found = await reconcile(world.runs, await requestOf(world));
  expect(found.done).toEqual([]);
  expect(found.left).toEqual([
    { key: "a", what: "finished_under_worker", why: expect.stringContaining("`tasks stop a` ends it") },
    {
      key: "b",
      what: "worktree_without_run",
      why: ".worktrees/b belonged to a run that was abandoned and stays: 1 file changed",
    },
    {
      key: "c",
      what: "worktree_without_run",
      why: ".worktrees/c belonged to a run that was abandoned and stays: 1 commit not in the base",
    },
    {
      key: "d",
      what: "worktree_without_run",
      why: expect.stringContaining("`tasks worktrees prune` removes it"),
    },
  ]);
});

test("signals of drift and orphans are among them", async () => {
  const world = await setUp();
  await startWorkerOf(world, "a");
  await startWorkerOf(world, "b");
  // Edited under a worker: in the root, while it has the text of before.
  world.tree.write(taskPath("a"), taskText({ title: "Edited" }));
  world.tree.remove(taskPath("b"));
  vi.advanceTimersByTime(1_000);
  const { left } = await reconcile(world.runs, await requestOf(world));
  expect(left.map(({ key, what }) => [key, what])).toEqual([
    ["a", "root_task_edited"],
    ["b", "register_orphan"],
  ]);
});

test("twice does nothing more; a dry run nothing at all", async () => {
  const world = await setUp();
  await startWorkerOf(world, "a");
  await world.endWorker("a", 1);
  const dry = await reconcile(world.runs, await requestOf(world, true));
  expect(dry.done).toMatchObject([{ key: "a", what: "requeued" }]);
  expect(await world.open("a")).toMatchObject({ state: "failed" });
  expect((await reconcile(world.runs, await requestOf(world))).done).toEqual(dry.done);
  expect((await reconcile(world.runs, await requestOf(world))).done).toEqual([]);
});

describe("worktrees", () => {
  test("each with its owner, its state, and why it has to stay", async () => {
    const world = await setUpWorktrees();
    const listed = await listWorktrees(world.runs, { measure: true, signal: NEVER });
    expect(listed.map(({ slug, owner, staysBecause }) => [slug, owner, staysBecause])).toEqual([
      ["a", "dave", "a worker is running in it"],
      ["b", "dave", "1 file changed"],
      ["c", "dave", "1 commit not in the base"],
      ["d", "dave", null],
    ]);
  });

  test("prune removes what loses nothing, and never anything else", async () => {
    const world = await setUpWorktrees();
    const dry = await pruneWorktrees(world.runs, { dryRun: true, discard: false, signal: NEVER });
    expect(dry.filter(({ kind }) => kind === "would_remove")).toEqual([
      { slug: "d", kind: "would_remove", why: null, discarded: [] },
    ]);
    const pruned = await pruneWorktrees(world.runs, { dryRun: false, discard: false, signal: NEVER });
    expect(pruned.map(({ slug, kind }) => [slug, kind])).toEqual([
      ["a", "kept"],
      ["b", "kept"],
      ["c", "kept"],
      ["d", "removed"],
    ]);
    const left = await listWorktrees(world.runs, { measure: false, signal: NEVER });
    expect(left.map(({ slug }) => slug)).toEqual(["a", "b", "c"]);
    world.worktrees.merge("c");
    expect(await pruneWorktrees(world.runs, { dryRun: false, discard: false, signal: NEVER })).toContainEqual(
      {
        slug: "c",
        kind: "removed",
        why: null,
        discarded: [],
      },
    );
  });

  test("K47: before_remove runs in a worktree that is to go, and its failure keeps it with the end of its output", async () => {
    const world = await setUpWorktrees();
    Object.assign(world.runs, {
      config: {
        ...world.runs.config,
        worktree: { ...world.runs.config.worktree, before_remove: ["stop-database"] },
      },
    });
    world.commandResult = {
      ok: false,
      message: "stop-database failed with exit code 1.",
      stderr: "still in use",
    };
    const prune = (dryRun: boolean) => pruneWorktrees(world.runs, { dryRun, discard: false, signal: NEVER });
    await prune(true);
    expect(world.commands).toEqual([]);
    expect((await prune(false)).at(-1)).toEqual({
      slug: "d",
      kind: "kept",
      why: "the hook worktree.before_remove failed: stop-database failed with exit code 1.\nstill in use",
      discarded: [],
    });
    expect(world.commands).toMatchObject([
      {
        program: "stop-database",
        cwd: "/repository/.worktrees/d",
        env: { TASKS_REPO: "/repository", TASKS_SLUG: "d" },
      },
    ]);
    world.commandResult = {};
    expect((await prune(false)).at(-1)).toMatchObject({ slug: "d", kind: "removed" });
  });

  test("W21: a worktree in which a process works is not safe to remove: it is named, and prune keeps it", async () => {
    const world = await setUpWorktrees();
    const sleep = { id: "linux:desk:1:4711", host: "desk", pid: 4711, name: "sleep", startedAtMs: 0 };
    world.played.working.set(".worktrees/d", [sleep]);
    const why = "sleep (pid 4711) works in it";
    const listed = await listWorktrees(world.runs, { measure: false, signal: NEVER });
    expect(listed.at(-1)).toMatchObject({ slug: "d", staysBecause: why, processes: [sleep] });
    for (const dryRun of [true, false])
      expect((await pruneWorktrees(world.runs, { dryRun, discard: false, signal: NEVER })).at(-1)).toEqual({
        slug: "d",
        kind: "kept",
        why,
        discarded: [],
      });
    expect((await reconcile(world.runs, await requestOf(world))).left).toContainEqual({
      key: "d",
      what: "worktree_without_run",
      why: `.worktrees/d belonged to a run that was abandoned and stays: ${why}`,
    });
  });

  test("W21: one that comes between the look and the removal keeps it too", async () => {
    const world = await setUpWorktrees();
    const sleep = { id: "linux:desk:1:4711", host: "desk", pid: 4711, name: "sleep", startedAtMs: 0 };
    let looks = 0;
    Object.assign(world.runs.workers, {
      workingIn: (worktrees: readonly string[]) =>
        new Map(worktrees.map((worktree) => [worktree, ++looks > 4 ? [sleep] : []])),
    });
    expect(
      (await pruneWorktrees(world.runs, { dryRun: false, discard: false, signal: NEVER })).at(-1),
    ).toMatchObject({
      slug: "d",
      kind: "kept",
    });
  });

  test("a run that was queued since the look keeps its worktree; so does what git refuses", async () => {
    const world = await setUpWorktrees();
    const { list } = world.runs.worktrees;
    Object.assign(world.runs.worktrees, {
      list: async (options: { measure: boolean; signal: AbortSignal }) => {
        const found = await list(options);
        // Changed while it was looked at: the port looks again before it removes.
        world.worktrees.change("d");
        return found;
      },
    });
    const pruned = await pruneWorktrees(world.runs, { dryRun: false, discard: false, signal: NEVER });
    expect(pruned.find(({ slug }) => slug === "d")).toMatchObject({
      kind: "kept",
      why: expect.stringContaining("changed"),
    });
  });
});
