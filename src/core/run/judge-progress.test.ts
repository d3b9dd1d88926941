import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { sampleActivity, sampleRun } from "../../../test/support/run-samples.ts";
import { NOON_MS } from "../../../test/support/task-tree.ts";
import type { AgentActivity } from "../agent/activity/agent-activity.ts";
import type { Run } from "../contract/run.ts";
import { HOUR_MS, MINUTE_MS } from "../values/durations.ts";
import { judgeProgress, type Progress, type ProgressFacts } from "./judge-progress.ts";
import type { RunObservation } from "./observation.ts";

const ago = (minutes: number) => NOON_MS - minutes * MINUTE_MS;

/** Started two hours ago, with a worker and its supervisor on this host. */
function running(given: Partial<Run> = {}): Run {
  return sampleRun({ state: "running", startedAtMs: ago(120), host: "desk", ...given });
}

const SEEN: RunObservation = {
  atMs: NOON_MS,
  holder: "alive",
  worker: "alive",
  log: null,
  worktree: null,
  processor: null,
  activity: null,
  worktreeExists: true,
  drifted: false,
  leftRunning: [],
};

const said = (minutesAgo: number, grewMinutesAgo = minutesAgo): RunObservation["log"] => ({
  changedAtMs: ago(minutesAgo),
  grewAtMs: ago(grewMinutesAgo),
  sizeBytes: 100,
  lastLine: "hello",
});
const computed = (minutesAgo: number | null): RunObservation["processor"] => ({
  usedMs: 47_000,
  busyAtMs: minutesAgo === null ? null : ago(minutesAgo),
});
const changed = (
  minutesAgo: number | null,
  given: Partial<RunObservation["worktree"]> = {},
): RunObservation["worktree"] => ({
  lookedAtMs: NOON_MS,
  changedAtMs: minutesAgo === null ? null : ago(minutesAgo),
  changedFiles: null,
  commits: null,
  head: null,
  branch: null,
  checkedOut: null,
  diff: null,
  ...given,
});

function judge(
  given: Partial<Omit<ProgressFacts, "observation">> & {
    readonly seen?: Partial<RunObservation> | null;
  } = {},
) {
  const { seen = {}, ...facts } = given;
  return judgeProgress({
    run: running(),
    observation: seen === null ? null : { ...SEEN, ...seen },
    graceUntilMs: null,
    graceWhy: null,
    lostTimes: [],
    quietMs: 15 * MINUTE_MS,
    nowMs: NOON_MS,
    ...facts,
  });
}

type Expected = Partial<Omit<Progress, "evidence">> | null;

