// Undo over a whole world: what is there afterwards is exactly what was there before.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryTaskWriter } from "../../../../test/memory/memory-task-writer.ts";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld, startWorkerOf } from "../../../../test/support/runs-world.ts";
import type { RunId } from "../../../core/contract/run.ts";
import { deliverAnswer, recordQuestion } from "../../../core/run/run-transitions.ts";
import { changeRun } from "../change/change-run.ts";
import { type ActionResult, createRunActions } from "./run-actions.ts";
import type { UndoStep } from "./undo-action.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const UNDONE = { kind: "done", action: { kind: "undone" }, undo: null };
const tooLate = (words: string) => ({
  kind: "refused",
  message: expect.stringMatching(new RegExp(`^Too late to undo: .*${words}`)),
});

async function setUp() {
  const texts = {
    [taskPath("a")]: taskText(),
    [taskPath("c")]: taskText({ dependencies: "[missing]" }),
  };
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts });
  await world.refresh();
  const context = Object.assign(world.runs, { writer: createMemoryTaskWriter(world.tree) });
  const actions = createRunActions(context, "dave");
  const mia = createRunActions(context, "mia");
  return { world, store: world.runs.store, actions, mia };
}

function stepOf(result: ActionResult): UndoStep {
  vi.advanceTimersByTime(1000);
  if (result.kind === "refused") throw new Error(result.message);
  return result.undo ?? expect.fail("it cannot be undone");
}

const SEEN = { key: "c", codes: ["dependency_missing"], note: null };

describe("U17: acknowledgements", () => {
  test("one that was made is gone; the task needs a person again", async () => {
    const { world, store, actions } = await setUp();
    const step = stepOf(await actions.acknowledge({ ...SEEN, untilMs: null }));
    expect(await actions.undo(step)).toEqual(UNDONE);
    expect(await store.readAcknowledgements()).toEqual([]);
    expect((await world.refresh()).get("c")).toMatchObject({ group: "needs_attention" });
  });

  test("one that took the place of an older one gives it back", async () => {
    const { store, actions } = await setUp();
    await actions.acknowledge({ ...SEEN, note: "mine", untilMs: null });
    const before = await store.readAcknowledgements();
    vi.advanceTimersByTime(5000);
    const step = stepOf(await actions.snooze({ ...SEEN, untilMs: Date.now() + 3_600_000 }));
    expect(await store.readAcknowledgements()).not.toEqual(before);
    expect(await actions.undo(step)).toEqual(UNDONE);
    expect(await store.readAcknowledgements()).toEqual(before);
  });

  test("a withdrawal is undone; what was changed since stays", async () => {
    const { store, actions, mia } = await setUp();
    const made = stepOf(await actions.acknowledge({ ...SEEN, untilMs: null }));
    const before = await store.readAcknowledgements();
    const withdrawn = stepOf(await actions.withdraw({ key: "c" }));
    expect(await actions.undo(made)).toMatchObject(tooLate("changed again"));
    expect(await actions.undo(withdrawn)).toEqual(UNDONE);
    expect(await store.readAcknowledgements()).toEqual(before);
    await mia.acknowledge({ ...SEEN, untilMs: null });
    expect(await actions.undo(made)).toMatchObject(tooLate("changed again"));
    expect(await store.readAcknowledgements()).toMatchObject([{ by: "mia" }]);
  });
});

describe("U17: the pause", () => {
  test("is undone, and so is the end of one; an earlier one holds again", async () => {
    const { store, actions, mia } = await setUp();
    expect(await actions.undo(stepOf(await actions.pause({ note: null })))).toEqual(UNDONE);
    expect(await store.readPause()).toBeNull();
    await mia.pause({ note: "lunch" });
    const before = await store.readPause();
    expect(await actions.undo(stepOf(await actions.pause({ note: null })))).toEqual(UNDONE);
    expect(await store.readPause()).toEqual(before);
    expect(await actions.undo(stepOf(await actions.resume()))).toEqual(UNDONE);
    expect(await store.readPause()).toEqual(before);
  });

  test("that was changed since stays", async () => {
    const { store, actions, mia } = await setUp();
    const step = stepOf(await actions.pause({ note: null }));
    await mia.pause({ note: "lunch" });
    expect(await actions.undo(step)).toMatchObject(tooLate("changed again"));
    expect(await store.readPause()).toMatchObject({ by: "mia" });
  });
});

