// Supervisors and what they own, as real processes, started by `tasks kickoff --now` with no runner about: whatever is
// killed, deleted or full, one process ends nobody it should not and writes down how it went.

import { spawn } from "node:child_process";
import { once } from "node:events";
import * as nodeFs from "node:fs";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { LogFileSystem } from "../../src/adapters/files/run-log-writer.ts";
import { killWithDescendants } from "../../src/adapters/processes/kill-descendants.ts";
import { identifyProcess, seeProcess } from "../../src/adapters/processes/process-witness.ts";
import { createWorkerLauncher } from "../../src/adapters/processes/worker-process.ts";
import { changeRun } from "../../src/app/runs/change-run.ts";
import type { ProcessIdentity, RunId } from "../../src/core/run/run.ts";
import { take } from "../../src/core/run/transitions.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import { eventually } from "../support/served-tree.ts";
import { createSupervisedTree, FIXTURE_WORKERS, isAlive, type SupervisedTree } from "./supervised-tree.ts";

const TREE_SIZE = 11;

async function startWorker(slug: string, processes = 1): Promise<SupervisedTree> {
  const tree = await createSupervisedTree({ slugs: [slug] });
  expect(await tree.tasks("kickoff", slug, "--now")).toMatchObject({ code: 0 });
  await eventually(tree.pids, (pids) => pids.length === processes);
  await tree.until(slug, ({ worker }) => worker !== null);
  return tree;
}

/** Somebody who has nothing to do with any run; ended with the test. */
async function startBystander() {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  await once(child, "spawn");
  onTestFinished(() => void child.kill("SIGKILL"));
  return identifyProcess(child.pid ?? 0);
}

test("a worker that is killed has failed, and its supervisor is gone with it", async () => {
  const tree = await startWorker("steady");
  const [pid = 0] = tree.pids();
  process.kill(pid, "SIGKILL");
  const run = await tree.until("steady", ({ state }) => state !== "running");
  expect([run.state, run.attempts.at(-1)?.end]).toEqual(["failed", { kind: "signalled", signal: "SIGKILL" }]);
  const { holder } = run;
  await eventually(
    () => (holder === null ? "gone" : seeProcess(holder)),
    (presence) => presence === "gone",
  );
});

test("a stop ends a tree of ten, with those that ignore SIGTERM and the one in a session of its own", async () => {
  const tree = await startWorker("tree", TREE_SIZE);
  const bystander = await startBystander();
  expect(await tree.tasks("stop", "tree")).toMatchObject({ code: 0 });
  const { state, attempts } = await tree.run("tree");
  expect([state, attempts.at(-1)?.end]).toEqual(["interrupted", { kind: "stopped", by: "dave" }]);
  expect(tree.pids().filter(isAlive)).toEqual([]);
  expect(seeProcess(bystander)).toBe("alive");
});

test("what a killed worker leaves running is ended, though it ignores SIGTERM, before its end is written", async () => {
  const tree = await startWorker("tree", TREE_SIZE);
  const { worker } = await tree.run("tree");
  process.kill(worker?.pid ?? 0, "SIGKILL");
  await tree.until("tree", ({ state }) => state === "failed");
  expect(tree.pids().filter(isAlive)).toEqual([]);
});

test("what a killed supervisor leaves is found and ended, and nobody else", async () => {
  const tree = await startWorker("tree", TREE_SIZE);
  const bystander = await startBystander();
  const run = await tree.run("tree");
  process.kill(run.holder?.pid ?? 0, "SIGKILL");
  await eventually(
    () => run.holder !== null && tree.workers.see(run.holder),
    (presence) => presence === "gone",
  );
  expect(tree.pids().filter(isAlive)).toHaveLength(TREE_SIZE);
  expect(await tree.workers.endRemains(run)).toBe("ended");
  expect(tree.pids().filter(isAlive)).toEqual([]);
  expect(await tree.workers.endRemains(run)).toBe("nothing");
  expect(seeProcess(bystander)).toBe("alive");
});

test("a pid that is used again is not the process it was: it is gone, and nobody is signalled", async () => {
  const tree = await createSupervisedTree({ slugs: [] });
  const there = await startBystander();
  const earlier: ProcessIdentity = { ...there, id: `${there.id}0` };
  expect([tree.workers.see(there), tree.workers.see(earlier)]).toEqual(["alive", "gone"]);
  // A process that is nudged and listens for nothing would end.
  expect(tree.workers.nudge(earlier)).toBe(false);
  const run = { id: "no-such-run" as RunId, host: there.host, epoch: 1, worker: earlier };
  expect(await tree.workers.endRemains(run)).toBe("nothing");
  expect(tree.workers.see(there)).toBe("alive");
});

