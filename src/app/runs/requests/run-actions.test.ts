// The use cases as a page calls them: one answer each, and nothing done to what has gone on since the page was seen.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryTaskWriter } from "../../../../test/memory/memory-task-writer.ts";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import {
  createRunsTestWorld,
  type RunsTestWorld,
  startWorkerOf,
  supervisorOf,
} from "../../../../test/support/runs-world.ts";
import type { RunId } from "../../../core/contract/run.ts";
import { recordQuestion } from "../../../core/run/run-transitions.ts";
import { changeRun } from "../change/change-run.ts";
import { createRunActions } from "./run-actions.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const DONE = { kind: "done" };
const refused = (words: string) => ({ kind: "refused", message: expect.stringContaining(words) });

async function setUp() {
  const texts = {
    [taskPath("a")]: taskText(),
    [taskPath("b")]: taskText(),
    [taskPath("c")]: taskText({ dependencies: "[missing]" }),
  };
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts });
  await world.refresh();
  return {
    world,
    store: world.world.store,
    actions: createRunActions(
      Object.assign(world.runs, { writer: createMemoryTaskWriter(world.tree) }),
      "dave",
    ),
  };
}

async function askNow(world: RunsTestWorld, id: RunId, text: string): Promise<void> {
  const change = (run: Parameters<typeof recordQuestion>[0]) =>
    recordQuestion(run, { text, choices: [], atMs: Date.now() });
  await changeRun(world.runs.store, { id, epoch: null, change });
}

test("a kickoff queues, and is refused with the use case's own sentence", async () => {
  const { world, actions } = await setUp();
  expect(await actions.kickoff({ key: "a", note: "soon" })).toMatchObject(DONE);
  expect(await world.open("a")).toMatchObject({ state: "queued", queued: { by: "dave", note: "soon" } });
  expect(await actions.kickoff({ key: "a", note: null })).toMatchObject(refused("a is queued by dave"));
  expect(await actions.kickoff({ key: "nothing", note: null })).toMatchObject(refused("nothing"));
});

test("J12: a kickoff without trust is refused with the command that asks, and queues nothing", async () => {
  const { world, actions } = await setUp();
  world.untrusted = ["worker.command", "dispatch.automatic"];
  expect(await actions.kickoff({ key: "a", note: null })).toMatchObject({
    kind: "refused",
    code: "run_refused",
    message:
      "Nothing starts here: worker.command and dispatch.automatic in tasks/config.yaml are not trusted on this machine.",
    hint: "`tasks trust` shows what would run, and asks.",
  });
  expect(await world.open("a")).toBeNull();
});

test("T20: the button of an older page queues nothing for a file that cannot be read now", async () => {
  const { world, actions } = await setUp();
  world.tree.write(taskPath("a"), "---\ntitle: A\n");
  await world.refresh();
  expect(await actions.kickoff({ key: "a", note: null })).toMatchObject(
    refused(`${taskPath("a")}:1 cannot be read, so no worker is started for it: `),
  );
  expect(await world.open("a")).toBeNull();
});

test("an answer meets the question it was given to", async () => {
  const { world, actions } = await setUp();
  const { id } = await startWorkerOf(world, "a");
  expect(await actions.answer({ run: id, question: 1, text: "eu" })).toMatchObject(
    refused("no longer asks this"),
  );
  await askNow(world, id, "Which region?");
  expect(await actions.answer({ run: id, question: 2, text: "eu" })).toMatchObject(
    refused("no longer asks this"),
  );
  expect(await actions.answer({ run: id, question: 1, text: "eu" })).toMatchObject(DONE);
  expect(await world.open("a")).toMatchObject({ question: { answer: { text: "eu", by: "dave" } } });
  expect(await actions.answer({ run: "run-x" as RunId, question: 1, text: "eu" })).toMatchObject(
    refused("no longer exists"),
  );
});

