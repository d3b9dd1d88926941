import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import {
  createRunsTestWorld,
  type RunsTestOptions,
  startWorkerOf,
} from "../../../../test/support/runs-world.ts";
import { type Config, configSchema } from "../../../config/schema.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Dispatch, DispatchHold } from "../../../core/contract/run-view.ts";
import { kickoff } from "../requests/kickoff.ts";
import { pauseStarts } from "../requests/pause-starts.ts";
import { dispatch, planDispatch, startQueued } from "./dispatch-tasks.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const dispatchConfig = (changes: Partial<Config["dispatch"]>) => ({
  config: { dispatch: { ...configSchema.parse({}).dispatch, ...changes } },
});

async function setUp(options: Partial<RunsTestOptions> = {}) {
  const texts = {
    [taskPath("low")]: taskText({ priority: "p3" }),
    [taskPath("high")]: taskText({ priority: "p0" }),
    [taskPath("mid")]: taskText({ priority: "p1" }),
    [taskPath("behind")]: taskText({ priority: "p0", dependencies: "[low]" }),
    [taskPath("later")]: taskText({ status: "not_started" }),
  };
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts, ...options });
  await world.refresh();
  const request = async (max: number | null = null) => {
    const rows = [...(await world.refresh()).values()];
    const header = (await world.world.store.readPublished())?.header;
    const given = header?.dispatch as Dispatch;
    return { rows, dispatch: given, max, by: "dave", signal: new AbortController().signal };
  };
  return { world, request };
}

test("starts what is queued and ready, highest priority first, whether or not that is automatic", async () => {
  const { world, request } = await setUp();
  await kickoff(world.runs, ["later"], { by: "mia", note: null });
  const started = await dispatch(world.runs, await request());
  expect(new Set(started.map(({ kind }) => kind))).toEqual(new Set(["started"]));
  expect(started.map(({ key }) => key)).toEqual(["high", "later", "mid", "low"]);
  expect(await world.open("high")).toMatchObject({ state: "running", queued: { by: "dave" } });
  expect(await world.open("later")).toMatchObject({ state: "running", queued: { by: "mia" } });
  expect(await world.open("behind")).toBeNull();
  expect(await dispatch(world.runs, await request())).toEqual([]);
});

test("the plan says why each task is not started", async () => {
  const { world, request } = await setUp(dispatchConfig({ workers_per_host: 2 }));
  await startWorkerOf(world, "mid");
  await kickoff(world.runs, ["behind"], { by: "dave", note: null });
  const plan = planDispatch(await request(), Date.now());
  expect(plan.map(({ key, decision, reason }) => [key, decision, reason])).toEqual([
    ["behind", "hold", "waits for low"],
    ["high", "start", "starts now"],
    ["low", "hold", "2nd in the queue, 1 of 2 workers busy"],
  ]);
  expect(
    planDispatch(await request(1), Date.now()).filter(({ decision }) => decision === "start"),
  ).toHaveLength(1);
});

test("--max holds the rest", async () => {
  const { world, request } = await setUp();
  expect(await dispatch(world.runs, await request(1))).toMatchObject([{ key: "high", kind: "started" }]);
  expect(planDispatch(await request(1), Date.now())[1]).toMatchObject({
    decision: "hold",
    reason: "beyond --max 1",
  });
});

test("no more than the limits, whatever the plan thought there was room for", async () => {
  const { world, request } = await setUp(dispatchConfig({ workers_per_host: 2 }));
  const old = await request();
  await startWorkerOf(world, "later");
  const started = await dispatch(world.runs, old);
  expect(started.filter(({ kind }) => kind === "started")).toHaveLength(1);
  expect(started.filter(({ kind }) => kind === "held")).toHaveLength(1);
});

test("while starts are paused nothing starts", async () => {
  const { world, request } = await setUp();
  await pauseStarts(world.runs, { by: "dave", note: null });
  expect(await dispatch(world.runs, await request())).toEqual([]);
  await kickoff(world.runs, ["high"], { by: "dave", note: null });
  const queued = await world.open("high");
  expect(await startQueued(world.runs, [queued!], await request())).toMatchObject([
    { key: "high", kind: "held", by: "pause" },
  ]);
});

describe("N42 N55: a start by name", () => {
  const held = (code: DispatchHold["code"], over: Partial<DispatchHold> = {}): DispatchHold => ({
    ...{ code, sentence: `holds: ${code}`, applies: "new", worker: null, until: null, ...over },
  });
  const byName = async (holds: DispatchHold[], over: Partial<Run> = {}) => {
    const { world, request } = await setUp();
    await kickoff(world.runs, ["high"], { by: "dave", note: null });
    const queued = (await world.open("high")) as Run;
    const asked = await request();
    const [start] = await startQueued(world.runs, [{ ...queued, ...over }], {
      ...asked,
      dispatch: { ...asked.dispatch, holds },
    });
    return start;
  };

  test("passes hours, reviews and what is kept for people, and says which", async () => {
    const holds = ["schedule", "review", "reserve"] as const;
    const others = held("reserve", { worker: "another" });
    const start = await byName([...holds.map((code) => held(code)), others]);
    expect(start).toMatchObject({ kind: "started", passed: holds.map((code) => ({ code, worker: null })) });
  });

  test("does not pass the day's budget, unless a person raised its own", async () => {
    const budget = held("budget", { applies: "all" });
    expect(await byName([budget, held("review")])).toMatchObject({ kind: "held", by: "budget", passed: [] });
    const raised = await byName([budget], { budget: { raises: 1, reached: null } });
    expect(raised).toMatchObject({ kind: "started", passed: [] });
  });
});

test("a start that fails holds up no other, and nothing is queued where no start can be", async () => {
  const { world, request } = await setUp();
  const { prepare } = world.runs.worktrees;
  Object.assign(world.runs.worktrees, {
    prepare: (slug: string, signal: AbortSignal) =>
      slug === "high"
        ? Promise.resolve({ kind: "failed", message: "No.", hint: "Yes." })
        : prepare(slug, signal),
  });
  const started = await dispatch(world.runs, await request());
  expect(Object.fromEntries(started.map(({ key, kind }) => [key, kind]))).toEqual({
    high: "failed",
    mid: "started",
    low: "started",
  });
  const other = await setUp();
  other.world.missingPrograms.add("agent");
  const refused = await dispatch(other.world.runs, await other.request());
  expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(["refused"]));
  expect(await other.world.world.store.readOpenRuns()).toEqual([]);
});