describe("the verdict", () => {
  test.each<[string, Parameters<typeof judge>[0], Expected]>([
    ["output moves", { seen: { log: said(1) } }, { verdict: "working", quietSinceMs: ago(1) }],
    [
      "silent but busy",
      { seen: { log: said(90), processor: computed(1) } },
      { verdict: "working", quietSinceMs: ago(1) },
    ],
    [
      "silent, but its worktree changes",
      { seen: { log: said(90), worktree: changed(2) } },
      { verdict: "working" },
    ],
    [
      "silent, but it reported",
      { run: running({ report: { text: "half way", atMs: ago(3) } }), seen: { log: said(90) } },
      { verdict: "working", quietSinceMs: ago(3) },
    ],
    ["6 to 14 quiet minutes are normal", { seen: { log: said(14) } }, { verdict: "working" }],
    [
      "quiet in every way",
      { seen: { log: said(20), processor: computed(16) } },
      { verdict: "quiet", quietSinceMs: ago(16) },
    ],
    [
      "chatty but stuck",
      { seen: { log: said(40, 0), processor: computed(null) } },
      { verdict: "quiet", quietSinceMs: ago(40) },
    ],
    [
      "just started, and nothing seen yet",
      { run: running({ startedAtMs: ago(2) }) },
      { verdict: "working", quietSinceMs: ago(2) },
    ],
    [
      "what was said before this attempt does not count",
      { run: running({ startedAtMs: ago(20) }), seen: { log: said(21) } },
      { verdict: "quiet", quietSinceMs: ago(20) },
    ],
    [
      "a declared wait is progress",
      {
        run: running({ wait: { on: "CI 123", untilMs: NOON_MS + 1, atMs: ago(60) } }),
        seen: { log: said(60) },
      },
      { verdict: "waiting", detail: "CI 123", untilMs: NOON_MS + 1, quietSinceMs: null },
    ],
    [
      "a wait that is over is overdue, and silence counts from its end",
      { run: running({ wait: { on: "CI 123", untilMs: ago(4), atMs: ago(60) } }), seen: { log: said(60) } },
      { verdict: "overdue", detail: "CI 123", untilMs: ago(4), quietSinceMs: ago(4) },
    ],
    [
      "who asks is never quiet",
      {
        run: running({
          question: { number: 1, text: "Which?", choices: [], askedAtMs: ago(90), answer: null },
        }),
        seen: { log: said(90) },
      },
      { verdict: "asking", quietSinceMs: null },
    ],
    [
      "who asks while it waits asks",
      {
        run: running({
          question: { number: 1, text: "Which?", choices: [], askedAtMs: ago(90), answer: null },
          wait: { on: "CI", untilMs: NOON_MS + 1, atMs: ago(1) },
        }),
      },
      { verdict: "asking" },
    ],
    [
      "on a host that is not seen",
      { seen: null },
      { verdict: "unknown", detail: "host desk cannot be observed from here", quietSinceMs: null },
    ],
    [
      "neither worker nor supervisor can be seen",
      { seen: { holder: "unknown", worker: "unknown" } },
      { verdict: "unknown" },
    ],
    [
      "without a host",
      { run: running({ host: null }), seen: null },
      { verdict: "unknown", detail: "its worker cannot be observed" },
    ],
    ["a worker that has no name yet", { seen: { worker: "unknown", log: said(1) } }, { verdict: "working" }],
    [
      "by hand: there is no process to be seen, and silence is no one's business",
      {
        run: running({ kind: "by_hand" }),
        seen: { holder: "unknown", worker: "unknown", worktree: changed(90) },
      },
      { verdict: "quiet", quietSinceMs: null },
    ],
    [
      "being started",
      { run: running({ state: "dispatching" }), seen: null },
      { verdict: "starting", quietSinceMs: null },
    ],
    ["queued", { run: running({ state: "queued" }) }, null],
    ["ended", { run: running({ state: "failed" }) }, null],
    ["closed", { run: running({ state: "closed" }) }, null],
  ])("%s", (_name, facts, expected) => {
    const progress = judge(facts);
    if (expected === null) expect(progress).toBeNull();
    else expect(progress).toMatchObject(expected);
  });
});

describe("grace after a takeover or a jump of the clock", () => {
  const graceWhy = "the runner just took over";

  test("no one is called quiet in it", () => {
    const seen = { log: said(90) };
    const grace = { graceUntilMs: NOON_MS + 1, graceWhy };
    expect(judge({ seen, ...grace })).toMatchObject({
      verdict: "unknown",
      detail: graceWhy,
      quietSinceMs: null,
    });
    expect(judge({ seen, ...grace, nowMs: NOON_MS + 1 })).toMatchObject({ verdict: "quiet" });
  });

  test("what is known is said: who works, waits or asks", () => {
    const grace = { graceUntilMs: NOON_MS + 1, graceWhy };
    expect(judge({ seen: { log: said(1) }, ...grace })).toMatchObject({ verdict: "working" });
    const run = running({ wait: { on: "CI", untilMs: NOON_MS + 5, atMs: ago(1) } });
    expect(judge({ run, ...grace })).toMatchObject({ verdict: "waiting" });
  });
});

