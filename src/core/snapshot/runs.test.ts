// What runs and acknowledgements make of rows: groups, reasons, signals, since when.

import { describe, expect, test } from "vitest";
import { runFacts, runsInput, sampleActivity, sampleRun } from "../../../test/support/run-samples.ts";
import { build, HOUR_MS, NOON_MS, type TaskSketch, taskRecord } from "../../../test/support/task-tree.ts";
import { acknowledgeSignal } from "../contract/acknowledgement.ts";
import type { AttemptEnd, Run } from "../contract/run.ts";
import { taskRowSchema } from "../contract/snapshot.ts";
import { assembleSnapshot } from "../publication/assemble.ts";
import type { Progress } from "../run/judge-progress.ts";
import { NOTHING_SEEN, type RunFacts, type RunsInput } from "../run/run-facts.ts";
import { MINUTE_MS } from "../values/durations.ts";

type Given = {
  readonly task?: Partial<TaskSketch>;
  readonly run: Partial<Run>;
  readonly facts?: Partial<RunFacts>;
  readonly input?: Partial<RunsInput>;
  readonly nowMs?: number;
};

/** The row of task `a` with that run. */
function rowOf({ task = {}, run, facts = {}, input = {}, nowMs = NOON_MS }: Given) {
  const runs = runsInput([runFacts(sampleRun(run), facts)], input);
  const row = build([{ slug: "a", ...task }], { runs, nowMs }).rows.get("a");
  if (row === undefined) throw new Error("no row");
  return row;
}

const ended = (end: AttemptEnd, number = 1) => ({ number, startedAtMs: NOON_MS, endedAtMs: NOON_MS, end });
const exit = (code: number) => [ended({ kind: "exited", code })];
const working: Progress = {
  verdict: "working",
  detail: null,
  untilMs: null,
  quietSinceMs: NOON_MS,
  evidence: [{ source: "output", atMs: NOON_MS, text: "output" }],
};
const outcome = (kind: "done" | "blocked" | "failed") => ({ kind, note: "no access", atMs: NOON_MS });
const question = {
  number: 1,
  text: "Which region?",
  choices: ["eu", "us"],
  askedAtMs: NOON_MS,
  answer: null,
};

const LIMIT = {
  kind: "limit",
  status: "reached",
  window: "five_hour",
  usedPercent: 100,
  resetsAtMs: NOON_MS + 140 * MINUTE_MS,
  atMs: NOON_MS,
} as const;

