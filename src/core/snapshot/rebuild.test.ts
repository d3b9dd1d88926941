import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { runFacts, runsInput, sampleRun } from "../../../test/support/run-samples.ts";
import {
  HOUR_MS,
  milestone,
  NOON_MS,
  REPOSITORY,
  type TaskSketch,
  THRESHOLDS,
  taskRecord,
  treeIndex,
} from "../../../test/support/task-tree.ts";
import type { TreeIndex } from "../contract/parsed-file.ts";
import { TASK_STATUSES } from "../contract/task.ts";
import { NOTHING_ASKED } from "../pull-request/pull-requests-input.ts";
import { NO_RUNS } from "../run/run-facts.ts";
import { changedValues, replaceValues } from "../values/patched-map.ts";
import { buildSnapshot } from "./build.ts";
import { type BuildInput, type BuiltSnapshot, restoreBuilt } from "./built-snapshot.ts";
import { diffRows } from "./diff.ts";

const COUNT = 24;

/** Each depends on one or two before it, so that there is no circle. */
const sketchOf = (at: number): TaskSketch => ({
  slug: `t${at}`,
  status: TASK_STATUSES[at % TASK_STATUSES.length] ?? null,
  milestone: at % 2 === 0 ? "m1" : null,
  dependencies: at === 0 ? [] : [`t${at - 1}`, `t${at >> 1}`].filter((slug) => slug !== `t${at}`),
  changed: { atMs: NOON_MS - (at % 7) * HOUR_MS * 11, basis: "seen" },
});
const START = treeIndex([
  milestone("m1", "2026-03-24"),
  ...Array.from({ length: COUNT }, (_, at) => taskRecord(sketchOf(at))),
]);

function edited(index: TreeIndex, sketches: readonly TaskSketch[]): TreeIndex {
  return replaceValues(
    index,
    new Map(sketches.map(taskRecord).map((record) => [record.stamp.path, record] as const)),
  );
}

function built(
  index: TreeIndex,
  previous: BuiltSnapshot | null,
  { nowMs = NOON_MS, runs = NO_RUNS }: Partial<Pick<BuildInput, "nowMs" | "runs">> = {},
) {
  return buildSnapshot({
    ...{ index, previous, nowMs, runs },
    repository: REPOSITORY,
    thresholds: THRESHOLDS,
    commitDatesMs: NO_DATES,
    addedDatesMs: null,
    pullRequests: NOTHING_ASKED,
  });
}
const NO_DATES = new Map();

/** The rows of the build are made from those before it, not all again. */
const isOfEdits = (before: BuiltSnapshot, after: BuiltSnapshot) =>
  changedValues(before.rows, after.rows) !== null;

const edit = fc.record({
  at: fc.integer({ min: 0, max: COUNT - 1 }),
  status: fc.constantFrom(...TASK_STATUSES, null),
  title: fc.constantFrom("One", "Two"),
  milestone: fc.constantFrom(null, "m1"),
  owner: fc.constantFrom(null, "dave"),
  hoursAgo: fc.integer({ min: 0, max: 80 }),
});

test("R14: the build after an edit equals one that knows nothing of the build before", () => {
  const steps = fc.array(
    fc.record({
      edits: fc.array(edit, { maxLength: 3 }),
      passMs: fc.constantFrom(0, 0, 1, 1_000, HOUR_MS, 13 * HOUR_MS, -1),
    }),
    { minLength: 1, maxLength: 8 },
  );
  let quick = 0;
  let all = 0;
  fc.assert(
    fc.property(steps, (history) => {
      let [index, nowMs] = [START, NOON_MS];
      let before = built(index, null);
      for (const { edits, passMs } of history) {
        nowMs += passMs;
        const sketches = edits.map(({ at, hoursAgo, ...given }) => ({
          ...sketchOf(at),
          ...given,
          changed: { atMs: nowMs - hoursAgo * HOUR_MS, basis: "seen" } as const,
        }));
        index = edited(index, sketches);
        const warm = built(index, before, { nowMs });
        const cold = built(new Map(index), restoreBuilt({ ...before, rows: before.rows.values() }), {
          nowMs,
        });
        expect(isDeepStrictEqual(new Map(warm.rows), new Map(cold.rows))).toBe(true);
        expect(warm.header).toEqual(cold.header);
        expect(warm.nextChangeMs).toBe(cold.nextChangeMs);
        if (isOfEdits(before, warm)) quick++;
        all++;
        before = warm;
      }
    }),
    { numRuns: rounds({ short: 300, full: 3_000 }) },
  );
  // The property says nothing unless the short way is mostly taken.
  expect(quick).toBeGreaterThan(all / 2);
});

test("P3: an edit or a run makes one row again, and what depends on it when that begins or ends to be finished", () => {
  const before = built(START, null);
  const titled = built(edited(START, [{ ...sketchOf(3), title: "Other" }]), before);
  expect(diffRows(before.rows, titled.rows).changedRows.map(({ key }) => key)).toEqual(["t3"]);
  expect(isOfEdits(before, titled)).toBe(true);
  const finished = built(edited(START, [{ ...sketchOf(5), status: "completed" }]), before);
  expect(isOfEdits(before, finished)).toBe(true);
  const idle = built(START, null, { runs: runsInput([]) });
  const worked = built(START, idle, { runs: runsInput([runFacts(sampleRun({ key: "t3" }))]) });
  expect(diffRows(idle.rows, worked.rows).changedRows.map(({ key }) => key)).toEqual(["t3"]);
  expect(isOfEdits(idle, worked)).toBe(true);
  const { dependencies } = finished.rows.get("t6") ?? {};
  expect(dependencies?.find(({ key }) => key === "t5")?.state).toBe("finished");
});

const FIRST = built(START, null);

test.each<[string, Partial<Pick<BuildInput, "index" | "nowMs" | "runs">>]>([
  ["more attempts are allowed", { runs: { ...NO_RUNS, attemptsMax: NO_RUNS.attemptsMax + 1 } }],
  ["a run has no task", { runs: runsInput([runFacts(sampleRun({ key: "gone" }))]) }],
  ["a time is up", { nowMs: (FIRST.nextChangeMs ?? 0) + 1 }],
  ["the clock is set back", { nowMs: NOON_MS - 1 }],
  ["a file comes", { index: new Map([...START, ...treeIndex([taskRecord({ slug: "x" })])]) }],
])("it equals one from scratch when %s", (_, { index = START, ...given }) => {
  const cold = restoreBuilt({ ...FIRST, rows: FIRST.rows.values() });
  const [warm, fresh] = [built(index, FIRST, given), built(index, cold, given)];
  expect(new Map(warm.rows)).toEqual(new Map(fresh.rows));
  expect(warm.header).toEqual(fresh.header);
});
