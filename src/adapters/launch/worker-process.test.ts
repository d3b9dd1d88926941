import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { eventually } from "../../../test/support/served-tree.ts";
import type { RunId } from "../../core/contract/run.ts";
import type { WorkerExit, WorkerStart } from "../../ports/runs/workers.ts";
import { identifyProcess, probeProcess } from "../process-table/process-identity.ts";
import type { OutputFileSystem } from "../run-log/output-writer.ts";
import { createWorkerLauncher } from "./worker-process.ts";

let runs = 0;

function setUp(overrides: Partial<WorkerStart> = {}, logFileSystem?: OutputFileSystem) {
  const root = temporaryFolder();
  const stateFolder = join(root, ".tasks/task_manager");
  const folder = join(root, "worktree");
  mkdirSync(folder);
  runs += 1;
  const run = `unit-${process.pid}-${runs}` as RunId;
  const environment = { PATH: dirname(process.execPath), ...overrides.variables };
  const launcher = createWorkerLauncher({
    stateFolder,
    environment: { ...environment, TASKS_TOKEN: "secret", npm_config_x: "y", TASKS_SLUG: "outer", LANG: "C" },
    ...(logFileSystem === undefined ? {} : { logFileSystem }),
  });
  const launch = (script: string, more: Partial<WorkerStart> = {}) => {
    const worker = launcher.launch({
      run,
      epoch: 2,
      heading: null,
      command: ["node", "-e", script],
      folder,
      programFolder: "/programs",
      variables: { TASKS_RUN: run, TASKS_EPOCH: "2" },
      logMaxBytes: 1024 * 1024,
      channel: null,
      ...overrides,
      ...more,
    });
    onTestFinished(async () => {
      worker.kill();
      await worker.ended;
    });
    return worker;
  };
  const log = () => readFileSync(join(stateFolder, "runs", run, "log"), "utf8");
  return { folder, launch, log };
}

const FOREVER = "setInterval(() => {}, 1000);";
const DEAF = `process.on("SIGTERM", () => {}); ${FOREVER}`;

test.each<[string, string, WorkerExit]>([
  ["success", "", { kind: "exited", code: 0 }],
  ["an exit code", "process.exit(7)", { kind: "exited", code: 7 }],
  ["a signal", `process.kill(process.pid, "SIGKILL")`, { kind: "signalled", signal: "SIGKILL" }],
])("how it ended: %s", async (_name, script, exit) => {
  const { launch } = setUp();
  const worker = launch(script);
  expect(await worker.ended).toEqual(exit);
  expect(probeProcess(worker.identity ?? identifyProcess(process.pid))).toBe("gone");
});

test("what it says on either stream is in the log, below a heading", async () => {
  const { launch, log } = setUp();
  await launch(`process.stdout.write("out\\n"); process.stderr.write("err\\n")`, { heading: "attempt 2" })
    .ended;
  expect(log()).toMatch(/^attempt 2\n(?:out\nerr\n|err\nout\n)$/);
});

test("what it says in its last moment is there to the last byte", async () => {
  const { launch, log } = setUp();
  await launch(`process.stdout.write("x".repeat(300_000) + "end")`).ended;
  expect([log().length, log().slice(-4)]).toEqual([300_003, "xend"]);
});

test("where it is, and what it finds in its environment", async () => {
  const { launch, log, folder } = setUp();
  await launch("console.log(JSON.stringify([process.cwd(), process.env]))").ended;
  const [cwd, environment] = JSON.parse(log());
  expect(cwd).toBe(folder);
  expect(environment).toEqual({
    PATH: `/programs${delimiter}${dirname(process.execPath)}`,
    LANG: "C",
    TASKS_RUN: expect.stringContaining("unit-"),
    TASKS_EPOCH: "2",
  });
});

test("K24: with a channel it is written to, and its lines arrive whole, the last one before it counts as ended", async () => {
  const { launch, log } = setUp();
  const seen: string[] = [];
  const worker = launch(
    `process.stdin.on("data", (line) => { process.stdout.write(line.subarray(0, 2)); setTimeout(() => process.stdout.write(line.subarray(2)), 30) });
     process.stdin.on("end", () => { process.stderr.write("bye"); process.stdout.write("torn") })`,
    {
      channel: {
        stdin: "open",
        onLine: ({ text }) => seen.push(text),
        onErrorLine: ({ text }) => seen.push(`error: ${text}`),
      },
    },
  );
  worker.send("héllo");
  await vi.waitFor(() => expect(seen).toEqual(["héllo"]));
  worker.closeInput();
  worker.send("too late");
  expect(await worker.ended).toEqual({ kind: "exited", code: 0 });
  expect(seen.toSorted()).toEqual(["error: bye", "héllo", "torn"]);
  expect(log()).toContain("héllo\n");
});

test("it has no input and no terminal", async () => {
  const { launch, log } = setUp();
  await launch(`process.stdin.on("end", () => console.log("end", process.stdin.isTTY)).resume()`).ended;
  expect(log()).toBe("end undefined\n");
});