describe("the group of a task with a run, whatever its file says", () => {
  test.each<[string, Given, string, string, string]>([
    ["queued", { run: {} }, "ready", "queued", "queued by dave"],
    [
      "queued behind another task",
      { task: { dependencies: ["b"] }, run: {} },
      "waiting",
      "queued_behind_tasks",
      "queued by dave; blocked by b, which doesn't exist",
    ],
    [
      "queued again after a failure",
      { run: { attempt: 1, failuresInRow: 1, attempts: exit(2) } },
      "ready",
      "queued",
      "attempt 1 of 3 failed (exit code 2)",
    ],
    [
      "being started",
      { run: { state: "dispatching", attempt: 1 } },
      "active",
      "being_worked_on",
      "starting worker (attempt 1)",
    ],
    [
      "running",
      { task: { status: "ready" }, run: { state: "running", attempt: 2, workerName: "claude" } },
      "active",
      "being_worked_on",
      "claude running (attempt 2)",
    ],
    [
      "claimed by hand",
      { run: { state: "running", kind: "by_hand", workerName: "rj" } },
      "active",
      "being_worked_on",
      "claimed by rj",
    ],
    [
      "done",
      {
        run: { state: "exited", outcome: outcome("done"), branch: "task/a", attempts: exit(0) },
        facts: { seen: { ...NOTHING_SEEN, worktreeExists: true, drifted: false, commits: 3 } },
      },
      "in_review",
      "finished_work",
      "worker finished, 3 commits on task/a: ready for your review",
    ],
    [
      "N26: done, with a question that no one answered in time",
      {
        run: {
          ...{ state: "exited", outcome: outcome("done"), attempts: exit(0) },
          decidedAlone: [{ question: "Which region?", answer: "eu", atMs: 0 }],
        },
      },
      "in_review",
      "finished_work",
      'worker finished: ready for your review; decided alone: "eu"',
    ],
    [
      "ended without a word",
      { run: { state: "exited", attempts: exit(0) } },
      "in_review",
      "ended_without_outcome",
      "worker ended without reporting an outcome",
    ],
    [
      "blocked",
      { run: { state: "exited", outcome: outcome("blocked"), attempts: exit(0) } },
      "waiting",
      "worker_blocked",
      "worker blocked: no access",
    ],
    [
      "W25: failed, and tried again as soon as a runner is there",
      { run: { state: "failed", failuresInRow: 1, attempts: exit(1) } },
      "ready",
      "next_attempt",
      "attempt 1 of 3 failed (exit code 1)",
    ],
    [
      "W25: lost, and tried again",
      {
        run: {
          state: "interrupted",
          failuresInRow: 2,
          attempts: [ended({ kind: "lost", detail: "its supervisor is gone" })],
        },
      },
      "ready",
      "next_attempt",
      "attempt 2 of 3 failed (lost: its supervisor is gone)",
    ],
    [
      "failed for good",
      { run: { state: "failed", failuresInRow: 3, attempts: exit(1) } },
      "waiting",
      "attempts_used_up",
      "all 3 attempts failed (exit code 1)",
    ],
    [
      "stopped by a person",
      { run: { state: "interrupted", attempts: [ended({ kind: "stopped", by: "dave" })] } },
      "waiting",
      "attempts_used_up",
      "stopped by dave; `tasks continue` resumes it",
    ],
    [
      "asking, its worker gone home",
      { run: { state: "exited", question, attempts: exit(0) } },
      "active",
      "waits_for_answer",
      "worker waiting for an answer",
    ],
  ])("%s", (_, given, group, rule, reason) => {
    const row = rowOf(given);
    expect([row.base_group, reasonOf(row, given)]).toEqual([group, reason]);
    expect(baseRuleOf(row, given)).toBe(rule);
    expect(taskRowSchema.parse(row)).toEqual(row);
  });

  test("a file that says completed or cancelled counts more", () => {
    const completed = rowOf({ task: { status: "completed" }, run: { state: "running", attempt: 1 } });
    expect([completed.group, completed.run?.state, completed.signals]).toEqual(["done", "running", []]);
    expect(rowOf({ task: { status: "cancelled" }, run: {} }).group).toBe("done");
  });

  test("the time in the group is the run's where the run decides", () => {
    const row = rowOf({ run: { state: "running", sinceMs: NOON_MS - HOUR_MS, attempt: 1 } });
    expect([row.base_since, row.base_since_basis]).toEqual(["2026-03-24T11:00:00.000Z", "transition"]);
  });
});

/** Signals may move a task to attention; what is compared is where it would be without them. */
function reasonOf(row: ReturnType<typeof rowOf>, given: Given): string {
  return row.group === row.base_group ? row.reason : rowOf({ ...given, input: allAcknowledged(row) }).reason;
}
function baseRuleOf(row: ReturnType<typeof rowOf>, given: Given): string {
  return row.group === row.base_group ? row.rule : rowOf({ ...given, input: allAcknowledged(row) }).rule;
}
function allAcknowledged(row: ReturnType<typeof rowOf>): Partial<RunsInput> {
  const marks = row.signals.map(({ code, first_seen: firstSeen }) =>
    acknowledgeSignal(
      {
        key: "a",
        code,
        firstSeen,
        kind: "acknowledged",
        by: "dave",
        note: "known",
        nowMs: NOON_MS,
        untilMs: null,
        usualMs: 4 * HOUR_MS,
      },
      null,
    ),
  );
  return { acknowledgementsByKey: new Map([["a", marks]]) };
}

