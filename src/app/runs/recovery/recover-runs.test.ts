import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import {
  beginRun,
  createRunsTestWorld,
  DISPATCHER,
  type RunsTestWorld,
  supervisorOf,
} from "../../../../test/support/runs-world.ts";
import { pullRequestView } from "../../../../test/support/sample-pull-requests.ts";
import type { Run } from "../../../core/contract/run.ts";
import { take } from "../../../core/run/run-transitions.ts";
import { changeRun } from "../change/change-run.ts";
import { kickoff } from "../requests/kickoff.ts";
import { answerQuestion } from "../requests/message-worker.ts";
import { startRun } from "../start/start-run.ts";
import { claimTask } from "../worker/claim-task.ts";
import { askPerson, finishRun } from "../worker/worker-reports.ts";
import { type RecoveryRequest, recoverRuns } from "./recover-runs.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const NEVER = new AbortController().signal;
const ACT: RecoveryRequest = { rows: null, dryRun: false };

async function setUp(): Promise<RunsTestWorld> {
  const texts = { [taskPath("a")]: taskText({ owner: "dave" }), [taskPath("b")]: taskText() };
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts });
  await world.refresh();
  await kickoff(world.runs, ["a"], { by: "dave", note: null });
  return world;
}

const openRun = async (world: RunsTestWorld, key = "a") => (await world.open(key)) as Run;

async function startWorker(world: RunsTestWorld): Promise<Run> {
  await startRun(world.runs, await openRun(world), NEVER);
  return await openRun(world);
}

async function takeOnly(world: RunsTestWorld): Promise<Run> {
  const { id, epoch } = await openRun(world);
  const change = (run: Run) => take(run, { dispatcher: DISPATCHER, nowMs: Date.now() });
  await changeRun(world.world.store, { id, epoch, change });
  return await openRun(world);
}

async function setStatus(world: RunsTestWorld, key: string, status: string) {
  world.tree.write(taskPath(key), taskText({ status }));
  vi.advanceTimersByTime(1_000);
  return await world.refresh();
}

test("where nothing is to be done nothing is written", async () => {
  const world = await setUp();
  const rows = await world.refresh();
  await startWorker(world);
  await claimTask(world.runs, rows.get("b")!, { by: "mia", note: null, worktree: null });
  const version = await world.world.store.readRunsVersion();
  expect(await recoverRuns(world.runs, { rows, dryRun: false })).toEqual({ done: [] });
  expect(await world.world.store.readRunsVersion()).toBe(version);
  expect(world.played.endedRemains).toEqual([]);
});

