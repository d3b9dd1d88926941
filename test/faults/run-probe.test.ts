// What a look covers, and what it leaves alone.

import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeActivity } from "../../src/core/agent/activity/stored-activity.ts";
import { RUN_STATES, type RunId } from "../../src/core/contract/run.ts";
import type { RunProbe } from "../../src/ports/runs/run-probe.ts";
import { createMemoryClock } from "../memory/memory-clock.ts";
import { createMemoryRunProbe } from "../memory/memory-run-probe.ts";
import { sampleActivity } from "../support/run-samples.ts";
import { createProbeContext, runningRun } from "./run-probe-context.ts";

const ADAPTERS: ReadonlyArray<readonly [string, () => RunProbe]> = [
  ["processes", () => createProbeContext().probe],
  ["memory", () => createMemoryRunProbe({ clock: createMemoryClock() })],
];

test.each(ADAPTERS)("%s: sees runs that are worked on, and what ended ones left", async (_name, create) => {
  const probe = create();
  const runs = RUN_STATES.flatMap((state) => [
    runningRun({ id: `${state} with` as RunId, state, worktree: ".worktrees/a" }),
    runningRun({ id: `${state} without` as RunId, state }),
  ]);
  expect([...(await probe.look(runs)).keys()]).toEqual([
    "dispatching with",
    "dispatching without",
    "running with",
    "running without",
    "exited with",
    "failed with",
    "interrupted with",
  ]);
  expect((await probe.look([])).size).toBe(0);
  probe.stop();
  probe.stop();
});

test.each(ADAPTERS)("%s: an unnamed process cannot be seen", async (_name, create) => {
  const run = runningRun({ holder: null, worker: null });
  expect((await create().look([run])).get(run.id)).toMatchObject({ holder: "unknown", worker: "unknown" });
});

test("processes are seen through the port, each of its kind", async () => {
  const { sight } = createProbeContext({ presence: (pid) => (pid === 11 ? "alive" : "gone") });
  expect(await sight(runningRun())).toMatchObject({ holder: "alive", worker: "gone" });
});

test("of a run on another host nothing is seen, though something of that name is here", async () => {
  const { sight, root, write } = createProbeContext();
  mkdirSync(join(root, ".worktrees/a"), { recursive: true });
  write(".tasks/task_manager/runs/run-a/log", "hello\n");
  const here = runningRun({ worktree: ".worktrees/a" });
  expect(await sight(here)).toMatchObject({ worktreeExists: true, log: { lastLine: "hello" } });
  expect(await sight({ ...here, host: "other" })).toMatchObject({
    holder: "unknown",
    worker: "unknown",
    log: null,
    worktree: null,
    processor: null,
    worktreeExists: null,
    drifted: false,
  });
});

test("the memory probe shows what a test sets", async () => {
  const probe = createMemoryRunProbe({ clock: createMemoryClock(5) });
  const run = runningRun();
  probe.set(run.id, { worker: "gone" });
  probe.set(run.id, { drifted: true });
  const observation = (await probe.look([run])).get(run.id);
  expect(observation).toMatchObject({ atMs: 5, holder: "alive", worker: "gone", drifted: true });
  expect(probe.looks()).toBe(1);
});

test("K33: what its agent says is read when its file was replaced, and of anything else there is none", async () => {
  const { sight, write, root } = createProbeContext();
  const file = ".tasks/task_manager/runs/run-a/activity.json";
  expect((await sight(runningRun())).activity).toBeNull();
  write(file, encodeActivity(sampleActivity({ events: 1 })));
  const first = (await sight(runningRun())).activity;
  expect(first).toMatchObject({ events: 1 });
  expect((await sight(runningRun())).activity).toBe(first);
  write(`${file}.new`, encodeActivity(sampleActivity({ events: 22 })));
  renameSync(join(root, `${file}.new`), join(root, file));
  expect((await sight(runningRun())).activity).toMatchObject({ events: 22 });
  write(file, '{"attempt": 1');
  expect((await sight(runningRun())).activity).toBeNull();
  rmSync(join(root, file));
  mkdirSync(join(root, file));
  expect((await sight(runningRun())).activity).toBeNull();
});
