// A worker that started ten others, some in sessions of their own and some deaf to SIGTERM: a stop ends them all.

import { expect, test } from "vitest";
import { wishEnd } from "../../src/core/run/transitions.ts";
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

test("ten children: all of them end with it, those in sessions of their own and those that are deaf too", async () => {
  const supervised = await createSupervisedRun({ worker: "ten-children" });
  await supervised.launch();
  const family = await supervised.family();
  expect(family.filter(isAlive)).toHaveLength(11);
  await stopped(supervised);
  expect(family.filter(isAlive)).toEqual([]);
});
