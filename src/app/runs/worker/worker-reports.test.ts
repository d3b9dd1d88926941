// What a worker says: report, ask, finish; and what it hears: answers, and that it was superseded.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import {
  createRunsTestWorld,
  type RunsTestWorld,
  startWorkerOf,
} from "../../../../test/support/runs-world.ts";
import type { Run } from "../../../core/contract/run.ts";
import { lose } from "../../../core/run/run-transitions.ts";
import { StoreError } from "../../../ports/store/store-error.ts";
import { changeRun } from "../change/change-run.ts";
import { recoverRuns } from "../recovery/recover-runs.ts";
import { answerQuestion } from "../requests/message-worker.ts";
import { claimTask } from "./claim-task.ts";
import { type OwnRun, ownRunOfTask } from "./own-run.ts";
import { askPerson, awaitAnswer, finishRun, reportProgress } from "./worker-reports.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const NEVER = new AbortController().signal;
const REGION = { text: "Which region?", choices: ["eu", "us"] };

async function setUp(): Promise<RunsTestWorld & { own: OwnRun }> {
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts: { [taskPath("a")]: taskText() } });
  await world.refresh();
  const { id, epoch } = await startWorkerOf(world, "a");
  return Object.assign(world, { own: { id, epoch } });
}

const openRun = async (world: RunsTestWorld) => (await world.open("a")) as Run;

/** What becomes of `work` while time passes. */
async function whilePassing<T>(work: Promise<T>, ms = 1_000): Promise<T> {
  await vi.advanceTimersByTimeAsync(ms);
  return await work;
}

describe("a store that is busy", () => {
  const BUSY = new StoreError({ kind: "busy", message: "Another process held it.", hint: "Wait." });

  test("is outlasted by who works: no worker dies of it", async () => {
    const world = await setUp();
    const { store } = world.runs;
    vi.spyOn(store, "replaceRun").mockRejectedValueOnce(BUSY).mockRejectedValueOnce(BUSY);
    const asked = await whilePassing(askPerson(world.runs, world.own, REGION));
    expect(asked).toMatchObject({ kind: "changed", run: { question: { number: 1 } } });

    vi.spyOn(store, "readRunsVersion").mockRejectedValueOnce(BUSY);
    if (asked.kind !== "changed") throw new Error("It was not asked.");
    const waiting = awaitAnswer(world.runs, asked.run, { signal: NEVER });
    await answerQuestion(world.runs, await openRun(world), { by: "dave", text: "eu" });
    vi.spyOn(store, "readRun").mockRejectedValueOnce(BUSY);
    expect(await whilePassing(waiting, 2_000)).toMatchObject({ kind: "answered", text: "eu" });
  });

  test("for good fails, and so do other errors at once", async () => {
    const world = await setUp();
    const spy = vi.spyOn(world.runs.store, "replaceRun").mockRejectedValue(BUSY);
    const given = expect(askPerson(world.runs, world.own, REGION)).rejects.toBe(BUSY);
    await vi.advanceTimersByTimeAsync(60_000);
    await given;
    expect(spy).toHaveBeenCalledTimes(15);

    const full = new StoreError({ kind: "disk", message: "The disk is full.", hint: "Free some." });
    spy.mockRejectedValueOnce(full);
    await expect(askPerson(world.runs, world.own, REGION)).rejects.toBe(full);
  });
});

describe("report", () => {
  test("progress and waits stand in the run; progress ends a wait", async () => {
    const world = await setUp();
    const untilMs = Date.now() + 60_000;
    await reportProgress(world.runs, world.own, { kind: "wait", on: "CI 8812", untilMs });
    expect(await openRun(world)).toMatchObject({ wait: { on: "CI 8812", untilMs, atMs: Date.now() } });
    await reportProgress(world.runs, world.own, { kind: "progress", text: "CI is green" });
    expect(await openRun(world)).toMatchObject({ wait: null, report: { text: "CI is green" } });
  });

  test("S20: without secrets, and cut", async () => {
    const world = await setUp();
    await reportProgress(world.runs, world.own, {
      kind: "progress",
      text: `token=hunter2secret ${"x".repeat(900)}`,
    });
    const { report: said } = await openRun(world);
    expect(said?.text).not.toContain("hunter2secret");
    expect(said?.text.length).toBeLessThanOrEqual(501);
  });
});

test("K48: reports, questions and notes are stored without the values of copied files", async () => {
  const world = await setUp();
  const speaking = { ...world.runs, clean: (text: string) => text.replaceAll("plain-value", "[redacted]") };
  await reportProgress(speaking, world.own, { kind: "progress", text: "uses plain-value" });
  await askPerson(speaking, world.own, { text: "Is plain-value right?", choices: ["plain-value", "no"] });
  await finishRun(speaking, world.own, { kind: "done", note: "plain-value works" });
  const run = await openRun(world);
  expect(run).toMatchObject({
    report: { text: "uses [redacted]" },
    question: { text: "Is [redacted] right?", choices: ["[redacted]", "no"] },
    outcome: { note: "[redacted] works" },
  });
  expect(JSON.stringify(run)).not.toContain("plain-value");
});