describe("a holder that is surely gone", () => {
  test("a supervisor: what it left is ended first, then the run is lost and tried again", async () => {
    const world = await setUp();
    const { id, epoch } = await startWorker(world);
    world.played.presence.set(supervisorOf(id, epoch).id, "gone");
    world.played.remains = "ended";
    const why = "its supervisor is gone; what it left running was ended";
    expect(await recoverRuns(world.runs, ACT)).toEqual({
      done: [
        { key: "a", run: id, what: "lost", why },
        { key: "a", run: id, what: "requeued", why: "attempt 1 of 3 failed" },
      ],
    });
    expect(world.played.endedRemains).toEqual([id]);
    expect(await openRun(world)).toMatchObject({
      state: "queued",
      notBeforeMs: Date.now() + 10_000,
      epoch: epoch + 1,
      failuresInRow: 1,
      attempts: [{ end: { kind: "lost", detail: why } }],
    });
    expect(await recoverRuns(world.runs, ACT)).toEqual({ done: [] });
  });

  test("a dispatcher", async () => {
    const world = await setUp();
    await takeOnly(world);
    expect(await recoverRuns(world.runs, ACT)).toEqual({ done: [] });
    world.played.presence.set(DISPATCHER.id, "gone");
    expect(await recoverRuns(world.runs, ACT)).toMatchObject({
      done: [{ what: "lost", why: "the process that started it is gone" }, { what: "requeued" }],
    });
  });

  test.each(["left", "unknown"] as const)(
    "while its remains are %s nothing is lost, so nothing is started",
    async (remains) => {
      const world = await setUp();
      const { id, epoch } = await startWorker(world);
      world.played.presence.set(supervisorOf(id, epoch).id, "gone");
      world.played.remains = remains;
      expect(await recoverRuns(world.runs, ACT)).toMatchObject({ done: [{ what: "left" }] });
      expect(await openRun(world)).toMatchObject({ state: "running", epoch });
    },
  );

  test("N69: with its host: it continues at once, and no attempt is counted", async () => {
    const world = await setUp();
    const { id } = await startWorker(world);
    world.played.restarted.add("desk");
    const why = "its host was restarted";
    expect(await recoverRuns(world.runs, ACT)).toEqual({
      done: [
        { key: "a", run: id, what: "lost", why },
        { key: "a", run: id, what: "requeued", why },
      ],
    });
    expect(await openRun(world)).toMatchObject({
      ...{ state: "queued", notBeforeMs: null, failuresInRow: 0 },
      attempts: [{ end: { kind: "lost", detail: why }, spared: { kind: "restarted" } }],
    });
  });

  test("N69: the sixth time in a row is counted: it may be what brings the host down", async () => {
    const world = await setUp();
    const counted: number[] = [];
    for (let restarts = 1; restarts <= 6; restarts += 1) {
      world.played.restarted.clear();
      await startWorker(world);
      world.played.restarted.add("desk");
      await recoverRuns(world.runs, ACT);
      counted.push((await openRun(world)).failuresInRow);
    }
    expect(counted).toEqual([0, 0, 0, 0, 0, 1]);
  });

  test("one that cannot be seen is not gone", async () => {
    const world = await setUp();
    const { id, epoch } = await startWorker(world);
    world.played.presence.set(supervisorOf(id, epoch).id, "unknown");
    expect(await recoverRuns(world.runs, ACT)).toEqual({ done: [] });
    expect(world.played.endedRemains).toEqual([]);
  });

  test("a dispatcher that ended because all is well: the supervisor has it, and nothing is ended", async () => {
    const world = await setUp();
    const dispatching = await takeOnly(world);
    await beginRun(world, dispatching.id, dispatching.epoch);
    world.played.presence.set(DISPATCHER.id, "gone");
    // What the cycle read was older.
    expect(await recoverRuns(world.runs, { ...ACT, runs: [dispatching] })).toEqual({ done: [] });
    expect(world.played.endedRemains).toEqual([]);
    expect(await openRun(world)).toMatchObject({ state: "running" });
  });

  test("a supervisor that begins while remains are looked for keeps its run", async () => {
    const world = await setUp();
    const dispatching = await takeOnly(world);
    world.played.presence.set(DISPATCHER.id, "gone");
    Object.assign(world.runs.workers, {
      endRemains: async () => {
        await beginRun(world, dispatching.id, dispatching.epoch);
        return "nothing";
      },
    });
    expect(await recoverRuns(world.runs, ACT)).toEqual({ done: [] });
    expect(await openRun(world)).toMatchObject({ state: "running", epoch: dispatching.epoch });
  });

  test("a worker that had said how it went is not lost with its supervisor", async () => {
    const world = await setUp();
    const { id, epoch } = await startWorker(world);
    await finishRun(world.runs, { id, epoch }, { kind: "done", note: "tests pass" });
    world.played.presence.set(supervisorOf(id, epoch).id, "gone");
    await recoverRuns(world.runs, ACT);
    expect(await openRun(world)).toMatchObject({
      state: "exited",
      outcome: { kind: "done" },
      failuresInRow: 0,
    });
  });

  test("R24: nor is what it said while the store could not take it", async () => {
    const world = await setUp();
    const { id, epoch } = await startWorker(world);
    const outcome = { kind: "done", note: "tests pass", atMs: Date.now() } as const;
    const kept = [
      { name: "said-1", epoch, proofHash: null, statement: { kind: "finish", outcome } as const },
    ];
    Object.assign(world.runs.runFiles, {
      readStatements: async () => [...kept],
      dropStatement: () => void kept.shift(),
    });
    world.played.presence.set(supervisorOf(id, epoch).id, "gone");
    await recoverRuns(world.runs, ACT);
    expect(await openRun(world)).toMatchObject({ state: "exited", outcome });
    expect(kept).toEqual([]);
  });

  test("a start that this process has forgotten is abandoned", async () => {
    const world = await setUp();
    const { id } = await takeOnly(world);
    expect(await recoverRuns(world.runs, { ...ACT, starting: new Set([id]) })).toEqual({ done: [] });
    expect(await recoverRuns(world.runs, { ...ACT, starting: new Set() })).toMatchObject({
      done: [{ what: "lost", why: "its start was abandoned" }, { what: "requeued" }],
    });
  });
});

describe("a worker that ended", () => {
  test("retries double from 10 s and end after three attempts; then it is a person's", async () => {
    const world = await setUp();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await startWorker(world);
      await world.endWorker("a", 1);
      await recoverRuns(world.runs, ACT);
      const { state, notBeforeMs } = await openRun(world);
      if (state === "queued") waits.push((notBeforeMs ?? 0) - Date.now());
      vi.advanceTimersByTime(60_000);
    }
    expect(waits).toEqual([10_000, 20_000]);
    expect(await openRun(world)).toMatchObject({ state: "failed", attempt: 3, failuresInRow: 3 });
    expect(await recoverRuns(world.runs, ACT)).toEqual({ done: [] });
    const rows = await world.refresh();
    expect(rows.get("a")).toMatchObject({ signals: [{ code: "dispatch_failed", tier: 2 }] });
  });

  test("one that ended well stays for review", async () => {
    const world = await setUp();
    await startWorker(world);
    await world.endWorker("a", 0);
    expect(await recoverRuns(world.runs, ACT)).toEqual({ done: [] });
  });
});

