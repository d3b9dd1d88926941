// What an edit costs in trees whose tasks hang together: counted in rows that are made again, not in time.

import { describe, expect, test } from "vitest";
import { build as buildTree, NOON_MS, type TaskSketch, taskRecord } from "../../../test/support/task-tree.ts";
import type { FileRecord } from "../contract/parsed-file.ts";
import type { BuiltSnapshot } from "./built-snapshot.ts";

const COUNT = 300;
/** Dates that were read once: others would improve rows that are "at least" so old. */
const commitDatesMs = new Map();
const build: typeof buildTree = (files, given) => buildTree(files, { commitDatesMs, ...given });
const slug = (index: number) => `t${index}`;

const SHAPES: Readonly<Record<string, (index: number) => readonly string[]>> = {
  circle: (index) => [slug((index + 1) % COUNT)],
  hub: (index) => (index === 0 ? [] : [slug(0)]),
  epic: (index) => (index === 0 ? Array.from({ length: COUNT - 1 }, (_, at) => slug(at + 1)) : []),
};

describe.each(Object.entries(SHAPES))("P24: a %s of 300 tasks", (shape, dependenciesOf) => {
  const sketch = (index: number, over: Partial<TaskSketch> = {}) =>
    taskRecord({ slug: slug(index), status: "ready", dependencies: dependenciesOf(index), ...over });

  function setUp() {
    const files = Array.from({ length: COUNT }, (_, index) => sketch(index));
    return { files, first: build(files) };
  }

  /** How many rows are made again when a file changes. */
  function remade(files: readonly FileRecord[], previous: BuiltSnapshot, change: FileRecord) {
    const edited = files.map((file) => (file.stamp.path === change.stamp.path ? change : file));
    const next = build(edited, { previous, nowMs: NOON_MS + 1 });
    const before = previous.memory?.entries ?? [];
    return {
      count: next.memory?.entries.filter((entry, place) => entry !== before[place]).length,
      next,
      edited,
    };
  }

  test("an edit that changes no status and no dependency makes one row again", () => {
    const { files, first } = setUp();
    for (const index of [0, 7]) {
      expect(remade(files, first, sketch(index, { title: "New" })).count).toBe(1);
      expect(remade(files, first, sketch(index, { owner: "dave" })).count).toBe(1);
    }
  });

  test("a task that finishes makes those again that hang on it, and what is made again is right", () => {
    const { files, first } = setUp();
    const { count, next, edited } = remade(files, first, sketch(0, { status: "completed" }));
    expect(count).toBe({ circle: COUNT, hub: COUNT, epic: 1 }[shape]);
    const rows = [...next.rows].map(([key, { group, problems }]) => [key, group, problems]);
    expect(rows).toEqual([...build(edited).rows].map(([key, { group, problems }]) => [key, group, problems]));
  });
});

test("P24: a dependency elsewhere leaves a circle of its own alone", () => {
  const circle = [0, 1, 2].map((index) =>
    taskRecord({ slug: slug(index), status: "ready", dependencies: [slug((index + 1) % 3)] }),
  );
  const outside = (dependencies: readonly string[]) =>
    taskRecord({ slug: "z", status: "ready", dependencies });
  const first = build([...circle, outside([]), taskRecord({ slug: "y" })]);
  const next = build([...circle, outside(["y"]), taskRecord({ slug: "y" })], { previous: first });
  const kept = next.memory?.entries.filter((entry, place) => entry === first.memory?.entries[place]);
  expect(kept?.map(({ row }) => row.key)).toEqual(["t0", "t1", "t2"]);
});
