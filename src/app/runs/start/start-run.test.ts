import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import {
  beginRun,
  createRunsTestWorld,
  DISPATCHER,
  type RunsTestOptions,
  type RunsTestWorld,
} from "../../../../test/support/runs-world.ts";
import { configSchema } from "../../../config/schema.ts";
import type { Run, RunId } from "../../../core/contract/run.ts";
import { requeue } from "../../../core/run/run-transitions.ts";
import { changeRun } from "../change/change-run.ts";
import { recoverRuns } from "../recovery/recover-runs.ts";
import { kickoff } from "../requests/kickoff.ts";
import { answerQuestion, continueRun } from "../requests/message-worker.ts";
import { pauseStarts } from "../requests/pause-starts.ts";
import { stopRun } from "../requests/stop-run.ts";
import { askPerson } from "../worker/worker-reports.ts";
import { type StartOutcome, startRun } from "./start-run.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const NEVER = new AbortController().signal;

async function setUp(options: Partial<RunsTestOptions> = {}): Promise<RunsTestWorld> {
  const texts = { [taskPath("a")]: taskText({ title: "First", owner: "dave" }), [taskPath("b")]: taskText() };
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts, ...options });
  await world.refresh();
  await kickoff(world.runs, ["a"], { by: "dave", note: null });
  return world;
}

async function start(world: RunsTestWorld, signal: AbortSignal = NEVER) {
  const run = (await world.open("a")) as Run;
  const starting = startRun(world.runs, run, signal);
  await vi.advanceTimersByTimeAsync(40_000);
  return await starting;
}

test("a start takes the run, makes the worktree, writes the prompt and launches the supervisor", async () => {
  const world = await setUp();
  expect(await start(world)).toMatchObject({
    kind: "started",
    run: { state: "running", attempt: 1, epoch: 2 },
  });
  const run = await world.open("a");
  expect(run).toMatchObject({
    worktree: ".worktrees/a",
    branch: "task/a",
    taskHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    uncommitted: false,
    workerName: "agent",
    host: "desk",
  });
  expect(world.played.launches).toEqual([{ run: run!.id, epoch: 2 }]);
  expect(world.prompts.get(run!.id)).toContain("# Task: First");
  expect(world.prompts.get(run!.id)).toContain("## Problem\n\nText.");
});

test("T20: a file that broke after it was queued starts no worker, and the run says where", async () => {
  const world = await setUp();
  world.tree.write(taskPath("a"), "---\ntitle: A\n");
  const result = await start(world);
  expect(world.played.launches).toEqual([]);
  expect(result).toMatchObject({ kind: "failed" });
  expect(JSON.stringify(await world.open("a"))).toContain(
    `${taskPath("a")}:1 cannot be read, so no worker is started for it: `,
  );
});

test("the prompt of an uncommitted task says so, and the run is marked", async () => {
  const world = await setUp();
  world.isCommitted = false;
  await start(world);
  const run = await world.open("a");
  expect(run).toMatchObject({ uncommitted: true });
  expect(world.prompts.get(run!.id)).toContain("not committed yet");
  // What git cannot tell is no mark.
  const other = await setUp();
  other.isCommitted = null;
  await start(other);
  expect(await other.open("a")).toMatchObject({ uncommitted: false });
});

test("the repository's own template is used", async () => {
  const world = await setUp();
  world.tree.write("tasks/worker-prompt.md", "Do {slug} in {worktree}, attempt {attempt}.\n");
  await start(world);
  const run = await world.open("a");
  expect(world.prompts.get(run!.id)).toBe("Do a in /repository/.worktrees/a, attempt 1.\n");
});

describe("whatever will not do fails the run with its sentence", () => {
  test.each<[string, (world: RunsTestWorld) => void, RegExp]>([
    [
      "the worktree",
      (world) => world.worktrees.setObstacle({ message: "There is a folder in the way.", hint: "Move it." }),
      /^There is a folder in the way\. Move it\.$/,
    ],
    [
      "the task's file",
      (world) => world.tree.remove(taskPath("a")),
      /infra\/tasks\/a\.md could not be read: it does not exist/,
    ],
    [
      "the template",
      (world) => world.tree.write("tasks/worker-prompt.md", "Do {slugg}."),
      /placeholder \{slugg\}.*\{slug\}/,
    ],
    [
      "the launch",
      (world) => {
        world.played.onLaunch = () => Promise.reject(new Error("spawn EAGAIN"));
      },
      /^spawn EAGAIN$/,
    ],
    [
      "a supervisor that never begins",
      (world) => {
        world.played.onLaunch = async () => {};
      },
      /^its supervisor did not start within 30 s$/,
    ],
  ])("%s", async (_what, spoil, detail) => {
    const world = await setUp();
    spoil(world);
    expect(await start(world)).toEqual({ kind: "failed", detail: expect.stringMatching(detail) });
    expect(await world.open("a")).toMatchObject({
      state: "failed",
      failuresInRow: 1,
      holder: null,
      attempts: [{ end: { kind: "not_started", detail: expect.stringMatching(detail) } }],
    });
  });
});

