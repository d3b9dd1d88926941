import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld, type RunsTestOptions } from "../../../../test/support/runs-world.ts";
import type { Config } from "../../../config/schema.ts";
import { workerSchema } from "../../../config/worker-schema.ts";
import { isLive } from "../../../core/contract/run.ts";
import { startRun } from "../start/start-run.ts";
import { claimTask } from "../worker/claim-task.ts";
import { kickoff } from "./kickoff.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const BY_DAVE = { by: "dave", note: null };

async function setUp(options: Partial<RunsTestOptions> = {}) {
  const texts = {
    [taskPath("a")]: taskText({ title: "First", owner: "dave" }),
    [taskPath("b")]: taskText({ dependencies: "[a]" }),
    [taskPath("over")]: taskText({ status: "completed" }),
    [taskPath("gone")]: taskText({ status: "cancelled" }),
    [taskPath("twice", "x")]: taskText(),
    [taskPath("twice", "y")]: taskText(),
  };
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts, ...options });
  await world.refresh();
  return world;
}

test("a kickoff queues, touches no file, and is in the feed", async () => {
  const world = await setUp();
  const reads = world.tree.reads();
  const [queued] = await kickoff(world.runs, ["a"], { by: "dave", note: "before the release" });
  expect(queued).toMatchObject({ key: "a", kind: "queued", run: { state: "queued", owner: "dave" } });
  expect(world.tree.reads()).toBe(reads);
  expect(await world.open("a")).toMatchObject({
    queued: { by: "dave", note: "before the release", atMs: Date.now() },
  });
  const [given] = await world.world.store.readTransitions({ limit: 1 });
  expect(given).toMatchObject({
    kind: "acted",
    action: "kickoff",
    key: "a",
    title: "First",
    by: "dave",
    note: "before the release",
  });
});

test("each task for itself, once, in the order asked for; unfinished dependencies are no obstacle", async () => {
  const world = await setUp();
  const answers = await kickoff(world.runs, ["b", "over", "a", "b"], BY_DAVE);
  expect(answers.map(({ key, kind }) => [key, kind])).toEqual([
    ["b", "queued"],
    ["over", "refused"],
    ["a", "queued"],
  ]);
});