describe("a task that is over", () => {
  test.each([
    ["completed", "delivered"],
    ["cancelled", "abandoned"],
  ])("%s: what is queued or has ended is closed as %s", async (status, as) => {
    const world = await setUp();
    const rows = await setStatus(world, "a", status);
    const { id } = await openRun(world);
    const why = `its task is ${status}`;
    expect(await recoverRuns(world.runs, { rows, dryRun: false })).toEqual({
      done: [{ key: "a", run: id, what: "closed", why }],
    });
    expect(await world.world.store.readRun(id)).toMatchObject({ state: "closed", closing: { as, why } });
    const [given] = await world.world.store.readTransitions({ key: "a", limit: 1 });
    expect(given).toMatchObject({ kind: "acted", action: "close", by: "reconciliation", note: why });
    expect(await recoverRuns(world.runs, { rows, dryRun: false })).toEqual({ done: [] });
  });

  test("a live worker is left alone, whatever the file says", async () => {
    const world = await setUp();
    await startWorker(world);
    const rows = await setStatus(world, "a", "completed");
    expect(await recoverRuns(world.runs, { rows, dryRun: false })).toEqual({ done: [] });
    await world.endWorker("a", 0);
    expect(await recoverRuns(world.runs, { rows, dryRun: false })).toMatchObject({
      done: [{ what: "closed" }],
    });
  });

  test("a claim by hand is closed with its task", async () => {
    const world = await setUp();
    const row = (await world.refresh()).get("b")!;
    await claimTask(world.runs, row, { by: "mia", note: null, worktree: null });
    const rows = await setStatus(world, "b", "completed");
    expect(await recoverRuns(world.runs, { rows, dryRun: false })).toMatchObject({
      done: [{ key: "b", what: "closed" }],
    });
  });

  test("R23: a file that is not there is no decision: its run stays as it is, and continues when the file is back", async () => {
    const world = await setUp();
    await startWorker(world);
    await world.endWorker("a", 1);
    const row = (await world.refresh()).get("b")!;
    await claimTask(world.runs, row, { by: "mia", note: null, worktree: null });
    world.tree.remove(taskPath("a"));
    world.tree.remove(taskPath("b"));
    // Another branch for a day, and clocks that are set on the way.
    const rows = await world.refresh();
    for (const stepMs of [11 * 60_000, 86_400_000, -3_600_000]) {
      vi.setSystemTime(Date.now() + stepMs);
      const { done } = await recoverRuns(world.runs, { rows, dryRun: false });
      expect(done.filter(({ what }) => what === "closed")).toEqual([]);
    }
    const states = (await world.world.store.readOpenRuns()).map(({ key, state }) => [key, state]);
    expect(states).toEqual([
      ["a", "queued"],
      ["b", "running"],
    ]);
    world.tree.write(taskPath("a"), taskText());
    expect((await world.refresh()).get("a")).toMatchObject({ run: { state: "queued" } });
  });

  test.each(["queued", "asking", "done", "failed"])("R23: nor for one that is %s", async (kind) => {
    const world = await setUp();
    if (kind !== "queued") {
      const own = await startWorker(world);
      if (kind === "asking") await askPerson(world.runs, own, { text: "Which?", choices: [] });
      if (kind === "done") await finishRun(world.runs, own, { kind: "done", note: "" });
      if (kind === "failed") await finishRun(world.runs, own, { kind: "failed", note: "" });
      await world.endWorker("a", kind === "failed" ? 1 : 0);
    }
    world.tree.remove(taskPath("a"));
    const rows = await world.refresh();
    vi.setSystemTime(Date.now() + 86_400_000);
    const { done } = await recoverRuns(world.runs, { rows, dryRun: false });
    expect(done.filter(({ what }) => what === "closed")).toEqual([]);
  });
});

test("a dry run says the same and changes nothing", async () => {
  const world = await setUp();
  const { id, epoch } = await startWorker(world);
  world.played.presence.set(supervisorOf(id, epoch).id, "gone");
  const version = await world.world.store.readRunsVersion();
  const dry = await recoverRuns(world.runs, { rows: null, dryRun: true });
  expect(dry).toMatchObject({
    done: [{ what: "lost", why: "its supervisor is gone" }, { what: "requeued" }],
  });
  expect(world.played.endedRemains).toEqual([]);
  expect(await world.world.store.readRunsVersion()).toBe(version);
  expect(await recoverRuns(world.runs, ACT)).toMatchObject(dry);
});