describe("hooks", () => {
  const hooked = {
    config: {
      worktree: {
        ...configSchema.parse({}).worktree,
        after_create: ["npm", "ci"],
        before_run: ["make", "ready"],
      },
    },
  };

  test("after_create runs in a new worktree, before_run before each start", async () => {
    const world = await setUp(hooked);
    await start(world);
    expect(world.commands.map(({ program, args }) => [program, ...args])).toEqual([
      ["npm", "ci"],
      ["make", "ready"],
    ]);
    expect(world.commands[0]).toMatchObject({
      cwd: "/repository/.worktrees/a",
      timeoutMs: 600_000,
      env: {
        PATH: "/bin",
        TASKS_REPO: "/repository",
        TASKS_SLUG: "a",
        TASKS_WORKTREE: "/repository/.worktrees/a",
        TASKS_PORT_BASE: "20000",
      },
    });
    await world.endWorker("a", 1);
    await recoverRuns(world.runs, { rows: null, dryRun: false });
    vi.advanceTimersByTime(60_000);
    await start(world);
    expect(world.commands.map(({ program }) => program)).toEqual(["npm", "make", "make"]);
  });

  test("N5: after_create that failed is run again, until it succeeds once", async () => {
    const world = await setUp(hooked);
    world.commandResult = { ok: false, message: "npm failed with exit code 1." };
    expect((await start(world)).kind).toBe("failed");
    await recoverRuns(world.runs, { rows: null, dryRun: false });
    vi.advanceTimersByTime(60_000);
    world.commandResult = {};
    expect((await start(world)).kind).toBe("started");
    expect(world.commands.map(({ program }) => program)).toEqual(["npm", "npm", "make"]);
  });

  test("S20: a hook that fails, fails the start with what it said, without secrets", async () => {
    const world = await setUp(hooked);
    world.commandResult = {
      ok: false,
      exitCode: 1,
      message: "npm failed with exit code 1.",
      stderr: "no lock file\nNPM_TOKEN=hunter2secret\n",
    };
    const outcome = await start(world);
    expect(outcome).toMatchObject({
      kind: "failed",
      detail: expect.stringMatching(/hook worktree\.after_create failed: npm failed/),
    });
    expect(outcome).toMatchObject({ detail: expect.stringContaining("no lock file") });
    expect(JSON.stringify(outcome)).not.toContain("hunter2secret");
    expect(world.played.launches).toEqual([]);
  });

  test("K49: a hook that fails says the end of its output, without the values of copied files", async () => {
    const world = await setUp({
      config: { worktree: { ...hooked.config.worktree, copy: [".env"] } },
    });
    vi.spyOn(world.runs.worktrees, "copyFiles").mockResolvedValue({
      kind: "copied",
      secrets: ["hunter2-value"],
    });
    world.commandResult = {
      ok: false,
      message: "npm failed with exit code 1.",
      stderr: `${"progress\n".repeat(1_000)}it is hunter2-value, and that is why`,
    };
    const { detail } = (await start(world)) as Extract<StartOutcome, { kind: "failed" }>;
    expect(detail).toMatch(/^the hook worktree\.after_create failed: npm failed/);
    expect(detail).toMatch(/progress\nit is \[redacted\], and that is why$/);
    expect(detail.length).toBeLessThan(1_200);
  });

  test("K46: a file that cannot be copied fails the start, before any hook", async () => {
    const world = await setUp({ config: { worktree: { ...hooked.config.worktree, copy: ["../.env"] } } });
    expect(await start(world)).toMatchObject({
      kind: "failed",
      detail: expect.stringContaining('worktree.copy names "../.env"'),
    });
    expect(world.commands).toEqual([]);
  });

  test("S20: a hook sees neither the server's token nor what npm tells its scripts", async () => {
    const world = await setUp(hooked);
    Object.assign(world.runs.environment, {
      TASKS_TOKEN: "t",
      npm_config_x: "1",
      INIT_CWD: "/",
      HOME: "/home",
    });
    await start(world);
    expect(Object.keys(world.commands[0]!.env).toSorted()).toEqual([
      "HOME",
      "PATH",
      "TASKS_EPOCH",
      "TASKS_PORT_BASE",
      "TASKS_REPO",
      "TASKS_RUN",
      "TASKS_SLUG",
      "TASKS_WORKTREE",
    ]);
  });
});