test.each<[string, string, RegExp, RegExp]>([
  ["unknown", "zzz", /No task is called zzz/, /tasks list/],
  ["completed", "over", /over is completed/, /tasks update over status=ready/],
  ["cancelled", "gone", /gone is cancelled/, /tasks update/],
  ["a slug that two files share", "x/twice", /share the slug twice/, /tasks\/workstreams\/x\/tasks\/twice/],
])("a task that is %s is refused with what to do", async (_what, key, message, hint) => {
  const world = await setUp();
  const [answer] = await kickoff(world.runs, [key], BY_DAVE);
  expect(answer).toMatchObject({
    kind: "refused",
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
  expect(await world.world.store.readOpenRuns()).toEqual([]);
});

test.each<[string, (world: Awaited<ReturnType<typeof setUp>>) => void, RegExp]>([
  ["no program", (world) => world.missingPrograms.add("agent"), /"agent" is not on the PATH/],
  [
    "no ground",
    (world) => world.worktrees.setObstacle({ message: "No commit yet.", hint: "Commit." }),
    /No commit/,
  ],
])("with %s nothing is queued", async (_what, break_, message) => {
  const world = await setUp();
  break_(world);
  const [answer] = await kickoff(world.runs, ["a"], BY_DAVE);
  expect(answer).toMatchObject({ kind: "refused", message: expect.stringMatching(message) });
  expect(await world.open("a")).toBeNull();
});

test.each<[string, readonly string[], RegExp, RegExp]>([
  ["none", [], /No worker is configured/, /tasks worker use/],
  ["a slip", ["agent", "{promt}"], /\{promt\}/, /\{prompt\}/],
])(
  "a worker command that is %s is refused before anything is queued",
  async (_what, command, message, hint) => {
    const world = await setUp({ worker: { command: [...command] } });
    const [answer] = await kickoff(world.runs, ["a"], BY_DAVE);
    expect(answer).toMatchObject({
      kind: "refused",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  },
);

describe("K6: the worker that a person or the task's file names", () => {
  const configured = (
    named: Config["workers"]["named"],
    worker: Partial<Config["worker"]> = { command: [] },
  ) =>
    setUp({
      worker,
      config: { workers: { default: "careful", named } },
      texts: { [taskPath("a")]: taskText(), [taskPath("w")]: taskText({ worker: "quick" }) },
    });
  const careful = workerSchema.parse({ kind: "command", command: ["careful-agent"] });
  const quick = workerSchema.parse({ kind: "command", command: ["quick-agent"] });

  test("a person's is queued with the run, and each is checked as the one that would start", async () => {
    const world = await configured({ careful, quick: { ...quick, selectable: true } });
    world.missingPrograms.add("careful-agent");
    expect(await kickoff(world.runs, ["a", "w"], BY_DAVE)).toMatchObject([
      { kind: "refused", message: 'The worker\'s program "careful-agent" is not on the PATH.' },
      { kind: "queued", run: { requestedWorker: null } },
    ]);
    expect(await kickoff(world.runs, ["a"], { ...BY_DAVE, worker: "quick" })).toMatchObject([
      { kind: "queued", run: { requestedWorker: "quick" } },
    ]);
  });

  test("a file's that may do more than the default one is refused before anything is queued, a person's is not", async () => {
    const world = await configured({ careful, quick });
    expect(await kickoff(world.runs, ["w"], BY_DAVE)).toMatchObject([
      {
        kind: "refused",
        message: expect.stringContaining("may do more than the default one, careful"),
        hint: expect.stringContaining("selectable: true"),
      },
    ]);
    expect(await kickoff(world.runs, ["w"], { ...BY_DAVE, worker: "quick" })).toMatchObject([
      { kind: "queued" },
    ]);
  });

  test.each<[string, string, RegExp]>([
    ["one that does not exist", "quikc", /There is no worker "quikc"/],
    [
      "one with an unknown placeholder in its wrapper",
      "wrapped",
      /placeholder \{worktre\}, which does not exist/,
    ],
  ])("%s is refused", async (_, worker, message) => {
    const wrapped = { ...quick, wrap: ["docker", "-v", "{worktre}"] };
    const world = await configured({ careful, quick, wrapped });
    expect(await kickoff(world.runs, ["a"], { ...BY_DAVE, worker })).toMatchObject([
      { kind: "refused", message: expect.stringMatching(message) },
    ]);
  });

  test("of a wrapped one the wrapper is looked for, as what it starts may lie elsewhere", async () => {
    const world = await configured({ careful: { ...careful, wrap: ["docker", "run"] } });
    world.missingPrograms.add("careful-agent");
    expect(await kickoff(world.runs, ["a"], BY_DAVE)).toMatchObject([{ kind: "queued" }]);
    world.missingPrograms.add("docker");
    expect(await kickoff(world.runs, ["w"], { ...BY_DAVE, worker: "careful" })).toMatchObject([
      { kind: "refused", message: 'The worker\'s program "docker" is not on the PATH.' },
    ]);
  });
});

test("a queued, a live and a claimed task are refused with the command that was meant", async () => {
  const world = await setUp();
  const again = async () => (await kickoff(world.runs, ["a"], BY_DAVE))[0];
  await again();
  expect(await again()).toMatchObject({
    message: "a is queued by dave.",
    hint: expect.stringContaining("tasks stop a"),
  });
  const queued = await world.open("a");
  await startRun(world.runs, queued!, AbortSignal.any([]));
  expect(await again()).toMatchObject({
    message: "A worker is running on a (attempt 1, host desk).",
    hint: expect.stringContaining("tasks continue a"),
  });
  const row = await world.world.store.readRow("b");
  await claimTask(world.runs, row!, { by: "mia", note: null, worktree: null });
  expect((await kickoff(world.runs, ["b"], BY_DAVE))[0]).toMatchObject({
    message: "mia has claimed b.",
    hint: expect.stringContaining("tasks release b"),
  });
});

test("a run that has ended is superseded by the new one", async () => {
  const world = await setUp();
  await kickoff(world.runs, ["a"], BY_DAVE);
  const first = await world.open("a");
  await startRun(world.runs, first!, AbortSignal.any([]));
  await world.endWorker("a", 1);
  expect(await kickoff(world.runs, ["a"], { by: "mia", note: null })).toMatchObject([{ kind: "queued" }]);
  const second = await world.open("a");
  expect(second).toMatchObject({ state: "queued", attempt: 0, queued: { by: "mia" } });
  expect(second?.id).not.toBe(first?.id);
  expect(await world.world.store.readRun(first!.id)).toMatchObject({
    state: "closed",
    closing: { as: "superseded", by: "mia" },
  });
});

test("two who kick off the same task in the same moment queue it once", async () => {
  const world = await setUp();
  const answers = await Promise.all(Array.from({ length: 10 }, () => kickoff(world.runs, ["a"], BY_DAVE)));
  expect(answers.flat().filter(({ kind }) => kind === "queued")).toHaveLength(1);
  expect(
    (await world.world.store.readOpenRuns()).filter((run) => isLive(run) || run.key === "a"),
  ).toHaveLength(1);
});
