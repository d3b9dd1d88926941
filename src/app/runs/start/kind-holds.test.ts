import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import {
  createRunsTestWorld,
  type RunsTestWorld,
  startWorkerOf,
} from "../../../../test/support/runs-world.ts";
import { configSchema } from "../../../config/schema.ts";
import { workerSchema } from "../../../config/worker-schema.ts";
import type { TimedEvent } from "../../../core/agent/contract/agent-event.ts";
import type { Run } from "../../../core/contract/run.ts";
import { kickoff } from "../requests/kickoff.ts";
import { planDispatch } from "./dispatch-tasks.ts";
import { holdIfUnparsed, holdOf, liftKindHolds } from "./kind-holds.ts";
import { startRun } from "./start-run.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const BAD: TimedEvent = {
  kind: "unparsed",
  line: '{"type":"new"}',
  why: "unknown type",
  atMs: 1,
  attempt: 1,
};
const EARLIER: TimedEvent = { ...BAD, line: "of an earlier attempt", attempt: 0 };

async function setUp(): Promise<RunsTestWorld> {
  const texts = {
    [taskPath("a")]: taskText(),
    [taskPath("b")]: taskText(),
    [taskPath("c")]: taskText({ worker: "other" }),
  };
  const named = {
    careful: workerSchema.parse({ kind: "claude" }),
    other: workerSchema.parse({ kind: "codex", permissions: "full" }),
  };
  const config = { workers: { ...configSchema.parse({}).workers, default: "careful", named } };
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts, config, worker: { command: [] } });
  Object.assign(world.runs.runFiles, {
    readEvents: async () => ({
      events: [EARLIER, BAD, { ...BAD, line: "a later one" }],
      cut: false,
      endByte: 0,
    }),
  });
  await world.refresh();
  return world;
}

const endedIn = (world: RunsTestWorld) => ({ ...world.runs, readConfig: async () => world.runs.config });

/** A worker of the default kind works on `a`, and ends after so many lines. */
async function endAttempt(
  world: RunsTestWorld,
  use: { readonly events: number; readonly unparsed: number },
): Promise<Run> {
  await startWorkerOf(world, "a");
  const run = await world.endWorker("a", 0);
  const agent = { name: "careful", kind: "claude", program: "/bin/claude", version: "2.4.1" };
  const attempts = run.attempts.map((attempt) => ({
    ...attempt,
    agent,
    use: { tokens: null, cost: null, ...use },
  }));
  const replaced = await world.runs.store.replaceRun({ run: { ...run, attempts } });
  if (replaced.kind !== "replaced") throw new Error(replaced.kind);
  return replaced.run;
}

async function start(world: RunsTestWorld, key: string) {
  await kickoff(world.runs, [key], { by: "dave", note: null });
  const queued = await world.open(key);
  if (queued === null) throw new Error(`${key} is not queued`);
  return await startRun(world.runs, queued, new AbortController().signal);
}

test("K9: an attempt that was not understood holds its kind, with the first line, until a person lifts it", async () => {
  const world = await setUp();
  const run = await endAttempt(world, { events: 120, unparsed: 37 });
  await holdIfUnparsed(endedIn(world), run.id);
  expect(await world.runs.store.readKindHolds()).toMatchObject([
    { kind: "claude", version: "2.4.1", key: "a", unparsed: 37, line: '{"type":"new"}', program: "claude" },
  ]);
  expect(await start(world, "b")).toEqual({ kind: "held", by: "kind" });
  expect(await start(world, "c")).toMatchObject({ kind: "started" });
  expect(await liftKindHolds(world.runs)).toHaveLength(1);
  expect(await startRun(world.runs, (await world.open("b"))!, new AbortController().signal)).toMatchObject({
    kind: "started",
  });
});

test("K9: another version of the agent lifts it, in the plan and at the start", async () => {
  const world = await setUp();
  Object.assign(world.world, { programStamp: (program: string) => world.runs.programs.stamp(program) });
  await holdIfUnparsed(endedIn(world), (await endAttempt(world, { events: 30, unparsed: 20 })).id);
  await kickoff(world.runs, ["b"], { by: "dave", note: null });
  const reasonOfB = async () => {
    const rows = [...(await world.refresh()).values()];
    const dispatch = (await world.world.store.readPublished())!.header.dispatch;
    return planDispatch({ rows, dispatch, max: null }, Date.now()).find(({ key }) => key === "b")?.reason;
  };
  expect(await reasonOfB()).toBe(
    "its worker waits: Claude Code 2.4.1 is on hold: 20 of 30 events of its last run were not understood.",
  );
  world.programStamp += 1;
  expect(await reasonOfB()).toBe("starts now");
  expect(await holdOf(world.runs, { key: "b", requestedWorker: null })).toBeNull();
  expect(await world.runs.store.readKindHolds()).toEqual([]);
});

test.each([
  ["few lines", { events: 19, unparsed: 19 }],
  ["a small share", { events: 1_000, unparsed: 50 }],
])("K9: %s hold nothing", async (_, use) => {
  const world = await setUp();
  expect(await holdIfUnparsed(endedIn(world), (await endAttempt(world, use)).id)).toBeNull();
  expect(await world.runs.store.readKindHolds()).toEqual([]);
});

test("K9: an attempt of an earlier version, without these numbers, holds nothing", async () => {
  const world = await setUp();
  await startWorkerOf(world, "a");
  const run = await world.endWorker("a", 0);
  expect(await holdIfUnparsed(endedIn(world), run.id)).toBeNull();
});