describe("W23: time in which nothing could be expected is no idleness", () => {
  const silent = { log: said(90) };
  const question = (answeredMinutesAgo: number) => ({
    number: 1,
    text: "Which region?",
    choices: [],
    askedAtMs: ago(85),
    answer: { by: "mia", atMs: ago(answeredMinutesAgo), text: "eu", delivered: true },
  });

  test.each<[string, Parameters<typeof judge>[0], Expected]>([
    [
      "answered a moment ago",
      { run: running({ question: question(0) }) },
      { verdict: "working", quietSinceMs: NOON_MS },
    ],
    [
      "answered long ago",
      { run: running({ question: question(20) }) },
      { verdict: "quiet", quietSinceMs: ago(20) },
    ],
    [
      "a machine that slept for 80 minutes of them",
      { lostTimes: [{ afterMs: ago(85), ms: 80 * MINUTE_MS }] },
      { verdict: "working", quietSinceMs: ago(10) },
    ],
    [
      "that slept before the worker moved last",
      { lostTimes: [{ afterMs: ago(95), ms: 80 * MINUTE_MS }] },
      { verdict: "quiet", quietSinceMs: ago(90) },
    ],
    [
      "that slept twice",
      {
        lostTimes: [
          { afterMs: ago(85), ms: 30 * MINUTE_MS },
          { afterMs: ago(50), ms: 30 * MINUTE_MS },
        ],
      },
      { verdict: "quiet", quietSinceMs: ago(30) },
    ],
    [
      "back from what it waited for",
      { run: running({ wait: { on: "CI", untilMs: ago(5), atMs: ago(60) } }), seen: { log: said(1) } },
      { verdict: "working", detail: null },
    ],
  ])("%s", (_name, given, expected) => {
    expect(judge({ seen: silent, ...given })).toMatchObject(expected as object);
  });
});

test("W26: a log that continues with the same words is not called silent", () => {
  const seen = { log: said(10, 0) };
  expect(judge({ seen })?.evidence).toEqual([
    { source: "output", atMs: ago(10), text: "only repeated lines since new output" },
  ]);
});

describe("R10: a clock that was set back an hour", () => {
  const nowMs = NOON_MS - HOUR_MS;
  const run = running({ startedAtMs: ago(10) });

  test("calls no one quiet because of times that lie ahead", () => {
    expect(judge({ run, nowMs })).toMatchObject({ verdict: "working", quietSinceMs: nowMs });
    expect(judge({ run: { ...run, report: { text: "x", atMs: ago(1) } }, nowMs })).toMatchObject({
      verdict: "working",
    });
  });

  test("hides no silence behind them either", () => {
    const quiet = { ...run, report: { text: "x", atMs: ago(1) } };
    const seen = { log: said(80) };
    expect(judge({ run: quiet, seen, nowMs })).toMatchObject({
      verdict: "quiet",
      quietSinceMs: ago(80),
    });
  });

  test("shows nothing that lies ahead", () => {
    const progress = judge({ run: { ...run, report: { text: "x", atMs: ago(1) } }, nowMs });
    expect(progress?.evidence).toEqual([{ source: "report", atMs: nowMs, text: "x" }]);
  });
});