test("limits and a pause leave the run queued", async () => {
  const world = await setUp({
    config: { dispatch: { ...configSchema.parse({}).dispatch, workers_per_host: 0 } },
  });
  expect(await start(world)).toEqual({ kind: "held", by: "host" });
  const paused = await setUp();
  await pauseStarts(paused.runs, { by: "dave", note: null });
  expect(await start(paused)).toEqual({ kind: "held", by: "pause" });
  expect(await paused.open("a")).toMatchObject({ state: "queued", attempt: 0 });
});

test("of two dispatchers at once one starts it, and the other does nothing", async () => {
  const world = await setUp();
  const run = (await world.open("a")) as Run;
  const outcomes = await Promise.all([startRun(world.runs, run, NEVER), startRun(world.runs, run, NEVER)]);
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["refused", "started"]);
  expect(world.played.launches).toHaveLength(1);
});

test("a stop while it is prepared ends the start; it is not retried", async () => {
  const world = await setUp();
  world.commandResult = {};
  const { prepare } = world.runs.worktrees;
  Object.assign(world.runs.worktrees, {
    prepare: async (slug: string, signal: AbortSignal) => {
      const run = (await world.open("a")) as Run;
      await stopRun(world.runs, run, { by: "mia", note: null, signal: AbortSignal.abort() });
      return await prepare(slug, signal);
    },
  });
  expect(await start(world)).toMatchObject({ kind: "failed" });
  expect(world.played.launches).toEqual([]);
  expect(await world.open("a")).toMatchObject({
    state: "interrupted",
    attempts: [{ end: { kind: "stopped", by: "mia" } }],
  });
  expect(await recoverRuns(world.runs, { rows: null, dryRun: false })).toEqual({ done: [] });
});

test("a process that is asked to end abandons its starts", async () => {
  const world = await setUp();
  expect(await start(world, AbortSignal.abort())).toMatchObject({ kind: "failed" });
  expect(world.played.launches).toEqual([]);
  expect(await world.open("a")).toMatchObject({ state: "failed" });
});

describe("messages are delivered once, and no failed start loses one", () => {
  async function continued(world: RunsTestWorld, prompt: string) {
    const run = (await world.open("a")) as Run;
    await continueRun(world.runs, run, { prompt, interrupt: false, by: "dave" });
  }
  const promptOf = async (world: RunsTestWorld) => world.prompts.get((await world.open("a"))!.id) ?? "";
  const again = async (world: RunsTestWorld) => {
    await recoverRuns(world.runs, { rows: null, dryRun: false });
    vi.advanceTimersByTime(1);
    return await start(world);
  };

  test("follow-ups", async () => {
    const world = await setUp();
    await continued(world, "use the new API");
    vi.advanceTimersByTime(1);
    world.worktrees.setObstacle({ message: "No.", hint: "Yes." });
    await start(world);
    expect(await world.open("a")).toMatchObject({
      state: "failed",
      followUps: [{ text: "use the new API" }],
    });
    world.worktrees.setObstacle(null);
    await again(world);
    expect(await promptOf(world)).toContain("use the new API");
    expect(await world.open("a")).toMatchObject({ state: "running", followUps: [] });
    vi.advanceTimersByTime(1_000);
    await continued(world, "and test it");
    await world.endWorker("a", 0);
    await again(world);
    expect(await promptOf(world)).toContain("and test it");
    expect(await promptOf(world)).not.toContain("use the new API");
  });

  test("one that is said while the worker is being started waits for its end", async () => {
    const world = await setUp();
    world.played.onLaunch = async ({ run, epoch }) => {
      await continued(world, "late");
      await beginRun(world, run, epoch);
    };
    await start(world);
    expect(await promptOf(world)).not.toContain("late");
    expect(await world.open("a")).toMatchObject({ state: "running", followUps: [{ text: "late" }] });
  });

  test("an answer", async () => {
    const world = await setUp();
    await start(world);
    const { id, epoch } = (await world.open("a")) as Run;
    await askPerson(world.runs, { id, epoch }, { text: "Which region?", choices: ["eu", "us"] });
    await world.endWorker("a", 0);
    expect(await recoverRuns(world.runs, { rows: null, dryRun: false })).toEqual({ done: [] });
    await answerQuestion(world.runs, (await world.open("a")) as Run, { text: "eu", by: "dave" });
    await again(world);
    expect(await promptOf(world)).toMatch(/You asked: Which region\?\n\ndave answers: eu/);
    expect(await world.open("a")).toMatchObject({ question: { answer: { delivered: true } } });
  });
});

