// The processor time of a worker's family as a sign of progress: real processes, a clock set by hand.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { readProcessorTimes } from "../../src/adapters/process-table/processor-times.ts";
import type { RunObservation } from "../../src/core/run/observation.ts";
import { eventually } from "../support/served-tree.ts";
import {
  createProbeContext,
  HOST,
  HOUR_MS,
  MINUTE_MS,
  type ProbeContext,
  runningRun,
} from "./run-probe-context.ts";

const SPIN = "for (;;) {}";
/** Says "ready" and then nothing, until it is ended. */
const SLEEP = "console.log('ready'); setInterval(() => {}, 1e9);";

/** A worker as a supervisor starts it: leader of a session of its own. Ended with all it started. */
async function startWorker(program: string): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ["-e", program], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw new Error("The worker could not be started.");
  onTestFinished(() => {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It ended already.
    }
  });
  if (program.includes("'ready'")) await once(stdout, "data");
  return Object.assign(child, { pid });
}

function workerRun(pid: number, id = "worker") {
  return runningRun({ worker: { id, host: HOST, pid } });
}

/** Looks every four seconds of the clock. */
async function lookOn({ clock, sight }: ProbeContext, pid: number): Promise<RunObservation["processor"]> {
  clock.advance(4_000);
  return (await sight(workerRun(pid))).processor;
}

/** Waits until the worker's family has used enough for one look to call it busy. */
async function untilUsed(pid: number, moreMs = 300): Promise<void> {
  const used = () => readProcessorTimes()?.usedMs(pid) ?? 0;
  const beforeMs = used();
  await eventually(used, (usedMs) => usedMs >= beforeMs + moreMs);
}

test("a worker that says nothing but computes is busy", async () => {
  const context = createProbeContext();
  const { pid } = await startWorker(SPIN);
  expect(await lookOn(context, pid)).toMatchObject({ busyAtMs: null });
  await untilUsed(pid);
  expect(await lookOn(context, pid)).toMatchObject({ busyAtMs: context.clock.wallMs() });
});

test("a worker that sleeps is not busy, and its last busy moment stays", async () => {
  const context = createProbeContext();
  const worker = await startWorker(`while (process.cpuUsage().user < 300_000); ${SLEEP}`);
  const first = await lookOn(context, worker.pid);
  expect(first).toMatchObject({ busyAtMs: null });
  expect(first?.usedMs).toBeGreaterThan(0);
  for (let look = 0; look < 3; look += 1) {
    const seen = await lookOn(context, worker.pid);
    expect(seen?.busyAtMs).toBeNull();
  }
});

test("what its children and theirs compute is the worker's, also when they have ended", async () => {
  const context = createProbeContext();
  const child = `const { spawn } = require("node:child_process");`;
  const busy = "while (process.cpuUsage().user < 600_000);";
  const grandchild = `spawn(process.execPath, ["-e", ${JSON.stringify(busy)}], { stdio: "ignore" })`;
  const inner = `${child} ${grandchild}.on("exit", () => process.exit(0));`;
  const outer = `${child} spawn(process.execPath, ["-e", ${JSON.stringify(inner)}], { stdio: "ignore" }).on("exit", () => console.log("done")); ${SLEEP}`;
  const { pid, stdout } = await startWorker(outer);
  const done = stdout === null ? null : once(stdout, "data");
  const before = await lookOn(context, pid);
  await done;
  const after = await lookOn(context, pid);
  expect(after?.busyAtMs).toBe(context.clock.wallMs());
  expect(after?.usedMs).toBeGreaterThanOrEqual((before?.usedMs ?? 0) + 400);
});

test("a child whose parent ended still counts, by its session", async () => {
  const context = createProbeContext();
  const outer = `const { spawn } = require("node:child_process");
    const middle = spawn(process.execPath, ["-e", ${JSON.stringify(
      `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(SPIN)}], { stdio: "ignore" }).unref()`,
    )}], { stdio: "ignore" });
    middle.on("exit", () => console.log('ready'));
    setInterval(() => {}, 1e9);`;
  const { pid } = await startWorker(outer);
  await lookOn(context, pid);
  await untilUsed(pid);
  expect(await lookOn(context, pid)).toMatchObject({ busyAtMs: context.clock.wallMs() });
});

test("a moment between two looks is too short to tell", async () => {
  const context = createProbeContext();
  const { pid } = await startWorker(SPIN);
  await lookOn(context, pid);
  await untilUsed(pid);
  context.clock.advance(50);
  expect((await context.sight(workerRun(pid))).processor?.busyAtMs).toBeNull();
  // What it used meanwhile is not lost.
  expect((await lookOn(context, pid))?.busyAtMs).toBe(context.clock.wallMs());
});

test("another worker in the same run starts over", async () => {
  const context = createProbeContext();
  const { pid } = await startWorker(SPIN);
  await lookOn(context, pid);
  await untilUsed(pid);
  expect(await lookOn(context, pid)).toMatchObject({ busyAtMs: context.clock.wallMs() });
  const next = await startWorker(SLEEP);
  const seen = await context.sight(workerRun(next.pid, "next"));
  expect(seen.processor?.busyAtMs).toBeNull();
});

test("R10: the wall clock plays no part in what is busy, and nothing lies ahead", async () => {
  const context = createProbeContext();
  const { pid } = await startWorker(SPIN);
  await lookOn(context, pid);
  await untilUsed(pid);
  expect(await lookOn(context, pid)).toMatchObject({ busyAtMs: context.clock.wallMs() });
  process.kill(pid, "SIGSTOP");
  await lookOn(context, pid);
  context.clock.stepWall(-HOUR_MS);
  const seen = await lookOn(context, pid);
  expect(seen?.busyAtMs).toBeLessThanOrEqual(context.clock.wallMs());
  context.clock.stepWall(2 * HOUR_MS);
  context.clock.advance(MINUTE_MS);
  const stopped = await lookOn(context, pid);
  expect(stopped?.busyAtMs).toBe(seen?.busyAtMs);
});

test("a worker that is gone shows what it was, and one that was never seen shows nothing", async () => {
  let presence: "alive" | "gone" = "alive";
  const context = createProbeContext({ presence: () => presence });
  const { pid } = await startWorker(SLEEP);
  const alive = await lookOn(context, pid);
  presence = "gone";
  const gone = await context.sight(workerRun(pid));
  expect(gone).toMatchObject({ worker: "gone", processor: { usedMs: alive?.usedMs } });
  expect((await context.sight(workerRun(pid), context.takeOver())).processor).toBeNull();
  expect((await context.sight(runningRun({ worker: null }))).processor).toBeNull();
});

test("a process that does not exist has no processor time", () => {
  expect(readProcessorTimes()?.usedMs(2 ** 30)).toBeNull();
});
