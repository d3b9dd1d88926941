// The output of a worker as a sign of progress: real files, a clock set by hand.

import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/core/contract/run.ts";
import type { RunProbe } from "../../src/ports/runs/run-probe.ts";
import {
  createProbeContext,
  HOUR_MS,
  MINUTE_MS,
  type ProbeContext,
  runningRun,
} from "./run-probe-context.ts";

type Logged = ProbeContext & {
  readonly file: string;
  /** Appends, as of the clock's time. */
  print(text: string): void;
  lookAtLog(
    changes?: Partial<Run>,
    by?: RunProbe,
  ): Promise<{ ageMs: number; grewAgeMs: number; last: string | null }>;
};

function createLogged(): Logged {
  const context = createProbeContext();
  const folder = join(context.root, ".tasks/task_manager/runs/run-a");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "log");
  return {
    ...context,
    file,
    print(text) {
      appendFileSync(file, text);
      stamp(file, context.clock.wallMs());
    },
    async lookAtLog(changes, by) {
      const { log } = await context.sight(runningRun(changes), by);
      if (log === null) throw new Error("There is no log.");
      const nowMs = context.clock.wallMs();
      return { ageMs: nowMs - log.changedAtMs, grewAgeMs: nowMs - log.grewAtMs, last: log.lastLine };
    },
  };
}

function stamp(file: string, wallMs: number): void {
  utimesSync(file, wallMs / 1000, wallMs / 1000);
}

test("there is nothing to tell before the worker says something", async () => {
  const context = createProbeContext();
  expect((await context.sight(runningRun())).log).toBeNull();
});

test("output that says something new is progress, and dated when it was written", async () => {
  const { print, clock, lookAtLog } = createLogged();
  print("starting\n");
  clock.advance(MINUTE_MS);
  expect(await lookAtLog()).toEqual({ ageMs: MINUTE_MS, grewAgeMs: MINUTE_MS, last: "starting" });
  clock.advance(MINUTE_MS);
  print("compiling\n");
  clock.advance(10_000);
  expect(await lookAtLog()).toEqual({ ageMs: 10_000, grewAgeMs: 10_000, last: "compiling" });
  clock.advance(HOUR_MS);
  expect(await lookAtLog()).toMatchObject({ ageMs: HOUR_MS + 10_000, last: "compiling" });
});

test("a worker that prints the same again and again grows its log and makes no progress", async () => {
  const { print, clock, lookAtLog } = createLogged();
  print("waiting for the lock, try 1\n");
  await lookAtLog();
  for (let attempt = 2; attempt < 40; attempt += 1) {
    clock.advance(MINUTE_MS);
    print(`\u001b[2Kwaiting for the lock, try ${attempt}\n`);
    const seen = await lookAtLog();
    expect(seen).toEqual({
      ageMs: (attempt - 1) * MINUTE_MS,
      grewAgeMs: 0,
      last: `waiting for the lock, try ${attempt}`,
    });
  }
});

test("what stood in the log before a takeover is no news after it", async () => {
  const { print, clock, lookAtLog, takeOver } = createLogged();
  print("waiting for the lock\n");
  clock.advance(20 * MINUTE_MS);
  const successor = takeOver();
  // Nothing is remembered: the file's time counts.
  expect(await lookAtLog({}, successor)).toMatchObject({
    ageMs: 20 * MINUTE_MS,
    last: "waiting for the lock",
  });
  print("waiting for the lock\n");
  expect(await lookAtLog({}, successor)).toMatchObject({ ageMs: 20 * MINUTE_MS, grewAgeMs: 0 });
});

test("the next attempt may say again what the one before it said", async () => {
  const { print, clock, lookAtLog } = createLogged();
  print("starting\n");
  await lookAtLog();
  clock.advance(MINUTE_MS);
  print("starting\n");
  expect(await lookAtLog()).toMatchObject({ ageMs: MINUTE_MS });
  print("starting\n");
  expect(await lookAtLog({ attempt: 2 })).toMatchObject({ ageMs: 0 });
});

