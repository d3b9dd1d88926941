import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { eventually } from "../../../test/support/served-tree.ts";
import type { RunId } from "../../core/contract/run.ts";
import { launchDetached } from "../exec/launch-detached.ts";
import { killWithDescendants } from "../process-table/end-processes.ts";
import { identifyProcess } from "../process-table/process-identity.ts";
import { systemProcesses } from "../process-table/system-processes.ts";
import { createWorkers } from "./workers.ts";

const PATH = dirname(process.execPath);
let runs = 0;

function newRun(): RunId {
  runs += 1;
  return `workers-${process.pid}-${runs}` as RunId;
}

const workers = createWorkers({
  root: "/repo",
  entry: "/nowhere/main.js",
  nodeArguments: [],
  environment: {},
  folder: "/",
});

const isAlive = (pid: number): boolean => {
  const facts = systemProcesses().read(pid);
  return facts !== null && !facts.isDead;
};

const WAIT = "setInterval(() => {}, 1000);";

/** A program that is there until it is ended; resolves once it has said what it says first. */
async function start(script: string, variables: Readonly<Record<string, string>> = {}) {
  const child: ChildProcess = spawn(process.execPath, ["-e", `${script} ${WAIT}`], {
    env: { PATH, ...variables },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = child.pid ?? 0;
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const said = await new Promise<string>((resolve) =>
    child.stdout?.once("data", (chunk) => resolve(String(chunk))),
  );
  return { pid, said: said.trim() };
}

/** Script that starts a child with these options and prints its pid. */
function parentOf(options: string, script = WAIT): string {
  return `const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(script)}],
    { stdio: "ignore", ...${options} }); console.log(child.pid);`;
}

describe("what is left of a run", () => {
  test("nothing", async () => {
    const run = { id: newRun(), host: hostname(), epoch: 1, worker: null };
    expect(await workers.endRemains(run)).toBe("nothing");
  });

  test.each<[string, string]>([
    ["in its group, without a mark", "{ env: {} }"],
    ["in a session of its own, without a mark", "{ env: {}, detached: true }"],
    ["in a session of its own", "{ detached: true }"],
  ])("a process and its child %s", async (_name, options) => {
    const id = newRun();
    const { pid, said } = await start(parentOf(options), { TASKS_RUN: id, TASKS_EPOCH: "2" });
    expect(await workers.endRemains({ id, host: hostname(), epoch: 2, worker: null })).toBe("ended");
    await eventually(
      () => [pid, Number(said)].filter(isAlive),
      (alive) => alive.length === 0,
    );
  });

  test.each([
    ["its group", "false"],
    ["a session of its own", "true"],
  ])(
    "a child in %s, without a mark, that ignores SIGTERM and outlives everything that identified it",
    async (_name, detached) => {
      const id = newRun();
      const deaf = `process.on("SIGTERM", () => {}); process.send("up"); ${WAIT}`;
      const script = `const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(deaf)}],
      { stdio: ["ignore", "ignore", "ignore", "ipc"], env: {}, detached: ${detached} });
      child.once("message", () => console.log(child.pid));`;
      const { said } = await start(script, { TASKS_RUN: id, TASKS_EPOCH: "2" });
      onTestFinished(() => {
        if (isAlive(Number(said))) process.kill(Number(said), "SIGKILL");
      });
      expect(await workers.endRemains({ id, host: hostname(), epoch: 2, worker: null })).toBe("ended");
      expect(isAlive(Number(said))).toBe(false);
    },
  );

  test("a worker that wrote over its environment is known by its identity", async () => {
    const { pid } = await start("console.log();");
    const run = { id: newRun(), host: hostname(), epoch: 2, worker: identifyProcess(pid) };
    expect(await workers.endRemains(run)).toBe("ended");
  });

  test("another run that one of its processes started is none of it", async () => {
    const id = newRun();
    const other = `{ env: { TASKS_RUN: ${JSON.stringify(newRun())}, TASKS_EPOCH: "2", TASKS_SUPERVISOR: "1" }, detached: true }`;
    const { said } = await start(parentOf(other), { TASKS_RUN: id, TASKS_EPOCH: "2" });
    const supervisor = Number(said);
    onTestFinished(() => {
      if (isAlive(supervisor)) process.kill(supervisor, "SIGKILL");
    });
    // Its mark is there only once it runs its own program.
    await eventually(
      () => systemProcesses().readMarks([supervisor]).get(supervisor)?.isSupervisor,
      (isSupervisor) => isSupervisor === true,
    );
    expect(await workers.endRemains({ id, host: hostname(), epoch: 2, worker: null })).toBe("ended");
    expect(isAlive(supervisor)).toBe(true);
  });

  test("a late caller ends nothing of the next attempt", async () => {
    const id = newRun();
    const { pid } = await start("console.log();", { TASKS_RUN: id, TASKS_EPOCH: "4" });
    expect(await workers.endRemains({ id, host: hostname(), epoch: 3, worker: null })).toBe("nothing");
    expect(isAlive(pid)).toBe(true);
    expect(await workers.endRemains({ id, host: hostname(), epoch: 4, worker: null })).toBe("ended");
  });

  test("one that multiplies as it is ended", async () => {
    const id = newRun();
    const script = `const multiply = () => { const { spawn } = require("node:child_process");
      process.on("SIGTERM", () => { for (let n = 0; n < 3; n += 1)
        spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: "ignore", detached: true }); }); };
      multiply(); console.log();`;
    await start(script, { TASKS_RUN: id, TASKS_EPOCH: "1" });
    const run = { id, host: hostname(), epoch: 1, worker: null };
    expect(await workers.endRemains(run)).toBe("ended");
    expect(await workers.endRemains(run)).toBe("nothing");
  });
});

describe("killed with all its descendants", () => {
  test("R6: what it started goes, in whatever group; supervisors of runs stay", async () => {
    const { pid, said } = await start(`
      const { spawn } = require("node:child_process");
      const start = (env) => spawn(process.execPath, ["-e", ${JSON.stringify(WAIT)}], { env, detached: true, stdio: "ignore" }).pid;
      console.log(start({}), start({ TASKS_RUN: "r", TASKS_SUPERVISOR: "1" }));`);
    const [plain = 0, spared = 0] = said.split(" ").map(Number);
    onTestFinished(() => {
      if (isAlive(spared)) process.kill(spared, "SIGKILL");
    });
    await eventually(
      () => systemProcesses().readMarks([spared]).get(spared)?.isSupervisor,
      (isSupervisor) => isSupervisor === true,
    );
    killWithDescendants(pid);
    await eventually(
      () => [pid, plain].filter(isAlive),
      (alive) => alive.length === 0,
    );
    expect(isAlive(spared)).toBe(true);
  });
});

describe("a detached process", () => {
  test("has the words, the folder and the environment it was given, and no parent here", async () => {
    const folder = temporaryFolder();
    const note = join(folder, "note");
    const script = join(folder, "it's $HOME.mjs");
    writeFileSync(
      script,
      `import { writeFileSync, renameSync } from "node:fs";
       const { argv, ppid, env } = process;
       writeFileSync("part", JSON.stringify({ words: argv.slice(2), ppid, env, cwd: process.cwd() }));
       renameSync("part", "note");`,
    );
    const words = ["a b", "$(touch x)", "'", "-c", ""];
    const environment = { PATH, ONLY: "this" };
    await launchDetached({ command: [process.execPath, script, ...words], folder, environment, mark: null });
    const seen = await eventually(
      () => JSON.parse(readFileSync(note, "utf8")),
      (read) => read !== null,
    );
    expect(seen).toMatchObject({ words, cwd: folder, env: environment });
    expect(seen.ppid).not.toBe(process.pid);
    expect(Object.keys(seen.env).filter((name) => name.startsWith("TASKS_"))).toEqual([]);
  });

  test.each<[string, Partial<Parameters<typeof launchDetached>[0]>, string]>([
    [
      "no such program",
      { command: ["/no/such/node"] },
      "/no/such/node could not be started (exit code 127).",
    ],
    ["no such folder", { folder: "/no/such/folder" }, "ENOENT"],
  ])("%s is reported", async (_name, wrong, message) => {
    const launch = {
      command: [process.execPath, "-e", ""],
      folder: "/",
      environment: {},
      mark: null,
      ...wrong,
    };
    await expect(launchDetached(launch)).rejects.toThrow(message);
  });
});
