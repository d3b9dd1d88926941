import { expect, test } from "vitest";
import { sampleRow } from "../../../test/support/sample-snapshot.ts";
import { build } from "../../../test/support/task-tree.ts";
import { GROUPS, type Group } from "../contract/snapshot.ts";
import { computeFreshness } from "../cycle/freshness.ts";
import { progressOf, summaryOf } from "../publication/summary.ts";

const ROWS = [
  sampleRow({ key: "a", group: "done", status: "completed" }),
  sampleRow({ key: "b", group: "done", status: "cancelled" }),
  sampleRow({ key: "c", group: "done", status: "in_progress" }),
  sampleRow({ key: "d", group: "active", status: "in_progress" }),
  sampleRow({ key: "e", group: "needs_attention", status: "ready" }),
];

const COUNTS = Object.fromEntries(
  GROUPS.map((group) => [group, ROWS.filter((row) => row.group === group).length]),
) as Record<Group, number>;

test("T17: a task is finished, cancelled or open, never two of them, and a merge finishes it", () => {
  expect(progressOf(ROWS)).toEqual({ finished: 2, cancelled: 1, open: 2 });
});

test("T17: the summary accounts for every task", () => {
  const { total, completed, merged, cancelled, text } = summaryOf(ROWS, COUNTS);
  expect({ total, completed, merged, cancelled }).toEqual({
    total: 5,
    completed: 1,
    merged: 1,
    cancelled: 1,
  });
  expect(completed + merged + cancelled).toBe(COUNTS.done);
  expect(text).toBe("1 task needs a person; 1 active; 1 completed, 1 merged, 1 cancelled.");
});

test("T19: a problem that needs a person is an error in the row, so that pages, JSON and validate agree", () => {
  const severities = (status: "ready" | "completed") =>
    [...build([{ slug: "a", status, dependencies: ["lost"] }]).rows.values()].map(({ problems }) =>
      problems.filter(({ code }) => code === "dependency_missing").map(({ severity }) => severity),
    );
  expect(severities("ready")).toEqual([["error"]]);
  expect(severities("completed")).toEqual([["warning"]]);
});

test("T24: ages in JSON are whole milliseconds", () => {
  const at = "2026-03-24T12:00:00.000Z";
  const known = { ageMs: 1234.5678, lateMs: 9_000, staleMs: 9_000, observedAt: at };
  const rest = { lastAttempt: null, lastSuccessAtMs: null, nextAttemptAtMs: null } as const;
  expect(computeFreshness({ ...known, ...rest } as never).age_ms).toBe(1235);
});
