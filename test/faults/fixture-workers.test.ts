// Each fixture worker does what it is for, under a real supervisor; what is made of it is told elsewhere.

import { expect, test } from "vitest";
import { answer, wishEnd } from "../../src/core/run/transitions.ts";
import { eventually } from "../support/served-tree.ts";
import { createSupervisedRun, isAlive, type SupervisedRun } from "./supervised-run.ts";

const act = () => ({ by: "dave", atMs: Date.now() });

async function stopped(supervised: SupervisedRun): Promise<void> {
  const { supervisor } = await supervised.atWork();
  await supervised.change((run) => wishEnd(run, { ...act(), kind: "stop", note: null }));
  expect(supervised.workers.nudge(supervisor)).toBe(true);
  expect(await supervised.until(({ state }) => state !== "running")).toMatchObject({
    state: "interrupted",
    attempts: [{ end: { kind: "stopped", by: "dave" } }],
  });
  await eventually(supervised.marked, (pids) => pids.length === 0);
}

test("quick: reports and finishes", async () => {
  const supervised = await createSupervisedRun({ worker: "quick" });
  await supervised.launch();
  const run = await supervised.until(({ state }) => state !== "dispatching" && state !== "running");
  expect(run).toMatchObject({
    state: "exited",
    report: { text: "half way" },
    outcome: { kind: "done", note: "all of it" },
    attempts: [{ number: 1, end: { kind: "exited", code: 0 } }],
  });
  expect((await supervised.lines())[0]).toBe("on it");
  await eventually(supervised.marked, (pids) => pids.length === 0);
});

test("nothing: ends without an error and without an outcome", async () => {
  const supervised = await createSupervisedRun({ worker: "nothing" });
  await supervised.launch();
  expect(await supervised.until(({ attempts }) => attempts.length === 1)).toMatchObject({
    state: "exited",
    outcome: null,
    report: null,
    attempts: [{ end: { kind: "exited", code: 0 } }],
  });
});

test("crash: fails, and why is in its log", async () => {
  const supervised = await createSupervisedRun({ worker: "crash" });
  await supervised.launch();
  expect(await supervised.until(({ attempts }) => attempts.length === 1)).toMatchObject({
    state: "failed",
    failuresInRow: 1,
    attempts: [{ end: { kind: "exited", code: 7 } }],
  });
  expect(await supervised.lines()).toEqual(["Error: cannot find the key"]);
});

test("asking: waits for its answer and goes on with it", async () => {
  const supervised = await createSupervisedRun({ worker: "asking" });
  await supervised.launch();
  expect(await supervised.until(({ question }) => question !== null)).toMatchObject({
    state: "running",
    question: { text: "Which region?", choices: ["eu", "us"], answer: null },
  });
  await supervised.change((run) => answer(run, { ...act(), text: "eu", number: 1 }));
  expect(await supervised.until(({ state }) => state === "exited")).toMatchObject({
    outcome: { kind: "done", note: "deployed to eu" },
    question: { answer: { text: "eu", delivered: true } },
  });
});

test("waiting: says what for, and is stopped", async () => {
  const supervised = await createSupervisedRun({ worker: "waiting" });
  await supervised.launch();
  expect(await supervised.until(({ wait }) => wait !== null)).toMatchObject({ wait: { on: "CI 8812" } });
  await stopped(supervised);
});

test("chatty: says the same again and again, and is stopped", async () => {
  const supervised = await createSupervisedRun({ worker: "chatty" });
  await supervised.launch();
  const lines = await eventually(supervised.lines, ({ length }) => length > 3);
  expect(new Set(lines)).toEqual(new Set(["Still thinking ..."]));
  await stopped(supervised);
});

test("busy: says nothing, and is stopped", async () => {
  const supervised = await createSupervisedRun({ worker: "busy" });
  await supervised.launch();
  await stopped(supervised);
  expect(await supervised.lines()).toEqual([]);
});

test("ten children: all of them end with it, those in sessions of their own and those that are deaf too", async () => {
  const supervised = await createSupervisedRun({ worker: "ten-children" });
  await supervised.launch();
  const family = await supervised.family();
  expect(family.filter(isAlive)).toHaveLength(11);
  await stopped(supervised);
  expect(family.filter(isAlive)).toEqual([]);
});
