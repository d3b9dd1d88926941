import { expect, test } from "vitest";
import { pullRequestView } from "../../../test/support/sample-pull-requests.ts";
import { build, HOUR_MS, NOON_MS, type TaskSketch } from "../../../test/support/task-tree.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { assembleSnapshot } from "../publication/assemble.ts";
import { explain } from "./explain.ts";

function explainIn(key: string, tasks: TaskSketch[], nowMs = NOON_MS) {
  const { header, rows } = build(tasks, { nowMs });
  const snapshot = assembleSnapshot({ header, rows: rows.values(), seq: 1, epoch: 1, publishedAt: "" });
  const row = rows.get(key);
  if (row === undefined) throw new Error(`no row ${key}`);
  return explain(row, snapshot);
}

const tasks: TaskSketch[] = [
  { slug: "a", status: "ready", dependencies: ["b", "c"] },
  { slug: "b", status: "completed", changed: { atMs: NOON_MS - HOUR_MS, basis: "commit" } },
  { slug: "c", status: "in_progress" },
];

const RULES_BEFORE_REVIEW = [
  "being_worked_on",
  "taken_over",
  "waits_for_answer",
  "worker_blocked",
  "held",
  "queued",
  "queued_behind_tasks",
];
const RULES_OF_ENDED_RUNS = ["finished_work", "ended_without_outcome", "next_attempt", "attempts_used_up"];

test("each rule that was tried says why it matched or missed, and the rest were not tried", () => {
  expect(
    explainIn("a", tasks).steps.map(({ rule, outcome, why }) => `${rule}: ${outcome} ${why}`.trim()),
  ).toEqual([
    "completed: missed the status is ready",
    "cancelled: missed the status is ready",
    "merged: missed no known pull request",
    "needs_person: missed no open signal needs a person",
    ...RULES_BEFORE_REVIEW.map((rule) => `${rule}: missed it has no run`),
    "draft_pull_request: missed no known pull request",
    ...["open_pull_request", "reverted", "merged_elsewhere"].map(
      (rule) => `${rule}: missed no known pull request`,
    ),
    ...RULES_OF_ENDED_RUNS.map((rule) => `${rule}: missed it has no run`),
    "in_progress: missed the status is ready",
    "ready: missed blocked by 1 of 2 dependencies: c",
    "waiting_on_tasks: matched blocked by 1 of 2 dependencies: c",
    "blocked_by_hand: not_tried",
    "planned: not_tried",
  ]);
});

test("the inputs are given with the time each dates from and how it is known", () => {
  expect(explainIn("a", tasks).inputs).toEqual([
    {
      name: "file",
      value: "tasks/workstreams/infra/tasks/a.md",
      since: "2026-03-24T12:00:00.000Z",
      basis: "seen",
    },
    { name: "status", value: "ready", since: "2026-03-24T12:00:00.000Z", basis: "seen" },
    { name: "dependency b", value: "finished", since: "2026-03-24T11:00:00.000Z", basis: "commit" },
    { name: "dependency c", value: "unfinished", since: "2026-03-24T12:00:00.000Z", basis: "seen" },
  ]);
});

test("what a pull request has put there tells nothing of when the file said so", () => {
  const { header, rows } = build([{ slug: "a", status: "in_progress" }]);
  const row = { ...(rows.get("a") as TaskRow), pull_request: pullRequestView() };
  const { inputs } = explain(row, { tasks: [], thresholds: header.thresholds, doubts: [] });
  expect(inputs[1]).toEqual({ name: "status", value: "in_progress", since: null, basis: null });
});

test("what cannot be resolved is an input too", () => {
  const { inputs } = explainIn("a", [{ slug: "a", dependencies: ["aa"], status: "ready" }]);
  expect(inputs.slice(2)).toEqual([
    { name: "dependency aa", value: "missing", since: null, basis: null },
    {
      name: "signal dependency_missing",
      value: "Depends on aa, which does not exist (needs a person)",
      since: "2026-03-24T12:00:00.000Z",
      basis: null,
    },
  ]);
});

test("thresholds are named where they act", () => {
  expect(explainIn("c", tasks).notes).toEqual([
    "stuck_in_progress counts from the last change of the file: worth watching after 36 h, needs a person after 3 days.",
  ]);
});

test("a signal that is held back is named", () => {
  const ready = Array.from({ length: 5 }, (_, at): TaskSketch => ({ slug: `t${at}`, status: "ready" }));
  const first = build(ready);
  const { header, rows } = build(ready, { previous: first, nowMs: NOON_MS + 13 * HOUR_MS });
  const row = rows.get("t0");
  const snapshot = { tasks: [...rows.values()], thresholds: header.thresholds, doubts: header.doubts };
  expect(row && explain(row, snapshot).notes[1]).toMatch(
    /^New signals of this kind are held back: 5 of 5 ready tasks/,
  );
});
