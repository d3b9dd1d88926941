import { describe, expect, test } from "vitest";
import { sampleRun } from "../../../test/support/run-samples.ts";
import { NOON_MS } from "../../../test/support/task-tree.ts";
import type { AttemptEnd, Run } from "../contract/run.ts";
import { type NextStep, nextStep } from "./next-step.ts";

const POLICY = { attempts: 3, firstMs: 10_000, maxMs: 300_000 };

/** A run whose worker ended at noon. */
function ended(state: "exited" | "failed" | "interrupted", end: AttemptEnd, given: Partial<Run> = {}): Run {
  const attempt = { number: 1, startedAtMs: NOON_MS - 60_000, endedAtMs: NOON_MS, end };
  return sampleRun({ state, sinceMs: NOON_MS, attempt: 1, attempts: [attempt], ...given });
}

const failed = (given: Partial<Run> = {}) =>
  ended("failed", { kind: "exited", code: 1 }, { failuresInRow: 1, ...given });
const exited = (given: Partial<Run> = {}) => ended("exited", { kind: "exited", code: 0 }, given);
const stopped = (given: Partial<Run> = {}) =>
  ended("interrupted", { kind: "stopped", by: "ann" }, { stopRequest: STOP, ...given });
const lost = (given: Partial<Run> = {}) =>
  ended("interrupted", { kind: "lost", detail: "gone" }, { failuresInRow: 1, ...given });

const LIMITED: AttemptEnd = { kind: "exited", code: 1, unfinished: "its usage limit is reached" };
const STOP = { kind: "stop", by: "ann", atMs: NOON_MS, note: null } as const;
const INTERRUPT = { ...STOP, kind: "interrupt" } as const;
const said = (atMs = NOON_MS) => [{ by: "dave", atMs, text: "and the docs" }];
const asked = (answer: NonNullable<Run["question"]>["answer"] = null) => ({
  question: { number: 1, text: "Which?", choices: [], askedAtMs: NOON_MS, answer },
});
const answered = (delivered: boolean, atMs = NOON_MS) => asked({ by: "dave", atMs, text: "eu", delivered });
const outcome = (kind: "done" | "blocked" | "failed") => ({ outcome: { kind, note: "", atMs: NOON_MS } });

describe("retries", () => {
  test.each<[number, number]>([
    [1, 10_000],
    [2, 20_000],
    [3, 40_000],
    [4, 80_000],
    [5, 160_000],
    [6, 300_000],
    [60, 300_000],
    [5000, 300_000],
  ])("after %i failures in a row it waits %i ms", (failuresInRow, delayMs) => {
    const run = failed({ failuresInRow, attempt: failuresInRow });
    expect(nextStep(run, { ...POLICY, attempts: 10_000 })).toEqual({
      kind: "requeue",
      because: "retry",
      notBeforeMs: NOON_MS + delayMs,
      why: `attempt ${failuresInRow} of 10000 failed`,
    });
  });

  test.each([
    ["is over before that", 5_000, 10_000],
    ["lasts longer", 3_600_000, 3_600_000],
    ["is given a wrong end", 1e12, 7 * 86_400_000],
  ])("K25: a retry waits for the end of a usage limit that %s", (_, limitMs, delayMs) => {
    const attempt = { number: 1, startedAtMs: NOON_MS, endedAtMs: NOON_MS, end: LIMITED };
    const run = failed({ attempts: [{ ...attempt, limitedUntilMs: NOON_MS + limitMs }] });
    expect(nextStep(run, POLICY)).toMatchObject({ notBeforeMs: NOON_MS + delayMs });
  });

  test("three attempts are made, then a person is asked", () => {
    expect(nextStep(failed({ failuresInRow: 2 }), POLICY)).toMatchObject({ kind: "requeue" });
    expect(nextStep(failed({ failuresInRow: 3 }), POLICY)).toEqual({
      kind: "stay",
      why: "all 3 attempts failed",
    });
    expect(nextStep(failed({ failuresInRow: 1 }), { ...POLICY, attempts: 1 })).toMatchObject({
      kind: "stay",
    });
  });

  test("a worker that was lost, could not be started, or says it failed is tried again", () => {
    const notStarted = ended("failed", { kind: "not_started", detail: "no git" }, { failuresInRow: 1 });
    for (const run of [lost(), notStarted, failed(outcome("failed"))]) {
      expect(nextStep(run, POLICY)).toMatchObject({
        kind: "requeue",
        because: "retry",
        notBeforeMs: NOON_MS + 10_000,
      });
    }
  });
});

