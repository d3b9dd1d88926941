import { expect, test } from "vitest";
import { sampleActivity } from "../../../test/support/run-samples.ts";
import { atWork, progress, question } from "../../../test/support/sample-runs.ts";
import { minutesAgo, OBSERVED_AT_MS } from "../../../test/support/sample-snapshot.ts";
import type { Run, RunId } from "../../core/contract/run.ts";
import type { RunView } from "../../core/contract/run-view.ts";
import { NO_LIMITS } from "../../core/costs/budget-limits.ts";
import { doingWords } from "../../core/run/doing-words.ts";
import { claimByHand, queueRun } from "../../core/run/run-transitions.ts";
import { fileSize } from "../../core/text/file-size.ts";
import { runRecord } from "./run-record.ts";
import { doingText, runTableLines } from "./run-table.ts";

const NOON_MS = Date.UTC(2026, 2, 24, 12);
const ACT = { by: "dave", atMs: NOON_MS - 120_000 };
const QUEUED = queueRun({ id: "r1" as RunId, key: "fix-ci", owner: "dave", act: ACT, note: "soon" });
const RUNNING: Run = {
  ...QUEUED,
  state: "running",
  attempt: 2,
  workerName: "claude",
  host: "desk",
  startedAtMs: NOON_MS - 60_000,
};

const RUNS: readonly Run[] = [
  QUEUED,
  { ...QUEUED, notBeforeMs: NOON_MS + 40_000, attempt: 1 },
  { ...RUNNING, report: { text: "writing tests", atMs: NOON_MS } },
  { ...RUNNING, wait: { on: "CI 8812", untilMs: NOON_MS + 1, atMs: NOON_MS } },
  { ...RUNNING, stopRequest: { ...ACT, kind: "stop", note: null } },
  {
    ...RUNNING,
    question: { number: 1, text: "Which \u001B[31mregion?", choices: [], askedAtMs: NOON_MS, answer: null },
  },
  { ...RUNNING, state: "exited", outcome: { kind: "done", note: "all of it", atMs: NOON_MS } },
  {
    ...RUNNING,
    state: "failed",
    attempts: [{ number: 2, startedAtMs: 0, endedAtMs: 1, end: { kind: "exited", code: 3 } }],
  },
  claimByHand({
    ...QUEUED,
    act: ACT,
    note: null,
    worktree: null,
    branch: null,
    baseCommit: null,
    taskHash: null,
    workerName: "mia",
    host: "desk",
  }),
  { ...QUEUED, state: "closed", closing: { ...ACT, as: "abandoned", why: "taken out of the line" } },
];

test("S19: runs as lines, whatever their state, and nothing in them acts on the terminal", () => {
  expect(
    runTableLines(RUNS, { nowMs: NOON_MS, columns: null, activities: new Map() }).join("\n"),
  ).toMatchInlineSnapshot(`
    "fix-ci  queued     –          2 min  –               queued by dave
    fix-ci  queued     attempt 1  2 min  –               queued by dave, next attempt in 40 s
    fix-ci  running    attempt 2  2 min  claude on desk  writing tests
    fix-ci  running    attempt 2  2 min  claude on desk  waits for CI 8812
    fix-ci  running    attempt 2  2 min  claude on desk  dave asked to stop it
    fix-ci  running    attempt 2  2 min  claude on desk  asks: Which \\x1b[31mregion?
    fix-ci  exited     attempt 2  2 min  claude on desk  done: all of it
    fix-ci  failed     attempt 2  2 min  claude on desk  ended with exit code 3
    fix-ci  running    by hand    2 min  mia on desk
    fix-ci  abandoned  –          2 min  –               taken out of the line, by dave"
  `);
});

const LOADED = { config: { dispatch: { attempts: 3 }, budget: NO_LIMITS } };

test("a run as JSON has the keys of a row's run, its attempts and its end", () => {
  const closed = RUNS.at(-1) as Run;
  expect(runRecord({ ...closed, attempts: RUNS[7]!.attempts }, LOADED)).toMatchObject({
    task: "fix-ci",
    owner: "dave",
    note: "soon",
    state: "closed",
    attempts_max: 3,
    queued_at: "2026-03-24T11:58:00.000Z",
    attempts: [{ number: 2, started_at: "1970-01-01T00:00:00.000Z", end: "ended with exit code 3" }],
    closed: { as: "abandoned", by: "dave", at: "2026-03-24T11:58:00.000Z", why: "taken out of the line" },
  });
  expect(runRecord(QUEUED, LOADED)).toMatchObject({ closed: null, attempts: [], progress: null });
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [4_200, "4.2 KB"],
  [123_456_789, "123 MB"],
  [5_000_000_000_000, "5000 GB"],
])("%i bytes are %s", (bytes, text) => {
  expect(fileSize(bytes)).toBe(text);
});

const does = (kind: NonNullable<RunView["doing"]>["kind"], text: string | null = null): RunView["doing"] => ({
  kind,
  text,
  tool: null,
  does: kind === "tool" ? "run" : null,
  others: 0,
  since: kind === "starting" ? null : minutesAgo(4),
});

test.each<[string, Partial<RunView>]>([
  [
    "working: `npm test` for 4 min · 3 of 7 steps",
    { doing: does("tool", "npm test"), plan: { done: 3, total: 7, current: null } },
  ],
  ["thinking for 4 min", { doing: does("thinking") }],
  ["retrying (503, retry 3) for 4 min", { doing: does("retrying", "503, retry 3") }],
  ["starting", { doing: does("starting") }],
  ["asks: “Which?”", { progress: progress("asking"), question: question("Which?") }],
])("K32: %s", (expected, given) => {
  const words = doingWords(atWork("a", 12, given)) ?? expect.fail("no words");
  expect(doingText(words, OBSERVED_AT_MS)).toBe(expected);
});

test("K33: a run with an agent that says what it does: its kind, its cost, and that", () => {
  const agent = { name: "careful", kind: "claude", program: null, version: null };
  const run: Run = { ...RUNNING, workerName: "careful", agent };
  const activity = sampleActivity({
    attempt: 2,
    doing: { kind: "thinking", sinceMs: NOON_MS - 120_000 },
    cost: { usd: 1.864, isEstimate: true },
  });
  const layout = { nowMs: NOON_MS, columns: null, activities: new Map([[run.id, activity]]) };
  expect(runTableLines([run, { ...QUEUED, id: "r2" as RunId }], layout)).toEqual([
    "fix-ci  running  attempt 2  2 min  careful (claude) on desk  ≈ $1.86  thinking for 2 min",
    "fix-ci  queued   –          2 min  –                         –        queued by dave",
  ]);
  expect(runRecord(run, LOADED, activity)).toMatchObject({
    agent: { name: "careful", kind: "claude" },
    cost: { usd: 1.864, estimated: true },
    doing: { kind: "thinking" },
  });
});
