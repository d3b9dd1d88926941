// A real supervisor and its real worker, and everything that may happen to them and to the process that started them.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { killWithDescendants } from "../../src/adapters/process-table/end-processes.ts";
import { identifyProcess } from "../../src/adapters/process-table/process-identity.ts";
import { systemProcesses } from "../../src/adapters/process-table/system-processes.ts";
import { lose, recordAnswer, recordOutcome, requestStop } from "../../src/core/run/run-transitions.ts";
import { TASKS_ENTRY } from "../support/program.ts";
import { eventually } from "../support/served-tree.ts";
import {
  createSupervisedRun,
  type FixtureWorker,
  isAlive,
  kill,
  type SupervisedRun,
} from "./supervised-run.ts";

const LAUNCHER = fileURLToPath(new URL("fixtures/launcher.ts", import.meta.url));

async function supervise(worker: FixtureWorker | readonly string[]) {
  const supervised = await createSupervisedRun({ worker });
  await supervised.launch();
  return { supervised, ...(await supervised.atWork()) };
}

const noneIsLeft = (supervised: SupervisedRun) => eventually(supervised.marked, (pids) => pids.length === 0);

/** A foreign process, in another process group, with these variables. */
function bystander(variables: Readonly<Record<string, string>> = {}): number {
  const script = "setInterval(() => {}, 1000)";
  const env = { PATH: process.env["PATH"] ?? "", ...variables };
  const child = spawn(process.execPath, ["-e", script], { env, detached: true, stdio: "ignore" });
  const pid = child.pid ?? 0;
  onTestFinished(() => kill(pid));
  return pid;
}

test("a worker that is killed: how it ended is written, and nothing of it is left", async () => {
  const { supervised, worker } = await supervise("ten-children");
  const family = await supervised.family();
  kill(worker.pid);
  expect(await supervised.until(({ state }) => state !== "running")).toMatchObject({
    state: "failed",
    attempts: [{ end: { kind: "signalled", signal: "SIGKILL" } }],
    holder: null,
  });
  await noneIsLeft(supervised);
  expect(family.filter(isAlive)).toEqual([]);
});

test("a supervisor that is killed: what it left is found and ended, and nothing else is", async () => {
  const { supervised, supervisor, worker } = await supervise("ten-children");
  const family = await supervised.family();
  const { id } = supervised;
  const strangers = [
    bystander(),
    bystander({ TASKS_RUN: `${id}-not`, TASKS_EPOCH: "2" }),
    // The next attempt of the same run.
    bystander({ TASKS_RUN: id, TASKS_EPOCH: "4" }),
  ];
  kill(supervisor.pid);
  await eventually(
    () => supervised.workers.see(supervisor),
    (presence) => presence === "gone",
  );
  expect(supervised.workers.see(worker)).toBe("alive");
  expect(family.filter(isAlive)).toHaveLength(11);
  const run = await supervised.run();
  expect(await supervised.workers.endRemains(run)).toBe("ended");
  expect(family.filter(isAlive)).toEqual([]);
  expect(strangers.filter(isAlive)).toEqual(strangers);
  expect(await supervised.workers.endRemains(run)).toBe("nothing");
  expect(run.state).toBe("running");
});

test("what a dead supervisor left is ended too when its worker went before it was looked for", async () => {
  const { supervised, supervisor, worker } = await supervise("ten-children");
  const family = await supervised.family();
  for (const { pid } of [supervisor, worker]) kill(pid);
  await eventually(
    () => isAlive(worker.pid),
    (alive) => !alive,
  );
  expect(await supervised.workers.endRemains(await supervised.run())).toBe("ended");
  expect(family.filter(isAlive)).toEqual([]);
});

test("a supervisor that has not started yet is ended with the rest of a lost run", async () => {
  const supervised = await createSupervisedRun({ worker: "busy" });
  await supervised.launch();
  expect(await supervised.workers.endRemains(await supervised.run())).toBe("ended");
  expect(supervised.marked()).toEqual([]);
});