describe("ask", () => {
  test("a waiting worker gets the answer once it is given, and the run knows that it was delivered", async () => {
    const world = await setUp();
    const asked = await askPerson(world.runs, world.own, REGION);
    expect(asked).toMatchObject({ kind: "changed", run: { question: { number: 1, ...REGION } } });
    const waiting = awaitAnswer(world.runs, (asked as { run: Run }).run, { signal: NEVER });
    await vi.advanceTimersByTimeAsync(600_000);
    expect((await world.refresh()).get("a")).toMatchObject({
      group: "needs_attention",
      signals: [{ code: "needs_answer", tier: 2 }],
    });
    await answerQuestion(world.runs, await openRun(world), { text: "eu", by: "mia" });
    expect(await whilePassing(waiting)).toEqual({ kind: "answered", text: "eu", by: "mia" });
    expect(await openRun(world)).toMatchObject({ question: { answer: { text: "eu", delivered: true } } });
    const [given] = await world.world.store.readTransitions({ limit: 1 });
    expect(given).toMatchObject({ kind: "acted", action: "answer", by: "mia", note: "eu" });
  });

  test("the same question again is the same one, another one is refused while it is open", async () => {
    const world = await setUp();
    await askPerson(world.runs, world.own, REGION);
    expect(await askPerson(world.runs, world.own, REGION)).toMatchObject({
      run: { question: { number: 1 } },
    });
    expect(await askPerson(world.runs, world.own, { text: "Which colour?", choices: [] })).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("another question of this run is still open"),
    });
  });

  test("waiting ends when the run was handed over or has ended, or on abort", async () => {
    const world = await setUp();
    const asked = (await askPerson(world.runs, world.own, REGION)) as { run: Run };
    const stopped = new AbortController();
    const given = awaitAnswer(world.runs, asked.run, { signal: stopped.signal });
    stopped.abort();
    expect(await whilePassing(given)).toEqual({ kind: "aborted" });
    const ending = awaitAnswer(world.runs, asked.run, { signal: NEVER });
    await world.endWorker("a", 0);
    expect(await whilePassing(ending)).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("ended"),
    });
    const late = await setUp();
    const open = (await askPerson(late.runs, late.own, REGION)) as { run: Run };
    const waiting = awaitAnswer(late.runs, open.run, { signal: NEVER });
    const change = (run: Run) => lose(run, { detail: "its supervisor is gone", nowMs: Date.now() });
    await changeRun(late.world.store, { ...late.own, change });
    expect(await whilePassing(waiting)).toMatchObject({ message: expect.stringContaining("superseded") });
  });

  test("a worker that has asked and ended is neither tried again nor stuck; the answer continues it", async () => {
    const world = await setUp();
    await askPerson(world.runs, world.own, REGION);
    await world.endWorker("a", 1);
    vi.advanceTimersByTime(3_600_000);
    expect(await recoverRuns(world.runs, { rows: null, dryRun: false })).toEqual({ done: [] });
    await answerQuestion(world.runs, await openRun(world), { text: "us", by: "dave" });
    expect(await recoverRuns(world.runs, { rows: null, dryRun: false })).toMatchObject({
      done: [{ what: "requeued", why: "its question was answered" }],
    });
  });
});

describe("answer", () => {
  test("one of the choices, once, and only where something was asked", async () => {
    const world = await setUp();
    const run = await openRun(world);
    expect(await answerQuestion(world.runs, run, { text: "eu", by: "mia" })).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("it has no open question"),
    });
    await askPerson(world.runs, world.own, REGION);
    expect(await answerQuestion(world.runs, run, { text: "asia", by: "mia" })).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("has to be one of eu, us"),
      hint: "It asks: Which region?",
    });
    expect(await answerQuestion(world.runs, run, { text: "eu", by: "mia" })).toMatchObject({
      kind: "changed",
    });
    expect(await answerQuestion(world.runs, run, { text: "us", by: "dave" })).toMatchObject({
      kind: "refused",
    });
  });
});

describe("finish", () => {
  test.each([
    ["done", 0, "exited"],
    ["done", 1, "exited"],
    ["blocked", 0, "exited"],
    ["failed", 0, "failed"],
  ] as const)("outcome %s with exit code %i: the run is %s", async (kind, code, state) => {
    const world = await setUp();
    await finishRun(world.runs, world.own, { kind, note: "n" });
    expect(await openRun(world)).toMatchObject({ state: "running", outcome: { kind, note: "n" } });
    expect(await world.endWorker("a", code)).toMatchObject({ state });
  });
});

test("whatever a superseded worker says is refused, with what it should do", async () => {
  const world = await setUp();
  const change = (run: Run) => lose(run, { detail: "its supervisor is gone", nowMs: Date.now() });
  await changeRun(world.world.store, { ...world.own, change });
  const said = [
    await reportProgress(world.runs, world.own, { kind: "progress", text: "still here" }),
    await askPerson(world.runs, world.own, REGION),
    await finishRun(world.runs, world.own, { kind: "done", note: "" }),
  ];
  for (const answered of said) {
    expect(answered).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("was superseded"),
      hint: expect.stringContaining("Stop working on it"),
    });
  }
  expect(await openRun(world)).toMatchObject({ report: null, question: null, outcome: null });
});

test("work by hand names the task, and reports in the same way", async () => {
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts: { [taskPath("a")]: taskText() } });
  const row = (await world.refresh()).get("a")!;
  expect(await ownRunOfTask(world.runs.store, "a")).toMatchObject({
    kind: "refused",
    message: "No one is working on a.",
  });
  await claimTask(world.runs, row, { by: "mia", note: null, worktree: null });
  const own = (await ownRunOfTask(world.runs.store, "a")) as OwnRun;
  await reportProgress(world.runs, own, { kind: "progress", text: "half way" });
  expect(await openRun(world)).toMatchObject({ report: { text: "half way" } });
  await finishRun(world.runs, own, { kind: "done", note: "by hand" });
  expect(await openRun(world)).toMatchObject({ state: "exited", outcome: { kind: "done" } });
});
