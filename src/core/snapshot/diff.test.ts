import { expect, test } from "vitest";
import { build, HOUR_MS, NOON_MS, type TaskSketch } from "../../../test/support/task-tree.ts";
import type { ActivityChange } from "../contract/activity.ts";
import { type BuiltSnapshot, restoreBuilt } from "./built-snapshot.ts";
import { diffSnapshots } from "./diff.ts";

const LATER_MS = NOON_MS + HOUR_MS;

/** The diff between two trees an hour apart, transitions as short lines. */
function diff(before: TaskSketch[] | BuiltSnapshot, after: TaskSketch[], nowMs = LATER_MS) {
  const previous = Array.isArray(before) ? build(before) : before;
  const { transitions, ...rest } = diffSnapshots(previous, build(after, { previous, nowMs }), nowMs);
  return { ...rest, lines: transitions.map(line) };
}

function line(change: ActivityChange): string {
  if (change.kind === "acted") return `${change.key}: ${change.action} by ${change.by}`;
  if (change.kind === "moved") return `${change.key}: ${change.from} → ${change.to}, ${change.reason}`;
  return `${change.key}: ${change.kind} ${change.code} ${change.tier} (${change.group})`;
}

const ready: TaskSketch = { slug: "a", status: "ready" };

test("a first snapshot has rows, but nothing that changed", () => {
  const { changed, changedRows, transitions } = diffSnapshots(null, build([ready]), NOON_MS);
  expect({ changed, rows: changedRows.length, transitions }).toEqual({
    changed: true,
    rows: 1,
    transitions: [],
  });
});

test("nothing changed: nothing to publish", () => {
  expect(diff([ready], [ready])).toEqual({ changed: false, changedRows: [], goneKeys: [], lines: [] });
});

test("a task moves with the reason for its new group", () => {
  expect(diff([ready], [{ ...ready, status: "in_progress" }]).lines).toEqual([
    "a: ready → active, in progress",
  ]);
});

test("a row that changed without moving is written, but is no transition", () => {
  const { changedRows, lines } = diff([ready], [{ ...ready, title: "New" }]);
  expect(changedRows).toHaveLength(1);
  expect(lines).toEqual([]);
});

test("tasks appear and disappear, signals and all", () => {
  const broken: TaskSketch = { slug: "b", dependencies: ["x"] };
  expect(diff([ready], [ready, broken]).lines).toEqual([
    "b: null → needs_attention, Depends on x, which does not exist",
    "b: signal_raised dependency_missing 2 (needs_attention)",
  ]);
  expect(diff([ready, broken], [ready])).toMatchObject({
    goneKeys: ["b"],
    lines: ["b: needs_attention → null, its file is gone", "b: signal_cleared dependency_missing 2 (null)"],
  });
});

test("the first task of an empty tree appears", () => {
  expect(diff([], [ready]).lines).toEqual(["a: null → ready, ready, no dependencies"]);
});

test("a signal is raised, raised again when it gets worse, and cleared", () => {
  const first = build([ready]);
  const watch = build([ready], { previous: first, nowMs: NOON_MS + 12 * HOUR_MS });
  expect(diffSnapshots(first, watch, NOON_MS).transitions.map(line)).toEqual([
    "a: signal_raised pickup_overdue 1 (ready)",
  ]);
  expect(diff(watch, [ready], NOON_MS + 24 * HOUR_MS).lines).toEqual([
    "a: ready → needs_attention, Not started for over 24 h",
    "a: signal_raised pickup_overdue 2 (needs_attention)",
  ]);
  expect(diff(watch, [{ ...ready, status: "in_progress" }]).lines).toEqual([
    "a: ready → active, in progress",
    "a: signal_cleared pickup_overdue 1 (active)",
  ]);
});

test("rows lost with the store are written again; only what differs from the newest transitions is a change", () => {
  const { header } = build([ready]);
  const moves = new Map([
    ["a", { group: "planned" as const, atMs: NOON_MS }],
    ["b", { group: "ready" as const, atMs: NOON_MS }],
  ]);
  const lost = restoreBuilt({ header, rows: [], moves });
  const { changedRows, lines } = diff(lost, [ready, { ...ready, slug: "b" }, { slug: "c" }]);
  expect(changedRows).toHaveLength(3);
  expect(lines).toEqual(["a: planned → ready, ready, no dependencies"]);
});