describe("K31: what its agent says", () => {
  const tool = (minutesAgo: number): AgentActivity["doing"] => ({
    kind: "tool",
    name: "Bash",
    does: "run",
    input: "npm test",
    sinceMs: ago(minutesAgo),
    others: 0,
  });
  const says = (doing: AgentActivity["doing"], minutesAgo: number) =>
    sampleActivity({ doing, lastEventAtMs: ago(minutesAgo) });
  const thinking = { kind: "thinking", sinceMs: ago(90) } as const;

  test.each<[string, Parameters<typeof judge>[0], Expected]>([
    [
      "a tool that runs is alive, however quiet",
      { seen: { log: said(90), activity: says(tool(90), 90) } },
      { verdict: "working", quietSinceMs: null },
    ],
    [
      "also while the runner has just taken over",
      {
        seen: { log: said(90), activity: says(tool(90), 90) },
        graceUntilMs: NOON_MS + 1,
        graceWhy: "took over",
      },
      { verdict: "working" },
    ],
    [
      "a tool whose supervisor is gone is no sign of life",
      { seen: { holder: "gone", log: said(90), activity: says(tool(90), 90) } },
      { verdict: "quiet", quietSinceMs: ago(90) },
    ],
    [
      "a tool that runs does not hide a wait that is over",
      {
        run: running({ wait: { on: "CI", untilMs: ago(4), atMs: ago(60) } }),
        seen: { activity: says(tool(60), 60) },
      },
      { verdict: "overdue", quietSinceMs: null },
    ],
    [
      "an event is a sign of life",
      { seen: { log: said(90), activity: says(thinking, 1) } },
      { verdict: "working", quietSinceMs: ago(1) },
    ],
    [
      "thinking for long without one is silence",
      { seen: { log: said(90), activity: says(thinking, 20) } },
      { verdict: "quiet", quietSinceMs: ago(20) },
    ],
    [
      "waiting for a permission is asking, and never quiet",
      {
        seen: {
          activity: says({ kind: "asking", about: "permission", text: "rm?", sinceMs: ago(90) }, 90),
        },
      },
      { verdict: "asking", quietSinceMs: null },
    ],
    [
      "between turns for long is silence",
      { seen: { activity: says({ kind: "between_turns", sinceMs: ago(20) }, 20) } },
      { verdict: "quiet" },
    ],
    [
      "R10: an event that lies ahead hides no silence",
      { seen: { log: said(80), activity: says(thinking, -60) } },
      { verdict: "quiet", quietSinceMs: ago(80) },
    ],
  ])("%s", (_name, facts, expected) => {
    expect(judge(facts)).toMatchObject(expected as object);
  });

  test("an event later than the log's last new line is new output, once", () => {
    const seen = { log: said(10, 0), activity: says(thinking, 1) };
    expect(judge({ seen })?.evidence).toEqual([{ source: "output", atMs: ago(1), text: "new output" }]);
  });

  test("while a tool runs under its supervisor, nothing makes the worker quiet", () => {
    const times = fc.option(fc.integer({ min: 0, max: 3 * 24 * 60 }).map(ago));
    fc.assert(
      fc.property(times, times, times, (logMs, busyAtMs, eventMs) => {
        const seen = {
          log: logMs === null ? null : { changedAtMs: logMs, grewAtMs: logMs, sizeBytes: 1, lastLine: null },
          processor: { usedMs: 1, busyAtMs },
          activity: { ...says(tool(200), 0), lastEventAtMs: eventMs },
        };
        expect(judge({ seen })).toMatchObject({ verdict: "working", quietSinceMs: null });
      }),
      { numRuns: rounds({ short: 100, full: 2_000 }) },
    );
  });
});

describe("the evidence", () => {
  test("newest first, in words", () => {
    const progress = judge({
      run: running({ report: { text: "tests pass", atMs: ago(30) } }),
      seen: {
        log: said(3),
        worktree: changed(7, { commits: 1, changedFiles: 4 }),
        processor: computed(1),
      },
    });
    expect(progress?.evidence).toEqual([
      { source: "processor", atMs: ago(1), text: "47 s of CPU" },
      { source: "output", atMs: ago(3), text: "new output" },
      { source: "worktree", atMs: ago(7), text: "1 commit, 4 files changed" },
      { source: "report", atMs: ago(30), text: "tests pass" },
    ]);
  });

  test.each<[string, Partial<RunObservation>, readonly string[]]>([
    ["nothing", {}, []],
    ["never busy, never changed", { processor: computed(null), worktree: changed(null) }, []],
    ["a change git said nothing of", { worktree: changed(1) }, ["worktree changed"]],
    ["commits only", { worktree: changed(1, { commits: 2, changedFiles: 0 }) }, ["2 commits"]],
    ["one file", { worktree: changed(1, { commits: 0, changedFiles: 1 }) }, ["1 file changed"]],
    ["much time", { processor: { usedMs: 150_000, busyAtMs: ago(1) } }, ["3 min of CPU"]],
  ])("%s", (_name, seen, texts) => {
    expect(judge({ seen })?.evidence.map(({ text }) => text)).toEqual(texts);
  });
});