describe("however the file changes", () => {
  test("a log that is put aside is read to its end", async () => {
    const { print, clock, lookAtLog, file } = createLogged();
    print("one\n");
    await lookAtLog();
    clock.advance(MINUTE_MS);
    print("two\n");
    renameSync(file, `${file}.1`);
    // The moment in which there is none.
    expect(await lookAtLog()).toMatchObject({ last: "one" });
    print("one\n");
    expect(await lookAtLog()).toMatchObject({ ageMs: 0, last: "one" });
    clock.advance(MINUTE_MS);
    print("two\none\n");
    expect(await lookAtLog()).toMatchObject({ ageMs: MINUTE_MS, grewAgeMs: 0 });
  });

  test("one that was put aside twice since the last look is read from what is left", async () => {
    const { print, lookAtLog, file } = createLogged();
    print("one\n");
    await lookAtLog();
    renameSync(file, `${file}.1`);
    print("two\n");
    renameSync(file, `${file}.1`);
    print("three\n");
    expect(await lookAtLog()).toMatchObject({ ageMs: 0, last: "three" });
  });

  test("one that was cut is read from its beginning", async () => {
    const { print, clock, lookAtLog, file } = createLogged();
    print("one\ntwo\n");
    await lookAtLog();
    clock.advance(MINUTE_MS);
    writeFileSync(file, "new\n");
    stamp(file, clock.wallMs());
    expect(await lookAtLog()).toMatchObject({ ageMs: 0, last: "new" });
  });

  test("of very much output only the end is read", async () => {
    const { print, clock, lookAtLog } = createLogged();
    print("one\n");
    await lookAtLog();
    clock.advance(MINUTE_MS);
    print(`needle\n${"same words here\n".repeat(100_000)}`);
    expect(await lookAtLog()).toMatchObject({ ageMs: 0, last: "same words here" });
    clock.advance(MINUTE_MS);
    print("same words here\n".repeat(100_000));
    expect(await lookAtLog()).toMatchObject({ ageMs: MINUTE_MS, grewAgeMs: 0 });
  });

  test("a character that is written in two halves stays one", async () => {
    const { print, lookAtLog, file } = createLogged();
    const bytes = Buffer.from("größer\n");
    print("first\n");
    await lookAtLog();
    appendFileSync(file, bytes.subarray(0, 3));
    await lookAtLog();
    appendFileSync(file, bytes.subarray(3));
    expect(await lookAtLog()).toMatchObject({ last: "größer" });
  });

  test("files that are gone leave what was seen", async () => {
    const { print, lookAtLog, file } = createLogged();
    print("one\n");
    await lookAtLog();
    rmSync(file);
    expect(await lookAtLog()).toMatchObject({ last: "one" });
  });

  test("S10: a link in its place is not followed, and said once", async () => {
    const { root, file, sight, warnings } = createLogged();
    writeFileSync(join(root, "secret"), "secret\n");
    symlinkSync(join(root, "secret"), file);
    expect((await sight(runningRun())).log).toBeNull();
    expect((await sight(runningRun())).log).toBeNull();
    expect(warnings).toEqual(["a run could not be probed: log"]);
  });
});

describe("R10: a clock that is set", () => {
  test("back an hour makes nothing lie ahead, and later output is seen", async () => {
    const { print, clock, lookAtLog } = createLogged();
    print("one\n");
    await lookAtLog();
    clock.advance(MINUTE_MS);
    clock.stepWall(-HOUR_MS);
    expect(await lookAtLog()).toMatchObject({ ageMs: 0, grewAgeMs: 0 });
    clock.advance(2 * MINUTE_MS);
    expect(await lookAtLog()).toMatchObject({ ageMs: 2 * MINUTE_MS });
    print("two\n");
    clock.advance(1_000);
    expect(await lookAtLog()).toMatchObject({ ageMs: 1_000, last: "two" });
  });

  test("forward an hour dates later output right", async () => {
    const { print, clock, lookAtLog } = createLogged();
    print("one\n");
    await lookAtLog();
    clock.stepWall(HOUR_MS);
    print("two\n");
    clock.advance(1_000);
    expect(await lookAtLog()).toMatchObject({ ageMs: 1_000, grewAgeMs: 1_000 });
  });

  test("a file from the future is from now", async () => {
    const { print, clock, lookAtLog, file } = createLogged();
    print("one\n");
    stamp(file, clock.wallMs() + HOUR_MS);
    expect(await lookAtLog()).toMatchObject({ ageMs: 0, grewAgeMs: 0 });
    print("two\n");
    stamp(file, clock.wallMs() + HOUR_MS);
    clock.advance(MINUTE_MS);
    expect(await lookAtLog()).toMatchObject({ ageMs: 0, last: "two" });
  });

  test("a file whose time goes back is seen to grow", async () => {
    const { print, clock, lookAtLog, file } = createLogged();
    print("one\n");
    await lookAtLog();
    clock.advance(MINUTE_MS);
    print("two\n");
    stamp(file, clock.wallMs() - 2 * HOUR_MS);
    expect(await lookAtLog()).toMatchObject({ ageMs: 0, last: "two" });
  });
});
