// What a worker started ends with it: ten children, some in sessions of their own and some deaf to SIGTERM, and seven
// shapes of processes that left everything behind by which they could be known.

import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, onTestFinished, test } from "vitest";
import { identifyProcess } from "../../src/adapters/process-table/process-identity.ts";
import { systemProcesses } from "../../src/adapters/process-table/system-processes.ts";
import { requestStop } from "../../src/core/run/run-transitions.ts";
import { eventually } from "../support/served-tree.ts";
import { createSupervisedRun, isAlive, kill, type SupervisedRun } from "./supervised-run.ts";

const act = () => ({ by: "dave", atMs: Date.now() });

async function stopped(supervised: SupervisedRun): Promise<void> {
  const { supervisor } = await supervised.atWork();
  await supervised.change((run) => requestStop(run, { ...act(), kind: "stop", note: null }));
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

/** Each starts `sleep` in a way of its own, and its parent is gone by the end of the line. */
const ESCAPES: Readonly<Record<string, string>> = {
  "a session and an empty environment of its own": "(env -i setsid sleep $N </dev/null >/dev/null 2>&1 &)",
  "a double fork": "(env -i setsid sh -c 'sleep $0 </dev/null >/dev/null 2>&1 & exit' $N &)",
  "no descriptors at all": "(env -i setsid sleep $N <&- >&- 2>&- &)",
  "another folder": "(cd / && env -i setsid sleep $N </dev/null >/dev/null 2>&1 &)",
  "the mark of another run":
    "(env -i TASKS_RUN=other TASKS_EPOCH=1 setsid sleep $N </dev/null >/dev/null 2>&1 &)",
  "deaf to being asked": "(trap '' TERM HUP; cd /; env -i setsid sleep $N </dev/null >/dev/null 2>&1 &)",
  "three sessions":
    "(env -i setsid sh -c 'setsid sh -c \"setsid sleep $0 & exit\" & exit' $N >/dev/null 2>&1 &)",
};

/** No two tests wait for the same time. */
let durations = 0;

function escapesOf() {
  durations += 1;
  const first = 400_000_000 + (process.pid % 100_000) * 1_000 + durations * 100;
  const lines = Object.values(ESCAPES).map((line, at) => line.replaceAll("$N", String(first + at)));
  return { script: lines.join("\n"), seconds: lines.map((_, at) => String(first + at)) };
}

function sleepers(seconds: readonly string[]): readonly number[] {
  return systemProcesses()
    .readAll()
    .filter(({ pid, isDead }) => !isDead && seconds.some((each) => commandOf(pid) === `sleep\0${each}\0`))
    .map(({ pid }) => pid);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

describe.runIf(process.platform === "linux")("K7: seven ways out of a run", () => {
  async function escaped(last: string) {
    const { script, seconds } = escapesOf();
    const supervised = await createSupervisedRun({
      worker: ["sh", "-c", `${script}\necho started\n${last}`],
    });
    onTestFinished(() => {
      for (const pid of sleepers(seconds)) kill(pid);
    });
    await supervised.launch();
    await eventually(supervised.lines, (lines) => lines.includes("started"));
    return { supervised, seconds };
  }

  test("K7: all are ended with the worker, and none is reported as left", async () => {
    const { supervised, seconds } = await escaped("while [ ! -e go ]; do sleep 0.05; done");
    expect(
      await eventually(
        () => sleepers(seconds),
        (found) => found.length === 7,
      ),
    ).toHaveLength(7);
    writeFileSync(join(supervised.worktree, "go"), "");
    expect(await supervised.until(({ state }) => state !== "running")).toMatchObject({
      state: "exited",
      leftRunning: [],
    });
    expect(sleepers(seconds)).toEqual([]);
  });

  test("K7: all are ended where they are started in the worker's last moment", async () => {
    const { supervised, seconds } = await escaped("");
    await supervised.until(({ state }) => state !== "running");
    expect(sleepers(seconds)).toEqual([]);
  });

  test("K7: all are ended by the recovery after the supervisor was killed, and worker and shells before it", async () => {
    const { supervised, seconds } = await escaped("exec sleep 600");
    const { supervisor, worker } = await supervised.atWork();
    await eventually(
      () => sleepers(seconds),
      (found) => found.length === 7,
    );
    kill(supervisor.pid);
    kill(worker.pid);
    expect(await supervised.workers.endRemains(await supervised.run())).toBe("ended");
    expect(sleepers(seconds)).toEqual([]);
  });

  test("W20: who works in the worktree and is not the worker's for sure is named and lives on", async () => {
    const supervised = await createSupervisedRun({
      worker: ["sh", "-c", "while [ ! -e go ]; do sleep 0.05; done"],
    });
    await supervised.launch();
    await supervised.atWork();
    // As an editor would be: a foreign process, started since, without a terminal.
    const editor = spawn("sleep", ["600"], { cwd: supervised.worktree, detached: true, stdio: "ignore" });
    onTestFinished(() => {
      editor.kill("SIGKILL");
    });
    await eventually(
      () => commandOf(editor.pid ?? 0),
      (command) => command.startsWith("sleep"),
    );
    writeFileSync(join(supervised.worktree, "go"), "");
    const ended = await supervised.until(({ state }) => state !== "running");
    expect(ended.leftRunning).toEqual([{ ...identifyProcess(editor.pid ?? 0), name: "sleep" }]);
    expect(isAlive(editor.pid ?? 0)).toBe(true);
    const worktree = ".worktrees/a";
    expect(supervised.workers.workingIn([worktree]).get(worktree)).toMatchObject([{ pid: editor.pid }]);
  });
});