describe("U17: a kickoff", () => {
  test("is taken out of the queue until a dispatcher has it", async () => {
    const { world, actions } = await setUp();
    const step = stepOf(await actions.kickoff({ key: "a", note: null }));
    expect(await actions.undo(step)).toEqual(UNDONE);
    expect(await world.open("a")).toBeNull();
    expect(await actions.undo(step)).toMatchObject(tooLate("no longer in the queue"));
  });

  test("that has a worker stays", async () => {
    const { world, actions } = await setUp();
    const { id } = await startWorkerOf(world, "a");
    expect(await actions.undo({ kind: "kickoff", run: id })).toMatchObject(tooLate("has started"));
    expect(await world.open("a")).toMatchObject({ state: "running" });
    expect(await actions.undo({ kind: "kickoff", run: "run-x" as RunId })).toMatchObject(tooLate("gone"));
  });

  test("in the place of an ended run offers no undo: what is closed stays closed", async () => {
    const { world, actions } = await setUp();
    await startWorkerOf(world, "a");
    await world.endWorker("a", 0);
    expect(await actions.kickoff({ key: "a", note: null })).toMatchObject({ kind: "done", undo: null });
  });
});

describe("U17: what is said to a worker", () => {
  test("an answer is taken back until the worker has read it", async () => {
    const { world, store, actions } = await setUp();
    const { id } = await startWorkerOf(world, "a");
    await changeRun(store, {
      id,
      epoch: null,
      change: (run) => recordQuestion(run, { text: "eu?", choices: [], atMs: Date.now() }),
    });
    const before = await world.open("a");
    const step = stepOf(await actions.answer({ run: id, question: 1, text: "eu" }));
    expect(await actions.undo(step)).toEqual(UNDONE);
    expect(await world.open("a")).toEqual({ ...before, revision: expect.any(Number) });

    const again = stepOf(await actions.answer({ run: id, question: 1, text: "us" }));
    await changeRun(store, { id, epoch: null, change: (run) => deliverAnswer(run, { number: 1 }) });
    expect(await actions.undo(again)).toMatchObject(tooLate("the worker has read it"));
  });

  test("a message too; an interruption cannot be undone", async () => {
    const { world, actions } = await setUp();
    const run = await startWorkerOf(world, "a");
    const before = await world.open("a");
    const step = stepOf(await actions.continueRun({ run, prompt: "more", interrupt: false }));
    expect(await actions.undo(step)).toEqual(UNDONE);
    expect(await world.open("a")).toEqual({ ...before, revision: expect.any(Number) });
    expect(await actions.undo(step)).toMatchObject(tooLate("the worker has read it"));
    expect(await actions.continueRun({ run, prompt: "now", interrupt: true })).toMatchObject({ undo: null });
  });
});

describe("K57, U17: a proposal is accepted or dropped with one press, which can be undone", () => {
  const PROPOSED = taskText({ status: "not_started", discovered_from: "a" });

  test.each([
    ["accepted", { group: "planned", status: "not_started" }, /\naccepted_by: dave\n/],
    ["dropped", { group: "done", status: "cancelled" }, /\nstatus: cancelled\n/],
  ] as const)("%s", async (decision, row, text) => {
    const { world, actions } = await setUp();
    world.tree.write(taskPath("p"), PROPOSED);
    expect((await world.refresh()).get("p")).toMatchObject({ group: "needs_attention" });
    const decided = await actions.decide({ key: "p", decision });
    expect(decided).toMatchObject({ kind: "done", action: { kind: decision } });
    const fileNow = async () => {
      const read = await world.runs.reader.read(taskPath("p"));
      return read.kind === "text" ? read.text : read.kind;
    };
    expect(await fileNow()).toMatch(text);
    expect((await world.refresh()).get("p")).toMatchObject({ ...row, signals: [] });
    expect(await actions.decide({ key: "p", decision: "accepted" }), "once").toMatchObject({
      kind: "refused",
    });
    expect(await actions.undo(stepOf(decided))).toEqual(UNDONE);
    expect(await fileNow()).toBe(PROPOSED);
    expect((await world.refresh()).get("p")).toMatchObject({ group: "needs_attention" });
  });

  test("what was changed since is not undone, and no other task is decided about", async () => {
    const { world, actions } = await setUp();
    world.tree.write(taskPath("p"), PROPOSED);
    await world.refresh();
    const step = stepOf(await actions.decide({ key: "p", decision: "dropped" }));
    world.tree.write(taskPath("p"), PROPOSED.replace("not_started", "ready"));
    expect(await actions.undo(step)).toMatchObject(tooLate("changed again"));
    expect(await actions.decide({ key: "a", decision: "dropped" })).toMatchObject({
      kind: "refused",
      message: "a is no proposal that waits for a decision.",
    });
  });
});