test("its launcher may be killed with all its descendants: supervisor and worker live on", async () => {
  const supervised = await createSupervisedRun({ worker: "waiting" });
  const launcher = spawn(process.execPath, [LAUNCHER, TASKS_ENTRY, supervised.root, supervised.id, "2"], {
    env: { ...supervised.environment, NODE_UNIQUE_ID: "7", MALLOC_MMAP_THRESHOLD_: "262144" },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = launcher.pid ?? 0;
  onTestFinished(() => kill(pid));
  await new Promise((resolve) => launcher.stdout.once("data", resolve));
  const { supervisor, worker } = await supervised.atWork();
  killWithDescendants(pid);
  await eventually(
    () => isAlive(pid),
    (alive) => !alive,
  );
  await supervised.until(({ wait }) => wait !== null);
  expect([supervisor, worker].map(supervised.workers.see)).toEqual(["alive", "alive"]);
  await supervised.change((run) => recordOutcome(run, { kind: "done", note: "by now", atMs: Date.now() }));
  kill(worker.pid, "SIGTERM");
  expect(await supervised.until(({ state }) => state !== "running")).toMatchObject({ state: "exited" });
});

test("it is no child of its launcher, has no terminal, and its worker leads a session", async () => {
  const { supervised, supervisor, worker } = await supervise("busy");
  const system = systemProcesses();
  const supervisorFacts = system.read(supervisor.pid);
  expect(supervisorFacts?.parent).not.toBe(process.pid);
  expect(supervisorFacts?.group).not.toBe(system.read(process.pid)?.group);
  expect(system.read(worker.pid)).toMatchObject({ parent: supervisor.pid, group: worker.pid });
  expect(supervised.marked().toSorted()).toEqual([supervisor.pid, worker.pid].toSorted());
});

test("a group that is interrupted, as by Ctrl-C in a terminal, is not the supervisor's", async () => {
  const supervised = await createSupervisedRun({ worker: "busy" });
  const launcher = spawn(process.execPath, [LAUNCHER, TASKS_ENTRY, supervised.root, supervised.id, "2"], {
    env: supervised.environment,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = launcher.pid ?? 0;
  onTestFinished(() => kill(pid));
  await new Promise((resolve) => launcher.stdout.once("data", resolve));
  kill(-pid, "SIGINT");
  await eventually(
    () => isAlive(pid),
    (alive) => !alive,
  );
  const { supervisor, worker } = await supervised.atWork();
  expect([supervisor, worker].map(supervised.workers.see)).toEqual(["alive", "alive"]);
});

test("under a superseded epoch a supervisor starts nothing", async () => {
  const marker = join(process.env["TMPDIR"] ?? "/tmp", `superseded-${process.pid}-${Date.now()}`);
  const script = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "")`;
  const supervised = await createSupervisedRun({ worker: [process.execPath, "-e", script] });
  onTestFinished(() => rmSync(marker, { force: true }));
  await supervised.change((run) => lose(run, { detail: "taken for dead", nowMs: Date.now() }));
  const before = await supervised.run();
  // Started as a child: it is over too soon to be seen from outside.
  const { root, id, environment } = supervised;
  const words = [TASKS_ENTRY, "supervise", "--run", id, "--epoch", "2", "--repo", root];
  const env = { ...environment, TASKS_SUPERVISOR: "1", TASKS_RUN: id, TASKS_EPOCH: "2" };
  const supervisor = spawn(process.execPath, words, { env, stdio: "ignore" });
  onTestFinished(() => kill(supervisor.pid ?? 0));
  expect(await once(supervisor, "exit")).toEqual([0, null]);
  await noneIsLeft(supervised);
  expect(existsSync(marker)).toBe(false);
  expect(await supervised.run()).toEqual(before);
});

test("two supervisors of one run: one of them has the worker", async () => {
  const supervised = await createSupervisedRun({ worker: "busy" });
  await Promise.all([supervised.launch(), supervised.launch(), supervised.launch()]);
  const { supervisor, worker } = await supervised.atWork();
  await eventually(supervised.marked, (pids) => pids.length === 2);
  expect(supervised.marked().toSorted()).toEqual([supervisor.pid, worker.pid].toSorted());
});

test("a run that is handed on under a worker: the worker is gone at once, and nothing is written", async () => {
  const { supervised, supervisor } = await supervise("ten-children");
  const family = await supervised.family();
  await supervised.change((run) => lose(run, { detail: "taken for dead", nowMs: Date.now() }));
  const before = await supervised.run();
  supervised.workers.nudge(supervisor);
  await noneIsLeft(supervised);
  expect(family.filter(isAlive)).toEqual([]);
  expect(await supervised.run()).toEqual(before);
});

test("a signal is no stop request: a supervisor that gets one checks its run and stays", async () => {
  const { supervised, supervisor, worker } = await supervise("busy");
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP", "SIGTERM"] as const) kill(supervisor.pid, name);
  expect(supervised.workers.nudge(supervisor)).toBe(true);
  await supervised.change((run) =>
    requestStop(run, { kind: "interrupt", by: "dave", atMs: Date.now(), note: null }),
  );
  expect([supervisor, worker].map(supervised.workers.see)).toEqual(["alive", "alive"]);
  supervised.workers.nudge(supervisor);
  expect(await supervised.until(({ state }) => state !== "running")).toMatchObject({
    state: "interrupted",
    attempts: [{ end: { kind: "stopped", by: "dave" } }],
  });
});

test("pid reuse: who has only the number of a process that is gone is never signalled", async () => {
  const { supervised, worker } = await supervise("busy");
  const stranger = identifyProcess(bystander());
  const former = { ...stranger, id: stranger.id.replace(/\d+$/, "1") };
  expect(supervised.workers.see(stranger)).toBe("alive");
  expect(supervised.workers.see(former)).toBe("gone");
  expect(supervised.workers.nudge(former)).toBe(false);
  // A run whose worker's pid belongs to another process now.
  const run = await supervised.run();
  kill(supervised.marked().find((pid) => pid !== worker.pid) ?? 0);
  expect(await supervised.workers.endRemains({ ...run, worker: former })).toBe("ended");
  expect(isAlive(worker.pid)).toBe(false);
  expect(supervised.workers.see(stranger)).toBe("alive");
});

test("of a run on another host nothing is known, and nothing ended", async () => {
  const { supervised, supervisor, worker } = await supervise("busy");
  const elsewhere = { id: "linux:another-boot:pid:[1]:5:5", host: "elsewhere", pid: 5 };
  const run = await supervised.run();
  expect(await supervised.workers.endRemains({ ...run, host: "elsewhere", worker: elsewhere })).toBe(
    "unknown",
  );
  expect(await supervised.workers.endRemains({ ...run, host: "elsewhere", worker: null })).toBe("unknown");
  expect([supervisor, worker].map(supervised.workers.see)).toEqual(["alive", "alive"]);
  expect(supervised.workers.see(elsewhere)).toBe("unknown");
  expect(supervised.workers.nudge(elsewhere)).toBe(false);
});

test("R3: a disk that is full while a worker writes to its log ends no process", async () => {
  const script = `
    const line = "x".repeat(99) + "\\n";
    for (let count = 0; count < 60_000; count += 1) process.stdout.write(line);
    require("node:child_process").execFileSync("tasks", ["finish", "--outcome", "done", "--note", "said all of it"]);`;
  const supervised = await createSupervisedRun({ worker: [process.execPath, "-e", script] });
  const { root, id, environment } = supervised;
  const words = ["supervise", "--run", id, "--epoch", "2", "--repo", root];
  // No file may grow past four megabytes: the log would; the store is far below it.
  const child = spawn(
    "/bin/sh",
    ["-c", 'ulimit -f 8192; exec "$@"', "sh", process.execPath, TASKS_ENTRY, ...words],
    {
      env: { ...environment, TASKS_SUPERVISOR: "1", TASKS_RUN: id, TASKS_EPOCH: "2" },
      stdio: "ignore",
    },
  );
  onTestFinished(() => kill(child.pid ?? 0));
  expect(await supervised.until(({ state }) => state !== "dispatching" && state !== "running")).toMatchObject(
    {
      state: "exited",
      outcome: { note: "said all of it" },
      attempts: [{ end: { kind: "exited", code: 0 } }],
    },
  );
  const log = readFileSync(join(root, ".tasks/task_manager/runs", id, "log"), "utf8");
  expect(log.length).toBe(4 * 1024 * 1024);
});

test("R24: what a worker says on a full disk is kept beside its run, and is in the store as soon as there is room", async () => {
  // No file may grow past 32 KB: the store's log would, and what was reserved for the worker does not.
  const script = `
    const { execFileSync } = require("node:child_process");
    const onFullDisk = (...words) => execFileSync("/bin/sh", ["-c", 'ulimit -f 64; exec tasks "$@"', "sh", ...words], { encoding: "utf8" }).trim();
    console.log(onFullDisk("report", "--progress", "half of it"));
    const region = onFullDisk("ask", "Which region?", "--wait");
    console.log(onFullDisk("finish", "--outcome", "done", "--note", "deployed to " + region));`;
  const supervised = await createSupervisedRun({ worker: [process.execPath, "-e", script] });
  await supervised.launch();
  await supervised.until(({ report }) => report?.text === "half of it");
  await supervised.until(({ question }) => question?.text === "Which region?");
  await supervised.change((run) => recordAnswer(run, { by: "dave", atMs: Date.now(), text: "eu" }));
  expect(await supervised.until(({ state }) => state !== "running")).toMatchObject({
    state: "exited",
    outcome: { kind: "done", note: "deployed to eu" },
  });
  expect((await supervised.lines()).filter((line) => line === "kept")).toHaveLength(2);
  const folder = join(supervised.root, ".tasks/task_manager/runs", supervised.id);
  expect(readdirSync(folder).filter((name) => name.startsWith("said"))).toEqual([]);
});

test("a run's folder that cannot be written to: the worker works on without a log", async () => {
  const supervised = await createSupervisedRun({ worker: "quick" });
  const runs = join(supervised.root, ".tasks/task_manager/runs");
  mkdirSync(join(runs, supervised.id, "log"));
  await supervised.launch();
  expect(await supervised.until(({ state }) => state === "exited")).toMatchObject({
    outcome: { kind: "done" },
  });
  expect(await supervised.lines()).toEqual([]);
});

test("a worktree that is deleted under a run: the worker lives and ends as it likes", async () => {
  const { supervised, supervisor, worker } = await supervise("chatty");
  await eventually(supervised.lines, ({ length }) => length > 0);
  rmSync(supervised.worktree, { recursive: true });
  const said = (await supervised.lines()).length;
  await eventually(supervised.lines, ({ length }) => length > said);
  expect([supervisor, worker].map(supervised.workers.see)).toEqual(["alive", "alive"]);
  await supervised.change((run) =>
    requestStop(run, { kind: "stop", by: "dave", atMs: Date.now(), note: null }),
  );
  supervised.workers.nudge(supervisor);
  expect(await supervised.until(({ state }) => state !== "running")).toMatchObject({ state: "interrupted" });
});

test("a worktree that is gone before the start: the run fails and says so", async () => {
  const supervised = await createSupervisedRun({ worker: "quick" });
  rmSync(supervised.worktree, { recursive: true });
  await supervised.launch();
  expect(await supervised.until(({ attempts }) => attempts.length > 0)).toMatchObject({
    state: "failed",
    attempts: [{ end: { kind: "not_started", detail: "its worktree is gone" } }],
  });
});

test("settings that became wrong meanwhile: the run fails with the sentence that says how", async () => {
  const supervised = await createSupervisedRun({ worker: "quick" });
  writeFileSync(join(supervised.root, "tasks/config.yaml"), "worker:\n  comand: [x]\n");
  await supervised.launch();
  const run = await supervised.until(({ attempts }) => attempts.length > 0);
  expect(run.attempts[0]?.end).toMatchObject({
    kind: "not_started",
    detail: expect.stringContaining("tasks/config.yaml:2"),
  });
});

test("J13: settings that changed since they were trusted start no worker", async () => {
  const supervised = await createSupervisedRun({ worker: "quick" });
  const marker = join(supervised.root, "marker");
  writeFileSync(join(supervised.root, "tasks/config.yaml"), `worker:\n  command: [touch, ${marker}]\n`);
  await supervised.launch();
  const run = await supervised.until(({ attempts }) => attempts.length > 0);
  expect(run.attempts[0]?.end).toMatchObject({
    kind: "not_started",
    detail: expect.stringContaining("worker.command in tasks/config.yaml is not trusted"),
  });
  expect(existsSync(marker)).toBe(false);
});

test("a store that cannot be used when the worker ends: its end is written once it can be", async () => {
  const { supervised, supervisor, worker } = await supervise("busy");
  const { DatabaseSync } = await import("node:sqlite");
  const other = new DatabaseSync(join(supervised.root, ".tasks/task_manager/store.sqlite"));
  onTestFinished(() => {
    if (other.isOpen) other.close();
  });
  other.exec("BEGIN IMMEDIATE");
  kill(worker.pid);
  await eventually(
    () => isAlive(worker.pid),
    (alive) => !alive,
  );
  await eventually(supervised.marked, (pids) => !pids.includes(worker.pid));
  expect((await supervised.run()).state).toBe("running");
  expect(supervised.workers.see(supervisor)).toBe("alive");
  other.exec("ROLLBACK");
  expect(await supervised.until(({ state }) => state !== "running")).toMatchObject({ state: "failed" });
});

test("a repository that is deleted under a worker: worker and supervisor end, sooner or later, and create nothing again", async () => {
  const { supervised, worker } = await supervise("busy");
  const { root } = supervised;
  await supervised.store.close();
  rmSync(root, { recursive: true });
  kill(worker.pid);
  await noneIsLeft(supervised);
  expect(existsSync(root)).toBe(false);
});