test("a start whose supervisor began in the last moment counts as started", async () => {
  const world = await setUp();
  world.played.onLaunch = async ({ run, epoch }) => {
    // Slower than the dispatcher is patient, but before it gives up.
    setTimeout(() => void beginRun(world, run, epoch), 29_990);
  };
  expect(await start(world)).toMatchObject({ kind: "started" });
});

test("a dispatcher that was taken for dead writes nothing more", async () => {
  const world = await setUp();
  world.played.onLaunch = async ({ run }) => {
    world.played.presence.set(DISPATCHER.id, "gone");
    await recoverRuns(world.runs, { rows: null, dryRun: false });
    world.played.presence.delete(DISPATCHER.id);
    expect(await world.world.store.readRun(run)).toMatchObject({ state: "queued", epoch: 3 });
  };
  expect(await start(world)).toEqual({ kind: "refused", why: "another process took it over" });
  expect(await world.open("a")).toMatchObject({ state: "queued", epoch: 3 });
});

test("a run that is gone or has changed is refused", async () => {
  const world = await setUp();
  const run = (await world.open("a")) as Run;
  expect(await startRun(world.runs, { ...run, id: "other" as RunId }, NEVER)).toMatchObject({
    kind: "refused",
  });
  await changeRun(world.world.store, {
    id: run.id,
    epoch: null,
    change: (now) => ({ kind: "changed", run: { ...now, epoch: 7 } }),
  });
  expect(await startRun(world.runs, run, NEVER)).toMatchObject({ kind: "refused" });
});

test("J13: while settings wait for trust a queued run is not taken; once they are trusted it starts", async () => {
  const world = await setUp();
  world.untrusted = ["worktree.after_create"];
  expect(await start(world)).toEqual({ kind: "held", by: "trust" });
  expect(await world.open("a")).toMatchObject({ state: "queued", epoch: 1 });
  expect([world.commands, world.played.launches, world.prompts.size]).toEqual([[], [], 0]);
  world.untrusted = [];
  expect(await start(world)).toMatchObject({ kind: "started" });
});

describe("N58: a fallback of its worker", () => {
  const named = configSchema.parse({
    workers: { default: "main", named: { main: { kind: "claude" }, other: { kind: "codex" } } },
  }).workers;
  const choice = { worker: "other", insteadOf: "main" };

  async function startWith(world: RunsTestWorld) {
    const run = (await world.open("a")) as Run;
    const starting = startRun(world.runs, run, NEVER, choice);
    await vi.advanceTimersByTimeAsync(40_000);
    await starting;
    return await world.open("a");
  }

  test("gets a task that was not started yet, and the run says instead of whom", async () => {
    const world = await setUp({ config: { workers: named } });
    const run = await startWith(world);
    expect(run).toMatchObject({ workerName: "other", requestedWorker: "other", agent: { kind: "codex" } });
    expect(run?.handedOver).toMatchObject({ from: "main", to: "other", by: "fallback" });
    expect(world.prompts.get(run!.id)).not.toContain("another worker");
  });

  test("does not get one that was started before", async () => {
    const world = await setUp({ config: { workers: named } });
    await start(world);
    await world.endWorker("a", 1);
    const ended = (await world.open("a")) as Run;
    const id = { id: ended.id, epoch: ended.epoch };
    await changeRun(world.world.store, {
      ...id,
      change: (run) => requeue(run, { notBeforeMs: null, because: "person", nowMs: Date.now() }),
    });
    expect(await startWith(world)).toMatchObject({ attempt: 2, workerName: "main", handedOver: null });
  });
});

test("N50: nothing is started without room, also not what a person starts by name", async () => {
  const world = await setUp();
  const free = { diskBytes: 1e9, inodesPercent: 50, memoryBytes: 9e9, usedBytes: null };
  Object.assign(world.world, {
    room: { read: async () => free },
    holder: { ...world.world.holder, host: "desk" },
  });
  await world.refresh();
  expect(await start(world)).toEqual({ kind: "held", by: "room" });
  expect(await world.open("a")).toMatchObject({ state: "queued", attempt: 0 });
  Object.assign(world.world, { room: { read: async () => ({ ...free, diskBytes: 9e9 }) } });
  await world.refresh();
  expect(await start(world)).toMatchObject({ kind: "started" });
});