const REQUEUE = (why: string): NextStep => ({ kind: "requeue", because: "person", notBeforeMs: null, why });
const STAY = (why: string): NextStep => ({ kind: "stay", why });
const ANSWERED = REQUEUE("its question was answered");
const FOLLOW_UP = REQUEUE("it has a follow-up");
const WAITS = STAY("it waits for an answer");
const STOPPED = STAY("it was stopped by ann");

describe("what people said", () => {
  test.each<[string, Run, NextStep]>([
    ["a worker that asked waits, however it ended", exited(asked()), WAITS],
    ["also one that failed", failed(asked()), WAITS],
    ["also one that says it is done", exited({ ...asked(), ...outcome("done") }), WAITS],
    ["an answer continues it at once", exited(answered(false)), ANSWERED],
    ["also after the last attempt", failed({ ...answered(false), failuresInRow: 3 }), ANSWERED],
    [
      "an answer that it got is no reason",
      exited(answered(true)),
      STAY("its worker ended without reporting an outcome"),
    ],
    ["a follow-up continues it at once", exited({ followUps: said(), ...outcome("done") }), FOLLOW_UP],
    ["also after the last attempt", failed({ followUps: said(), failuresInRow: 3 }), FOLLOW_UP],
    [
      "a follow-up that is older than the question does not answer it",
      exited({ ...asked(), followUps: said(NOON_MS - 1) }),
      WAITS,
    ],
    ["a follow-up after the question does", exited({ ...asked(), followUps: said(NOON_MS + 1) }), FOLLOW_UP],
    ["a stop is for good", stopped(), STOPPED],
    ["a stop takes back what was said before", stopped({ followUps: said(NOON_MS - 1) }), STOPPED],
    ["and an answer", stopped(answered(false, NOON_MS - 1)), STOPPED],
    ["what is said after a stop continues", stopped({ followUps: said(NOON_MS + 1) }), FOLLOW_UP],
    ["so does an answer after it", stopped(answered(false, NOON_MS + 1)), ANSWERED],
    [
      "an interruption continues with its follow-up",
      stopped({ stopRequest: INTERRUPT, followUps: said() }),
      FOLLOW_UP,
    ],
    ["an interruption without one stays", stopped({ stopRequest: INTERRUPT }), STOPPED],
    ["who stops a worker that just failed wants no retry", failed({ stopRequest: STOP }), STOPPED],
    ["nor one that was lost meanwhile", lost({ stopRequest: STOP }), STOPPED],
    [
      "who interrupts one that just failed leaves the retry",
      failed({ stopRequest: INTERRUPT }),
      {
        kind: "requeue",
        because: "retry",
        notBeforeMs: NOON_MS + 10_000,
        why: "attempt 1 of 3 failed",
      },
    ],
  ])("%s", (_name, run, expected) => {
    expect(nextStep(run, POLICY)).toEqual(expected);
  });
});

describe("what stays as it is", () => {
  test.each<[string, Run, string]>([
    ["done", exited(outcome("done")), "its worker reported done"],
    ["blocked", exited(outcome("blocked")), "its worker reported blocked"],
    ["ended without a word", exited(), "its worker ended without reporting an outcome"],
    [
      "stopped after it was done",
      exited({ ...outcome("done"), stopRequest: STOP }),
      "its worker reported done",
    ],
    [
      "interrupted by no one's failure",
      ended("interrupted", { kind: "signalled", signal: "SIGTERM" }),
      "it was interrupted",
    ],
    ["by hand", failed({ kind: "by_hand" }), "it is claimed by hand"],
  ])("%s", (_name, run, why) => {
    expect(nextStep(run, POLICY)).toEqual({ kind: "stay", why });
  });

  test.each(["queued", "dispatching", "running", "closed"] as const)("%s: nothing to decide", (state) => {
    expect(nextStep(sampleRun({ state }), POLICY)).toBeNull();
    expect(nextStep(sampleRun({ state, kind: "by_hand" }), POLICY)).toBeNull();
  });
});