test("a stop ends the worker that was seen, without waiting for its end", async () => {
  const { world, actions } = await setUp();
  const { id, epoch } = await startWorkerOf(world, "a");
  expect(await actions.stop({ run: { id, epoch: epoch - 1 }, note: null })).toMatchObject(
    refused("has changed since"),
  );
  expect(world.played.nudged).toEqual([]);
  expect(await actions.stop({ run: { id, epoch }, note: "stuck" })).toMatchObject(DONE);
  expect(world.played.nudged).toEqual([supervisorOf(id, epoch).id]);
  expect(await world.open("a")).toMatchObject({
    state: "running",
    stopRequest: { kind: "stop", note: "stuck" },
  });
  expect(await actions.stop({ run: { id: "run-x" as RunId, epoch }, note: null })).toMatchObject(
    refused("no longer exists"),
  );
});

test("stopping all leaves alone what was not named, and what has gone on", async () => {
  const { world, actions } = await setUp();
  const a = await startWorkerOf(world, "a");
  const b = await startWorkerOf(world, "b");
  const runs = [
    { id: a.id, epoch: a.epoch },
    { id: b.id, epoch: b.epoch - 1 },
  ];
  expect(await actions.stopAll({ runs, note: null })).toMatchObject(DONE);
  expect(await world.open("a")).toMatchObject({ stopRequest: { kind: "stop" } });
  expect(await world.open("b")).toMatchObject({ stopRequest: null });
  await world.endWorker("a", 0);
  expect(await actions.stopAll({ runs, note: null })).toMatchObject(DONE);
});

test("a follow-up waits for the next worker; an interruption is for the worker on the page", async () => {
  const { world, actions } = await setUp();
  const { id, epoch } = await startWorkerOf(world, "a");
  const old = { id, epoch: epoch - 1 };
  expect(await actions.continueRun({ run: old, prompt: "more", interrupt: true })).toMatchObject(
    refused("has changed since"),
  );
  expect(await actions.continueRun({ run: old, prompt: "more", interrupt: false })).toMatchObject(DONE);
  expect(await actions.continueRun({ run: { id, epoch }, prompt: "now", interrupt: true })).toMatchObject(
    DONE,
  );
  expect(await world.open("a")).toMatchObject({
    followUps: [{ text: "more" }, { text: "now" }],
    stopRequest: { kind: "interrupt", by: "dave" },
  });
});

test("starts are paused and resumed by name", async () => {
  const { store, actions } = await setUp();
  expect(await actions.pause({ note: "upgrade" })).toMatchObject(DONE);
  expect(await store.readPause()).toMatchObject({ by: "dave", note: "upgrade" });
  expect(await actions.resume()).toMatchObject(DONE);
  expect(await actions.resume()).toMatchObject(DONE);
  expect(await store.readPause()).toBeNull();
});

test("what was seen is acknowledged; what has gone meanwhile is said, and it can be taken back", async () => {
  const { store, actions } = await setUp();
  const seen = { key: "c", note: "on it" };
  expect(await actions.acknowledge({ ...seen, codes: ["worker_idle"], untilMs: null })).toMatchObject(
    refused("None of these"),
  );
  const codes = ["worker_idle", "dependency_missing"];
  expect(await actions.acknowledge({ ...seen, codes, untilMs: null })).toMatchObject(DONE);
  expect(await store.readAcknowledgements()).toMatchObject([{ code: "dependency_missing", by: "dave" }]);
  const untilMs = Date.now() + 3_600_000;
  expect(await actions.snooze({ ...seen, codes: [], untilMs })).toMatchObject(DONE);
  expect(await store.readAcknowledgements()).toMatchObject([{ kind: "snoozed", untilMs }]);
  expect(await actions.withdraw({ key: "c" })).toMatchObject(DONE);
  expect(await store.readAcknowledgements()).toEqual([]);
  expect(await actions.withdraw({ key: "x" })).toMatchObject(refused("No task is called x"));
});
