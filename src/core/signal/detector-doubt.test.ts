import { describe, expect, test } from "vitest";
import { build, HOUR_MS, NOON_MS, type TaskSketch } from "../../../test/support/task-tree.ts";
import type { BuiltSnapshot } from "../snapshot/built-snapshot.ts";
import { FEWEST_DOUBTED_TASKS, HOLD_MS } from "./detector-doubt.ts";

/** `count` tasks that became ready at the same time, and others that are only just ready. */
function readyTasks(count: number, fresh = 0): TaskSketch[] {
  const old = Array.from({ length: count }, (_, at): TaskSketch => ({ slug: `old-${at}`, status: "ready" }));
  const changed = { atMs: NOON_MS + 24 * HOUR_MS, basis: "seen" } as const;
  const young = Array.from(
    { length: fresh },
    (_, at): TaskSketch => ({ slug: `young-${at}`, status: "ready", changed }),
  );
  return [...old, ...young];
}

/** Builds the same tree at several times, in hours after noon. */
function buildAt(files: TaskSketch[], ...hours: number[]): BuiltSnapshot {
  return hours.reduce<BuiltSnapshot | null>(
    (previous, hour) => build(files, { previous, nowMs: NOON_MS + hour * HOUR_MS }),
    null,
  ) as BuiltSnapshot;
}

function raised(built: BuiltSnapshot): number {
  return built.rows.values().reduce((sum, { signals }) => sum + signals.length, 0);
}

describe("many tasks that turn overdue in one cycle", () => {
  test("are one doubt, and their signals are held back", () => {
    const built = buildAt(readyTasks(6), 0, 25);
    expect(raised(built)).toBe(0);
    expect(built.header.doubts).toEqual([
      {
        code: "detector_doubt",
        tier: 1,
        sentence:
          "6 of 6 ready tasks turned overdue in one update. Check the clock; their signals are held back",
        evidence: {
          signal: "pickup_overdue",
          group: "ready",
          tasks: "6",
          group_size: "6",
          doubt_percent: "20",
          until: "2026-03-25T14:00:00.000Z",
        },
        first_seen: "2026-03-25T13:00:00.000Z",
        acknowledged: null,
      },
    ]);
    expect(built.nextChangeMs).toBe(NOON_MS + 25 * HOUR_MS + HOLD_MS);
  });

  test("stay at tier 1 when that was open before", () => {
    // Doubted at 12 h, believed an hour later, doubted again when all turn to tier 2.
    const built = buildAt(readyTasks(6), 0, 12, 13.1, 24);
    expect(built.header.doubts).toHaveLength(1);
    expect(
      built.rows
        .values()
        .map(({ signals }) => signals[0]?.tier)
        .toArray(),
    ).toEqual([1, 1, 1, 1, 1, 1]);
    expect(built.rows.get("old-0")?.signals[0]?.sentence).toBe("Not started for over 12 h");
  });

  test("are believed once the doubt has lasted its time", () => {
    expect(raised(buildAt(readyTasks(6), 0, 25, 25.99))).toBe(0);
    const built = buildAt(readyTasks(6), 0, 25, 25.5, 26);
    expect(built.header.doubts).toEqual([]);
    expect(built.rows.values().every(({ group }) => group === "needs_attention")).toBe(true);
    expect(built.rows.get("old-0")?.signals[0]?.first_seen).toBe("2026-03-25T12:00:00.000Z");
  });

  test("are forgotten when the clock is set right", () => {
    const built = buildAt(readyTasks(6), 0, 25, 1);
    expect(built.header.doubts).toEqual([]);
    expect(raised(built)).toBe(0);
  });

  test("are raised when so many were picked up that they are few", () => {
    const doubted = buildAt(readyTasks(6), 0, 25);
    const picked = readyTasks(6).map(
      (task, at): TaskSketch => (at < 2 ? { ...task, status: "in_progress" } : task),
    );
    const built = build(picked, { previous: doubted, nowMs: NOON_MS + 25.1 * HOUR_MS });
    expect(built.header.doubts).toEqual([]);
    expect(
      built.rows
        .values()
        .filter(({ group }) => group === "needs_attention")
        .toArray(),
    ).toHaveLength(4);
  });
});

describe("no doubt", () => {
  const few = FEWEST_DOUBTED_TASKS - 1;
  test.each<[string, BuiltSnapshot, number]>([
    ["when they are few", buildAt(readyTasks(few), 0, 25), few],
    ["when they are a small share of their group", buildAt(readyTasks(5, 20), 24 - 13, 24.5), 5],
    ["at the first snapshot of a tree", buildAt(readyTasks(30), 48), 30],
    ["when they turn one by one", buildAt(readyTasks(30), 48, 49, 50), 30],
  ])("%s", (_, built, signals) => {
    expect(built.header.doubts).toEqual([]);
    expect(raised(built)).toBe(signals);
  });

  test("when git brings older dates: that is learned, not waited for", () => {
    const changed = { atMs: NOON_MS, basis: "first_seen" } as const;
    const files = readyTasks(8).map((task) => ({ ...task, changed }));
    const previous = build(files);
    const commitDatesMs = new Map(
      previous.rows.values().map(({ file }) => [file as never, NOON_MS - 100 * HOUR_MS]),
    );
    const built = build(files, { previous, commitDatesMs, nowMs: NOON_MS + 1 });
    expect(built.header.doubts).toEqual([]);
    expect(raised(built)).toBe(8);
    expect(built.rows.get("old-0")).toMatchObject({
      base_since: "2026-03-20T08:00:00.000Z",
      base_since_basis: "commit",
    });
  });
});