test("whoever started it may be killed with all descendants: supervisor and worker go on to the end", async () => {
  const tree = await createSupervisedTree({ slugs: ["steady"] });
  const runner = tree.start("run");
  await runner.printed(/holds the lease/);
  await tree.tasks("kickoff", "steady");
  const { holder, worker } = await tree.until("steady", (run) => run.worker !== null);
  killWithDescendants(runner.process.pid ?? 0);
  await runner.ended;
  expect([holder, worker].map((one) => one !== null && tree.workers.see(one))).toEqual(["alive", "alive"]);
  tree.finish();
  const { state, outcome } = await tree.until("steady", (run) => run.state !== "running");
  expect([state, outcome?.kind]).toEqual(["exited", "done"]);
});

test("a supervisor of an earlier hand-over starts nothing and changes nothing", async () => {
  const tree = await createSupervisedTree({ slugs: ["steady"] });
  await tree.tasks("kickoff", "steady");
  const queued = await tree.run("steady");
  await changeRun(tree.store, {
    id: queued.id,
    epoch: queued.epoch,
    change: (run) => take(run, { dispatcher: tree.workers.self(), nowMs: Date.now() }),
  });
  const taken = await tree.run("steady");
  const words = ["--run", queued.id, "--epoch", String(queued.epoch), "--repo", tree.root];
  expect(await tree.tasks("supervise", ...words)).toMatchObject({ code: 0 });
  expect(await tree.run("steady")).toEqual(taken);
  expect(tree.pids()).toEqual([]);
});

test("a second supervisor of a run that has begun starts no second worker", async () => {
  const tree = await startWorker("steady");
  const running = await tree.run("steady");
  const words = ["--run", running.id, "--epoch", String(running.epoch), "--repo", tree.root];
  expect(await tree.tasks("supervise", ...words)).toMatchObject({ code: 0 });
  expect(await tree.run("steady")).toEqual(running);
  expect(tree.pids()).toHaveLength(1);
});

test("SIGTERM without a wish only makes a supervisor look: its worker works on", async () => {
  const tree = await startWorker("steady");
  const run = await tree.run("steady");
  for (let times = 0; times < 3; times += 1) expect(run.holder && tree.workers.nudge(run.holder)).toBe(true);
  tree.finish();
  const { state, attempts } = await tree.until("steady", (now) => now.state !== "running");
  expect([state, attempts.at(-1)?.end]).toEqual(["exited", { kind: "exited", code: 0 }]);
});

test("a worktree that is deleted under a run: its worker is neither killed nor lost", async () => {
  const tree = await startWorker("steady");
  rmSync(join(tree.root, ".worktrees/steady"), { recursive: true });
  tree.finish();
  const { state, outcome } = await tree.until("steady", (run) => run.state !== "running");
  expect([state, outcome?.kind]).toEqual(["exited", "done"]);
});

test("a disk that is full for a while: the worker talks on, and the log says what is missing", async () => {
  const stateFolder = join(temporaryFolder(), ".tasks/task_manager");
  const device = openSync("/dev/full", "w");
  onTestFinished(() => closeSync(device));
  let isFull = true;
  let refused = 0;
  const writeSync = (descriptor: number, bytes: Uint8Array): number => {
    if (!isFull) return nodeFs.writeSync(descriptor, bytes);
    refused += 1;
    return nodeFs.writeSync(device, bytes);
  };
  const logFileSystem: LogFileSystem = { ...nodeFs, writeSync: writeSync as typeof nodeFs.writeSync };
  const launcher = createWorkerLauncher({ stateFolder, environment: {}, logFileSystem });
  const run = `disk-full-${process.pid}` as RunId;
  const worker = launcher.launch({
    run,
    epoch: 1,
    heading: null,
    command: [process.execPath, join(FIXTURE_WORKERS, "chatty.mjs")],
    folder: temporaryFolder(),
    programFolder: "/nowhere",
    variables: { TASKS_RUN: run, TASKS_EPOCH: "1" },
    logMaxBytes: 1024 * 1024,
  });
  onTestFinished(async () => {
    worker.kill();
    await worker.ended;
  });
  await eventually(
    () => refused,
    (times) => times >= 2,
  );
  isFull = false;
  const log = await eventually(
    () => readFileSync(join(stateFolder, "runs", run, "log"), "utf8"),
    (text) => text.includes("trying again"),
  );
  expect(log).toMatch(/^\[tasks: \d+ bytes of output are missing here: .+\]\n\S+ connection refused/);
  expect(worker.identity && seeProcess(worker.identity)).toBe("alive");
});