test("words reach it as they are", async () => {
  const { launch, log } = setUp();
  const words = ["a b", "$(touch x)", "; exit", "-e", "'", "*"];
  await launch("", {
    command: ["node", "-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...words],
  }).ended;
  expect(JSON.parse(log())).toEqual(words);
});

test.each<[string, Partial<WorkerStart>, string]>([
  ["no such program", { command: ["no-such-program"] }, "there is no program no-such-program on the PATH"],
  ["no such script", { command: ["./run.sh"] }, "there is no program ./run.sh"],
  ["a folder", { command: ["./"] }, "./ is not executable"],
  ["no such worktree", { folder: "/no/such/folder" }, "its worktree is gone"],
  ["an argument with NUL", { command: ["node", "a\0b"] }, "its arguments contain a NUL character"],
  ["too long an argument", { command: ["node", "x".repeat(3_000_000)] }, "its arguments are too long"],
])("not started: %s", async (_name, overrides, detail) => {
  const { launch } = setUp();
  const worker = launch("", overrides);
  expect(worker.identity).toBeNull();
  worker.terminate();
  worker.kill();
  expect(await worker.ended).toEqual({ kind: "not_started", detail: expect.stringContaining(detail) });
});

test("asked to end, it may tidy up", async () => {
  const { launch, log } = setUp();
  const worker = launch(
    `process.on("SIGTERM", () => { console.log("bye"); process.exit(3) }); console.log("up"); ${FOREVER}`,
  );
  await eventually(log, (text) => text === "up\n");
  worker.terminate();
  expect(await worker.ended).toEqual({ kind: "exited", code: 3 });
  expect(log()).toBe("up\nbye\n");
});

test("killed, it is gone", async () => {
  const { launch, log } = setUp();
  const worker = launch(`console.log("up"); ${DEAF}`);
  await eventually(log, (text) => text === "up\n");
  worker.terminate();
  worker.kill();
  worker.kill();
  expect(await worker.ended).toEqual({ kind: "signalled", signal: "SIGKILL" });
});

test.each<[string, string]>([
  ["in its group", "{}"],
  ["in a session of its own", "{ detached: true }"],
  ["that takes the run out of its environment", "{ env: { PATH: process.env.PATH } }"],
])("what it leaves running %s is ended, also when it is deaf", async (_name, options) => {
  const { launch, log } = setUp();
  await launch(`
    const child = require("node:child_process").spawn(
      process.execPath, ["-e", ${JSON.stringify(`${DEAF} console.log("up")`)}],
      { stdio: ["ignore", "pipe", "ignore"], ...${options} });
    child.stdout.once("data", () => { console.log(child.pid); process.exit(0) });`).ended;
  expect(probeProcess(identifyProcess(Number(log())))).not.toBe("alive");
});

test("on the way to its end it may take its time, and everyone that its parents knew ends with it", async () => {
  const { launch, log } = setUp();
  // Session, parent and environment of its own: only that it was seen below the worker tells whose it is.
  const worker = launch(`
    const child = require("node:child_process").spawn(
      process.execPath, ["-e", ${JSON.stringify(DEAF)}],
      { stdio: "ignore", detached: true, env: { PATH: process.env.PATH } });
    console.log(child.pid);
    ${FOREVER}`);
  const pid = Number(await eventually(log, (text) => text.endsWith("\n")));
  const child = identifyProcess(pid);
  worker.terminate();
  expect(await worker.ended).toEqual({ kind: "signalled", signal: "SIGTERM" });
  expect(probeProcess(child)).toBe("gone");
});

test("a stranger that holds the pipe does not hold the end", async () => {
  const { launch, log } = setUp();
  // Neither in its group nor marked, and no child of it any more.
  const stranger = `setTimeout(() => {}, 600_000)`;
  const worker = launch(`
    const { spawn } = require("node:child_process");
    const between = spawn(process.execPath, ["-e", ${JSON.stringify(`
      const child = require("node:child_process").spawn(process.execPath, ["-e", "${stranger}"],
        { stdio: "inherit", detached: true, env: {} });
      console.log(child.pid);
      child.unref();`)}], { stdio: "inherit", env: {} });
    between.on("exit", () => process.exit(0));`);
  const exit = await worker.ended;
  process.kill(Number(log()), "SIGKILL");
  expect(exit).toEqual({ kind: "exited", code: 0 });
});

test("a log that cannot be written blocks nothing", async () => {
  const nodeFs = await import("node:fs");
  const full = () => {
    throw Object.assign(new Error("full"), { code: "ENOSPC" });
  };
  const { launch, log } = setUp({}, { ...nodeFs, writeSync: full } as OutputFileSystem);
  const worker = launch(`for (let line = 0; line < 20_000; line += 1) console.log("x".repeat(100))`);
  expect(await worker.ended).toEqual({ kind: "exited", code: 0 });
  expect(log()).toBe("");
});

test("a worktree that is deleted under it", async () => {
  const { launch, log, folder } = setUp();
  const worker = launch(`console.log("up"); setTimeout(() => console.log("still here"), 300)`);
  await eventually(log, (text) => text === "up\n");
  rmSync(folder, { recursive: true });
  expect(await worker.ended).toEqual({ kind: "exited", code: 0 });
  expect(log()).toBe("up\nstill here\n");
});

test("a script of the repository is started in its worktree", async () => {
  const { launch, log, folder } = setUp();
  writeFileSync(join(folder, "run.sh"), "#!/bin/sh\necho from $PWD\n", { mode: 0o755 });
  await launch("", { command: ["./run.sh"] }).ended;
  expect(log()).toBe(`from ${folder}\n`);
});

test("S20: a secret of the worker's environment is not in its log, though it comes in two pieces", async () => {
  const { launch, log } = setUp({ variables: { TASKS_RUN: "r", DEPLOY_PASSWORD: "correct-horse" } });
  const print = `process.stdout.write("it is correct-");
    setTimeout(() => process.stdout.write("horse, I think\\nand so on, correct-"), 100);`;
  await launch(print).ended;
  expect(log()).toBe("it is [redacted], I think\nand so on, correct-");
});

test("K48: the values of files that were copied for a worker are not in its log", async () => {
  const { launch, log } = setUp({ secrets: ["hunter2", "hunter2-and-more"] });
  await launch(`console.log("it is hunter2-and-more, or hunter2")`).ended;
  expect(log()).toBe("it is [redacted], or [redacted]\n");
});