describe("signals of runs", () => {
  test.each<[string, Given, string, number, string]>([
    [
      "needs_answer",
      { run: { state: "running", question, workerName: "claude" } },
      "needs_answer",
      2,
      "claude asks: “Which region?”",
    ],
    [
      "worker_blocked",
      { run: { state: "exited", outcome: outcome("blocked") } },
      "worker_blocked",
      2,
      "its worker is blocked: no access",
    ],
    [
      "a retry is coming",
      { run: { failuresInRow: 1, attempts: exit(2) } },
      "dispatch_failed",
      1,
      "Attempt 1 of 3 failed (exit code 2)",
    ],
    [
      "its worker reported failure",
      { run: { state: "failed", failuresInRow: 1, attempts: exit(0), outcome: outcome("failed") } },
      "dispatch_failed",
      1,
      "Attempt 1 of 3 failed (reported failed: no access)",
    ],
    [
      "its worker reported failure, and a retry is coming",
      { run: { failuresInRow: 1, attempts: exit(0) } },
      "dispatch_failed",
      1,
      "Attempt 1 of 3 failed (reported failed)",
    ],
    [
      "attempts are used up",
      { run: { state: "failed", failuresInRow: 3, attempts: exit(2) } },
      "dispatch_failed",
      2,
      "All 3 attempts failed (exit code 2)",
    ],
    [
      "worker_gone",
      { run: { failuresInRow: 1, attempts: [ended({ kind: "lost", detail: "its supervisor is gone" })] } },
      "worker_gone",
      1,
      "Worker was lost: its supervisor is gone (attempt 1 of 3)",
    ],
    [
      "no outcome",
      { run: { state: "exited", attempts: exit(0) } },
      "dispatch_completed_unreconciled",
      2,
      "its worker ended without reporting an outcome, and committed nothing",
    ],
    [
      "its worktree is gone",
      {
        run: { state: "running", worktree: ".worktrees/a" },
        facts: { seen: { ...NOTHING_SEEN, worktreeExists: false, drifted: false, commits: null } },
      },
      "register_orphan",
      2,
      "Its worktree .worktrees/a is gone",
    ],
    [
      "K34: a denied action",
      {
        run: { state: "running" },
        facts: {
          seen: {
            ...NOTHING_SEEN,
            activity: sampleActivity({
              denied: 2,
              lastDenied: { tool: "Write", input: "/etc/hosts", why: "outside" },
            }),
          },
        },
      },
      "action_denied",
      1,
      "2 actions denied, the newest: Write: /etc/hosts",
    ],
    [
      "K34: a usage limit that is reached",
      {
        run: { state: "running", workerName: "claude" },
        facts: { seen: { ...NOTHING_SEEN, activity: sampleActivity({ limit: LIMIT }) } },
      },
      "usage_limit",
      1,
      "Usage limit of claude reached until 14:20 UTC",
    ],
    [
      "K32: waiting for a permission",
      {
        run: {
          state: "running",
          workerName: "claude",
          question: { ...question, request: { id: "1", about: "permission" } },
        },
      },
      "needs_answer",
      2,
      "claude waits for permission: “Which region?”",
    ],
    [
      "W20: what was left running in its worktree",
      {
        run: { state: "exited", outcome: { kind: "done", note: "", atMs: 0 }, worktree: ".worktrees/a" },
        facts: {
          seen: {
            ...NOTHING_SEEN,
            leftRunning: [{ id: "linux:desk:1:4711", host: "desk", pid: 4711, name: "sleep" }],
          },
        },
      },
      "left_running",
      1,
      "Still running in .worktrees/a: sleep (pid 4711)",
    ],
    [
      "drift",
      {
        run: { state: "running", worktree: ".worktrees/a" },
        facts: { seen: { ...NOTHING_SEEN, worktreeExists: true, drifted: true, commits: null } },
      },
      "metadata_drift",
      1,
      "Its front matter in .worktrees/a differs from the root's",
    ],
    [
      "a start that hangs",
      { run: { state: "dispatching", sinceMs: NOON_MS - 10 * MINUTE_MS } },
      "dispatch_stalled",
      2,
      "Worker not started for over 10 min",
    ],
    [
      "W24: a declared wait that is over",
      {
        run: { state: "running" },
        facts: {
          progress: {
            ...working,
            verdict: "overdue",
            detail: "CI 8812",
            untilMs: NOON_MS - 1,
            quietSinceMs: NOON_MS - 1,
          },
        },
      },
      "wait_overdue",
      1,
      "CI 8812 not back by 11:59 UTC",
    ],
    [
      "silence worth watching",
      {
        run: { state: "running" },
        facts: { progress: { ...working, verdict: "quiet", quietSinceMs: NOON_MS - 15 * MINUTE_MS } },
      },
      "worker_idle",
      1,
      "No progress for over 15 min",
    ],
    [
      "silence that needs a person",
      {
        run: { state: "running" },
        facts: { progress: { ...working, verdict: "quiet", quietSinceMs: NOON_MS - 30 * MINUTE_MS } },
      },
      "worker_idle",
      2,
      "No progress for over 30 min",
    ],
  ])("%s", (_, given, code, tier, sentence) => {
    const signals = rowOf(given).signals.map((signal) => [signal.code, signal.tier, signal.sentence]);
    expect(signals).toEqual([[code, tier, sentence]]);
  });

  test("a worker that works is not called stuck because its file stands still", () => {
    const old = { task: { changed: { atMs: NOON_MS - 100 * HOUR_MS, basis: "seen" as const } } };
    expect(rowOf({ ...old, run: { state: "running" }, facts: { progress: working } }).signals).toEqual([]);
    const byHand = rowOf({
      ...old,
      run: { state: "running", kind: "by_hand", startedAtMs: NOON_MS - 80 * HOUR_MS },
    });
    expect(byHand.signals.map(({ code }) => code)).toEqual(["stuck_in_progress"]);
  });

  test("a run whose task is gone is given in the header, since it has no row", () => {
    const runs = runsInput([runFacts(sampleRun({ key: "gone", state: "running" }))]);
    const { header } = build([{ slug: "a" }], { runs });
    expect(header.doubts.map(({ code, sentence }) => [code, sentence])).toEqual([
      ["register_orphan", "A run works on gone, whose file is gone"],
    ]);
  });

  test("after a jump of the clock one line doubts the detector", () => {
    const jump = { since: "2026-03-24T12:00:00.000Z", until: "2026-03-24T12:05:00.000Z" };
    const runs = runsInput([runFacts(sampleRun({ state: "running" }))], { jump });
    const { header } = build([{ slug: "a" }], { runs });
    expect(header.doubts.map(({ code, evidence }) => [code, evidence["why"]])).toEqual([
      ["detector_doubt", "clock"],
    ]);
  });

  test("ten workers that fall silent in one cycle are one doubt, not ten alarms", () => {
    const slugs = Array.from({ length: 10 }, (_, at) => `t${at}`);
    const progress = { ...working, quietSinceMs: NOON_MS };
    const runs = runsInput(slugs.map((key) => runFacts(sampleRun({ key, state: "running" }), { progress })));
    const files = slugs.map((slug) => ({ slug }));
    const before = build(files, { runs, nowMs: NOON_MS });
    const after = build(files, { runs, previous: before, nowMs: NOON_MS + 20 * MINUTE_MS });
    expect(after.header.doubts.map(({ sentence }) => sentence)).toEqual([
      "10 of 10 active tasks turned stuck in one update. Check the clock; their signals are held back",
    ]);
    expect([...after.rows.values()].flatMap(({ signals }) => signals)).toEqual([]);
  });
});

