import { describe, expect, test } from "vitest";
import { build, HOUR_MS, NOON_MS, person, type TaskSketch } from "../../../test/support/task-tree.ts";
import type { Group } from "../contract/snapshot.ts";
import { assembleSnapshot, projectOwner } from "./assemble.ts";
import { SORT_KEYS, sortRows } from "./order.ts";

function snapshotOf(files: Parameters<typeof build>[0], nowMs = NOON_MS) {
  const { header, rows } = build(files, { nowMs });
  const publishedAt = new Date(nowMs).toISOString();
  return assembleSnapshot({ header, rows: [...rows.values()].reverse(), seq: 7, epoch: 3, publishedAt });
}

const ago = (hours: number) => ({ atMs: NOON_MS - hours * HOUR_MS, basis: "commit" }) as const;

describe("the default order", () => {
  const cases: [Group, string, TaskSketch[]][] = [
    [
      "needs_attention",
      "priority, then oldest",
      [
        { slug: "2nd", status: "ready", priority: "p1", changed: ago(40) },
        { slug: "3rd", status: "ready", priority: "p1", changed: ago(30) },
        { slug: "1st", status: "ready", priority: "p0", changed: ago(25) },
        { slug: "4th", status: "ready", priority: null, changed: ago(90) },
      ],
    ],
    [
      "active",
      "trouble, then longest, whatever the priority",
      [
        { slug: "3rd", status: "in_progress", priority: "p0", changed: ago(2) },
        { slug: "2nd", status: "in_progress", priority: "p3", changed: ago(30) },
        { slug: "1st", status: "in_progress", priority: "p3", changed: ago(40) },
      ],
    ],
    [
      "ready",
      "the order of starting: priority, then oldest",
      [
        { slug: "3rd", status: "ready", priority: "p1", changed: ago(1) },
        { slug: "2nd", status: "ready", priority: "p1", changed: ago(2) },
        { slug: "1st", status: "ready", priority: "p0", changed: ago(1) },
        { slug: "4th", status: "ready", priority: null, changed: ago(9) },
      ],
    ],
    [
      "planned",
      "priority, then oldest, then key",
      [
        { slug: "2nd", priority: "p1", changed: ago(1) },
        { slug: "1st", priority: "p1", changed: ago(1) },
        { slug: "3rd", priority: "p2", changed: ago(5) },
      ],
    ],
    [
      "done",
      "newest first, by the date in the file where they came together",
      [
        { slug: "3rd", status: "completed", completed: "2026-03-01", changed: ago(5) },
        { slug: "2nd", status: "completed", completed: "2026-03-02", changed: ago(5) },
        { slug: "1st", status: "cancelled", changed: ago(1) },
      ],
    ],
  ];
  test.each(cases)("%s: %s", (group, _, tasks) => {
    expect(snapshotOf(tasks).groups[group]).toEqual(["1st", "2nd", "3rd", "4th"].slice(0, tasks.length));
  });
});

test.each(SORT_KEYS)("sorting by %s is total, and puts rows without a value last both ways", (key) => {
  const bare = { title: "", priority: null, milestone: null, owner: null, status: null };
  const { tasks } = snapshotOf([
    { slug: "a", ...bare },
    { slug: "b", ...bare, priority: "p1", milestone: "m1", owner: "x", status: "ready" },
    { slug: "c", ...bare, priority: "p2", milestone: "m2", owner: "y", status: "ready", title: "T" },
  ]);
  const orders = (["ascending", "descending"] as const).map((direction) =>
    sortRows([...tasks].reverse(), key, direction).map((row) => row.key),
  );
  const hasNull = key === "priority" || key === "milestone" || key === "owner" || key === "status";
  for (const order of orders) {
    expect([...order].sort()).toEqual(["a", "b", "c"]);
    if (hasNull) expect(order.at(-1)).toBe("a");
  }
  expect(sortRows(tasks, key, "ascending")).toEqual(sortRows([...tasks].reverse(), key, "ascending"));
});

describe("what a snapshot says in short", () => {
  const files: Parameters<typeof build>[0] = [
    person("dave"),
    { slug: "overdue", status: "ready", owner: "dave", changed: ago(30) },
    { slug: "watched", status: "ready", owner: "dave", changed: ago(13) },
    { slug: "lost", status: "in_progress", owner: "zoe" },
    { slug: "no one", status: "blocked" },
    { slug: "done", status: "completed", owner: "zoe", dependencies: ["x"] },
    { slug: "dropped", status: "cancelled", owner: "dave" },
  ];
  const snapshot = snapshotOf(files);

  test("numbers count tasks, and name the rows they lead to", () => {
    expect(snapshot.summary).toEqual({
      text: "2 tasks need a person; 1 ready, 1 waiting; 1 completed, 1 cancelled.",
      total: 6,
      completed: 1,
      merged: 0,
      cancelled: 1,
      watched: 1,
      acknowledged: [],
      flawed_done: ["done"], // words-ok: a public key
      without_known_owner: ["lost", "no one"],
    });
    expect(snapshot.counts).toMatchObject({
      needs_attention: 2,
      active: 0,
      ready: 1,
      waiting: 1,
      planned: 0,
      done: 2,
    });
  });

  test("the tasks that need a person and every open signal, the worst first", () => {
    expect(snapshot.escalation.required).toBe(true);
    expect(snapshot.escalation.tasks).toEqual(snapshot.groups.needs_attention);
    expect(snapshot.escalation.signals.map(({ task, code, tier }) => `${task} ${code} ${tier}`)).toEqual([
      "overdue pickup_overdue 2",
      "lost unknown_owner 2",
      "watched pickup_overdue 1",
    ]);
  });

  test.each<[TaskSketch[], string]>([
    [[], "There are no tasks."],
    [[{ slug: "a" }], "No task needs a person; 1 planned."],
    [[{ slug: "a", dependencies: ["x"] }], "1 task needs a person."],
  ])("in one sentence: %j", (tasks, text) => {
    expect(snapshotOf(tasks).summary.text).toBe(text);
  });

  test("rows are in order of key, whatever order they came in", () => {
    expect(snapshot.tasks.map(({ key }) => key)).toEqual([
      "done",
      "dropped",
      "lost",
      "no one",
      "overdue",
      "watched",
    ]);
  });

  test("an owner's snapshot is a projection: only their tasks, but no one's tasks are still counted", () => {
    const mine = projectOwner(snapshot, { name: "dave", resolvedFrom: "Dave" });
    expect(mine.owner).toEqual({ name: "dave", resolved_from: "Dave" });
    expect(mine.tasks.map(({ key }) => key)).toEqual(["dropped", "overdue", "watched"]);
    expect(mine.counts).toMatchObject({ needs_attention: 1, ready: 1, waiting: 0, done: 1 });
    expect(mine.escalation.signals.map(({ task }) => task)).toEqual(["overdue", "watched"]);
    expect(mine.summary).toMatchObject({
      total: 3,
      flawed_done: [], // words-ok: a public key
      without_known_owner: ["lost", "no one"],
    });
    expect(mine.people).toBe(snapshot.people);
  });

  test("where owners are not checked, every spelling of the owner is theirs", () => {
    const unchecked = snapshotOf([
      { slug: "a", owner: "Dave" },
      { slug: "b", owner: "d.ave" },
      { slug: "c" },
    ]);
    const mine = projectOwner(unchecked, { name: "Dave", resolvedFrom: null });
    expect(mine.tasks.map(({ key }) => key)).toEqual(["a", "b"]);
  });
});
