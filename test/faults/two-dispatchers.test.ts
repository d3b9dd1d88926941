// Two dispatchers at once, again and again: never two workers. The store is a real file with a handle per dispatcher, as
// two processes have; what is launched only counts. A few rounds with real processes and workers end it.

import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/adapters/clock.ts";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import { changeRun } from "../../src/app/runs/change/change-run.ts";
import { recoverRuns } from "../../src/app/runs/recovery/recover-runs.ts";
import { kickoff } from "../../src/app/runs/requests/kickoff.ts";
import { startRun } from "../../src/app/runs/start/start-run.ts";
import { configSchema } from "../../src/config/schema.ts";
import { isLive, type ProcessIdentity, type Run, type RunId } from "../../src/core/contract/run.ts";
import { end } from "../../src/core/run/run-transitions.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { createWorkedTree } from "../e2e/worked-tree.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import { rounds } from "../support/rounds.ts";
import { createRunsTestWorld, type RunsTestWorld } from "../support/runs-world.ts";
import { eventually } from "../support/served-tree.ts";

const ROUNDS = rounds({ short: 60, full: 200 });
const NEVER = new AbortController().signal;
const SLUGS = ["a", "b", "c"];

/** Several handles on one file, each with a dispatcher of its own. */
async function openDispatchers(count: number): Promise<readonly RunsTestWorld[]> {
  const file = join(temporaryFolder("tasks-dispatchers"), "store.sqlite");
  const stores: Store[] = [];
  for (let at = 0; at < count; at += 1) stores.push(await openSqliteStore({ file, nowMs: Date.now }));
  const texts = Object.fromEntries(SLUGS.map((slug) => [taskPath(slug), taskText({ owner: "dave" })]));
  const dispatch = {
    ...configSchema.parse({}).dispatch,
    workers_per_host: 2,
    attempts: 100,
    retry_first_s: 0.001,
  };
  return stores.map((store, at) =>
    createRunsTestWorld({
      clock: systemClock,
      texts,
      store,
      self: { id: `linux:desk:dispatcher:${at}`, host: "desk", pid: at + 10 },
      config: { dispatch },
    }),
  );
}

/** The supervisors that were launched, and those that would run a worker: all that were not refused. */
function countWorkers(worlds: readonly RunsTestWorld[]) {
  const working = new Map<RunId, ProcessIdentity[]>();
  for (const world of worlds) {
    const begin = world.played.onLaunch;
    world.played.onLaunch = async (launch) => {
      await begin(launch);
      const run = await world.runs.store.readRun(launch.run);
      if (run?.state !== "running" || run.epoch !== launch.epoch || run.holder === null) return;
      working.set(launch.run, [...(working.get(launch.run) ?? []), run.holder]);
    };
  }
  return working;
}

test("two dispatchers at once, round after round, never two workers and never more than the limit", async () => {
  const worlds = await openDispatchers(2);
  const working = countWorkers(worlds);
  const [first, second] = worlds as [RunsTestWorld, RunsTestWorld];
  const { store } = first.runs;
  await first.refresh();
  await kickoff(first.runs, SLUGS, { by: "dave", note: null });
  let started = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    working.clear();
    const queued = (await store.readOpenRuns()).filter(({ state }) => state === "queued");
    const start = (world: RunsTestWorld, run: Run) => startRun(world.runs, run, NEVER);
    // Both see the same line, and go through it in opposite directions.
    const outcomes = await Promise.all([
      ...queued.map((run) => start(first, run)),
      ...queued.toReversed().map((run) => start(second, run)),
    ]);
    const inRound = outcomes.filter(({ kind }) => kind === "started");
    const live = (await store.readOpenRuns()).filter(isLive);
    expect(live.length).toBeLessThanOrEqual(2);
    expect(inRound).toHaveLength(live.length);
    expect([...working.values()].map((workers) => workers.length)).toEqual(live.map(() => 1));
    started += inRound.length;
    await endAll(store, live);
    await queueAgain(worlds);
  }
  expect(started).toBe(2 * ROUNDS);
  for (const world of worlds) await world.runs.store.close();
});

async function endAll(store: Store, live: readonly Run[]): Promise<void> {
  for (const { id, epoch } of live) {
    const change = (run: Run) => end(run, { end: { kind: "exited", code: 1 }, nowMs: Date.now() });
    expect(await changeRun(store, { id, epoch, change })).toMatchObject({ kind: "changed" });
  }
}

/** Two recoveries at once requeue what failed; each run once, and in time for the next round. */
async function queueAgain(worlds: readonly RunsTestWorld[]): Promise<void> {
  const recovered = await Promise.all(
    worlds.map((world) => recoverRuns(world.runs, { rows: null, dryRun: false })),
  );
  const requeued = recovered.flatMap(({ done }) => done).map(({ key }) => key);
  expect(new Set(requeued).size).toBe(requeued.length);
  const { store } = worlds[0]!.runs;
  for (const run of await store.readOpenRuns()) {
    if (run.notBeforeMs === null) continue;
    await changeRun(store, {
      id: run.id,
      epoch: run.epoch,
      change: (now) => ({ kind: "changed", run: { ...now, notBeforeMs: null, failuresInRow: 0 } }),
    });
  }
}

test("two who kick off, claim and ask for the next task at once: one open run per task", async () => {
  const worlds = await openDispatchers(2);
  await worlds[0]!.refresh();
  const answers = await Promise.all(
    worlds.flatMap((world) => SLUGS.map((slug) => kickoff(world.runs, [slug], { by: "dave", note: null }))),
  );
  expect(answers.flat().filter(({ kind }) => kind === "queued")).toHaveLength(SLUGS.length);
  expect((await worlds[1]!.runs.store.readOpenRuns()).map(({ key }) => key).toSorted()).toEqual(SLUGS);
  for (const world of worlds) await world.runs.store.close();
});

test("real processes: two dispatchers, three times, and each worker was started once", async () => {
  const tree = await createWorkedTree({ tasks: { a: {}, b: {} } });
  for (const task of ["a", "b"]) tree.script(task, "await hang();");
  for (let round = 1; round <= 3; round += 1) {
    await tree.tasks("kickoff", "a", "b");
    const outcomes = await Promise.all([tree.tasks("dispatch"), tree.tasks("dispatch")]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    for (const task of ["a", "b"]) {
      await tree.until(task, ({ state }) => state === "running");
      await eventually(
        () => tree.notes(task),
        (notes) => notes.length >= round,
      );
      expect(tree.notes(task)).toHaveLength(round);
    }
    expect((await tree.tasks("stop", "--all", "--yes")).code).toBe(0);
    await tree.idle();
  }
});