describe("acknowledged signals", () => {
  const given: Given = { run: { state: "exited", outcome: outcome("blocked") } };
  const raised = rowOf(given);
  const marked = { ...given, input: allAcknowledged(raised) };
  /** One record for all builds: with it a build may keep the row of the one before. */
  const file = taskRecord({ slug: "a" });

  test("the task goes to its base group with the mark, and is counted", () => {
    const row = rowOf(marked);
    expect([raised.group, row.group, row.base_group]).toEqual(["needs_attention", "waiting", "waiting"]);
    expect(row.signals[0]?.acknowledged).toEqual({
      kind: "acknowledged",
      by: "dave",
      at: "2026-03-24T12:00:00.000Z",
      until: "2026-03-24T16:00:00.000Z",
      note: "known",
    });
    const runs = runsInput([runFacts(sampleRun(given.run))], marked.input);
    const { header, rows } = build([{ slug: "a" }], { runs });
    const snapshot = assembleSnapshot({ header, rows: rows.values(), seq: 1, epoch: 1, publishedAt: "" });
    expect([snapshot.summary.acknowledged, snapshot.counts.needs_attention]).toEqual([["a"], 0]);
  });

  test("it comes back automatically when the time is up, at the very moment", () => {
    const runs = runsInput([runFacts(sampleRun(given.run))], marked.input);
    // The same signal only where it was open before.
    const before = build([file], { runs, nowMs: NOON_MS });
    expect(before.nextChangeMs).toBe(NOON_MS + 4 * HOUR_MS);
    const later = (nowMs: number) => build([file], { runs, previous: before, nowMs }).rows.get("a")?.group;
    expect(later(NOON_MS + 4 * HOUR_MS - 1)).toBe("waiting");
    expect(later(NOON_MS + 4 * HOUR_MS)).toBe("needs_attention");
  });

  test("R14: it holds again when the clock is set back before its end", () => {
    const runs = runsInput([runFacts(sampleRun(given.run))], marked.input);
    const first = build([file], { runs, nowMs: NOON_MS });
    const over = build([file], { runs, previous: first, nowMs: NOON_MS + 4 * HOUR_MS });
    const back = build([file], { runs, previous: over, nowMs: NOON_MS + HOUR_MS });
    expect([over, back].map(({ rows }) => rows.get("a")?.group)).toEqual(["needs_attention", "waiting"]);
  });

  test("a fact that goes and comes back is a new one", () => {
    const runs = runsInput([runFacts(sampleRun(given.run))], marked.input);
    const first = build([{ slug: "a" }], { runs });
    const gone = build([{ slug: "a" }], { previous: first, nowMs: NOON_MS + 1 });
    const back = build([{ slug: "a" }], { previous: gone, runs, nowMs: NOON_MS + 2 });
    expect(back.rows.get("a")?.group).toBe("needs_attention");
  });
});

describe("order", () => {
  const inOrder = (keys: readonly string[], facts: RunFacts[]) => {
    const files = keys.map((slug, at) => ({
      slug,
      status: "in_progress" as const,
      changed: { atMs: NOON_MS - (keys.length - at) * MINUTE_MS, basis: "seen" as const },
    }));
    const { header, rows } = build(files, { runs: runsInput(facts) });
    return assembleSnapshot({ header, rows: rows.values(), seq: 1, epoch: 1, publishedAt: "" }).groups;
  };

  test("who asks comes first of all that needs a person", () => {
    const facts = [
      runFacts(sampleRun({ key: "a", state: "exited", outcome: outcome("blocked") })),
      runFacts(sampleRun({ key: "b", state: "running", question })),
    ];
    expect(inOrder(["a", "b"], facts).needs_attention).toEqual(["b", "a"]);
  });

  test("what is worked on now comes before what only a file says is in progress", () => {
    const facts = [runFacts(sampleRun({ key: "b", state: "running" }), { progress: working })];
    expect(inOrder(["a", "b"], facts).active).toEqual(["b", "a"]);
  });
});