test("two reconciliations at once do each thing once", async () => {
  const world = await setUp();
  const rows = await setStatus(world, "a", "completed");
  const both = await Promise.all([
    recoverRuns(world.runs, { rows, dryRun: false }),
    recoverRuns(world.runs, { rows, dryRun: false }),
  ]);
  expect(both.flatMap(({ done }) => done)).toHaveLength(1);
});

describe("what is no longer waited for", () => {
  const edit = async (world: RunsTestWorld, values: Partial<Run>) => {
    const { id, epoch } = await openRun(world);
    const change = (run: Run) => ({ kind: "changed", run: { ...run, ...values } }) as const;
    await changeRun(world.world.store, { id, epoch, change });
  };

  test("N26: a question that no one answered is decided as its worker said, and the run continues", async () => {
    const world = await setUp();
    const run = await startWorker(world);
    const own = { id: run.id, epoch: run.epoch };
    const fallback = { text: "eu", atMs: Date.now() + 60_000 };
    await askPerson(world.runs, own, { text: "Which region?", choices: ["eu", "us"], fallback });
    await world.endWorker("a", 0);
    expect(await recoverRuns(world.runs, ACT)).toEqual({ done: [] });
    vi.advanceTimersByTime(60_000);
    expect(await recoverRuns(world.runs, { ...ACT, dryRun: true })).toMatchObject({
      done: [{ what: "requeued", why: "its question was answered" }],
    });
    expect((await openRun(world)).decidedAlone).toEqual([]);
    expect(await recoverRuns(world.runs, ACT)).toMatchObject({ done: [{ what: "requeued" }] });
    expect(await openRun(world)).toMatchObject({
      state: "queued",
      question: { answer: { by: "default", text: "eu" } },
      decidedAlone: [{ question: "Which region?", answer: "eu" }],
    });
    // The row says so in review.
    expect((await world.refresh()).get("a")?.run?.decided_alone).toMatchObject([{ answer: "eu" }]);
  });

  test("N26: a person's answer comes first", async () => {
    const world = await setUp();
    const run = await startWorker(world);
    const fallback = { text: "eu", atMs: Date.now() + 60_000 };
    await askPerson(world.runs, { id: run.id, epoch: run.epoch }, { text: "Which?", choices: [], fallback });
    await world.endWorker("a", 0);
    await answerQuestion(world.runs, await openRun(world), { text: "us", by: "mia" });
    vi.advanceTimersByTime(60_000);
    await recoverRuns(world.runs, ACT);
    expect(await openRun(world)).toMatchObject({ question: { answer: { by: "mia" } }, decidedAlone: [] });
  });

  test("N10: what the day's budget stopped continues once the local day is over", async () => {
    const world = await setUp();
    const run = await startWorker(world);
    const reached = { what: "day_usd", atMs: Date.now(), used: 51 } as const;
    const spared = { kind: "waiting", on: "a raise of its budget" } as const;
    await world.endWorker("a", 0);
    const [last] = (await openRun(world)).attempts;
    await edit(world, { budget: { raises: 0, reached }, attempts: last ? [{ ...last, spared }] : [] });
    // Two hours behind UTC: its day is over at 02:00.
    const runs = { ...world.runs, zone: () => -120 };
    vi.setSystemTime("2026-03-25T01:59:59.000Z");
    expect(await recoverRuns(runs, ACT)).toEqual({ done: [] });
    vi.setSystemTime("2026-03-25T02:00:00.000Z");
    const requeued = { done: [{ what: "requeued", run: run.id, why: "it has a follow-up" }] };
    expect(await recoverRuns(runs, { ...ACT, dryRun: true })).toMatchObject(requeued);
    expect(await recoverRuns(runs, ACT)).toMatchObject(requeued);
    expect(await openRun(world)).toMatchObject({ state: "queued", budget: { reached: null } });
  });

  test("N28: checks that have ended end a wait for them before its time", async () => {
    const world = await setUp();
    const held = {
      cause: "wait",
      scope: null,
      on: "CI 12",
      sinceMs: 0,
      untilMs: Date.now() + 3_600_000,
    } as const;
    await edit(world, { held, notBeforeMs: held.untilMs });
    const row = (await world.refresh()).get("a")!;
    const checks = { failing: 0, running: 1, passing: 1, skipped: 0, listed: [], missing: [] };
    const withChecks = (running: number) =>
      new Map([["a", { ...row, pull_request: { ...pullRequestView(), checks: { ...checks, running } } }]]);
    expect(await recoverRuns(world.runs, { rows: withChecks(1), dryRun: false })).toEqual({ done: [] });
    expect(await recoverRuns(world.runs, { rows: withChecks(0), dryRun: false })).toMatchObject({
      done: [{ what: "requeued", why: "CI 12 is done" }],
    });
    expect(await openRun(world)).toMatchObject({ state: "queued", held: null, notBeforeMs: null });
  });
});
