import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld, startWorkerOf } from "../../../../test/support/runs-world.ts";
import { sampleEvents } from "../../../../test/support/sample-events.ts";
import type { LogTail } from "../../../ports/runs/run-files.ts";
import { awaitEvents, followEvents, followLog } from "./follow-log.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

async function setUp() {
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts: { [taskPath("a")]: taskText() } });
  await world.refresh();
  const run = await startWorkerOf(world, "a");
  const log: string[] = [];
  /** Lines are its bytes. */
  const readLog = async (_id: string, { lines, afterByte }: { lines: number; afterByte?: number }) => {
    if (log.length === 0) return null;
    const from = afterByte ?? Math.max(0, log.length - lines);
    const found = log.slice(from, from + lines);
    return { lines: found, cut: from > 0, endByte: from + found.length } satisfies LogTail;
  };
  Object.assign(world.runs.runFiles, { readLog });
  const said: string[] = [];
  const stopped = new AbortController();
  const follow = (lines = 100) =>
    followLog(
      world.runs,
      { id: run.id, last: lines },
      { onItems: (some) => void said.push(...some), signal: stopped.signal },
    );
  return { world, log, said, stopped, follow };
}

test("lines as they come, each once, until the run has ended and all of it was read", async () => {
  const { world, log, said, follow } = await setUp();
  const following = follow();
  await vi.advanceTimersByTimeAsync(1_000);
  log.push("one");
  await vi.advanceTimersByTimeAsync(1_000);
  log.push("two", "three");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(said).toEqual(["one", "two", "three"]);
  log.push("last words");
  await world.endWorker("a", 0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await following).toMatchObject({ state: "exited" });
  expect(said).toEqual(["one", "two", "three", "last words"]);
});

test("begins with the last lines that are there", async () => {
  const { world, log, said, follow } = await setUp();
  log.push("one", "two", "three");
  await world.endWorker("a", 0);
  expect(await follow(2)).toMatchObject({ state: "exited" });
  expect(said).toEqual(["two", "three"]);
});

test("ends when it is aborted", async () => {
  const { stopped, follow } = await setUp();
  const following = follow();
  stopped.abort();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await following).toMatchObject({ state: "running" });
});

test("K80: events the same way; a worker that has left nothing yet is waited for", async () => {
  const { world, log, stopped } = await setUp();
  const [first, second] = sampleEvents(0);
  const events: unknown[] = [];
  const readEvents = async (_id: string, { afterByte = 0 }: { afterByte?: number }) =>
    events.length === 0 ? null : { events: events.slice(afterByte), cut: false, endByte: events.length };
  Object.assign(world.runs.runFiles, { readEvents });
  const run = await world.open("a");
  if (run === null) throw new Error("There is no run.");
  const waiting = awaitEvents(world.runs, run.id, stopped.signal);
  await vi.advanceTimersByTimeAsync(1_000);
  events.push(first);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await waiting).toBe(true);
  const said: unknown[] = [];
  const following = followEvents(
    world.runs,
    { id: run.id, last: 10 },
    { onItems: (some) => void said.push(...some), signal: stopped.signal },
  );
  await vi.advanceTimersByTimeAsync(1_000);
  events.push(second);
  await world.endWorker("a", 0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await following).toMatchObject({ state: "exited" });
  expect(said).toEqual([first, second]);
  events.length = 0;
  log.push("only output");
  expect(await awaitEvents(world.runs, run.id, stopped.signal)).toBe(false);
});
