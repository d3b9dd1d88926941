import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { build } from "../../../test/support/task-tree.ts";
import type { Signal } from "../contract/signal.ts";
import { GROUPS, type Snapshot, type TaskRow } from "../contract/snapshot.ts";
import { assembleSnapshot } from "./assemble.ts";
import { updateSnapshot } from "./update.ts";

const COUNT = 40;
const { header, rows } = build(Array.from({ length: COUNT }, (_, at) => ({ slug: `task-${at}` })));

const DAYS = ["2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z"];

const PROBLEM: TaskRow["problems"][number] = {
  ...{ code: "x", severity: "warning", file: "tasks/a.md", line: null },
  ...{ message: "m", hint: "h" },
};

const signalArbitrary = fc.record({
  code: fc.constantFrom("pickup_overdue", "needs_answer"),
  tier: fc.constantFrom(1, 2),
  first_seen: fc.constantFrom(...DAYS),
  sentence: fc.constant("Something."),
  evidence: fc.constant({}),
  acknowledged: fc.constantFrom(null, { by: "dave", at: DAYS[0], until: null, note: null }),
}) as fc.Arbitrary<Signal>;

/** Places from `COUNT` on are tasks that were not there before. */
const editArbitrary = fc.record({
  at: fc.integer({ min: 0, max: COUNT + 3 }),
  change: fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    {
      weight: 6,
      arbitrary: fc.record({
        group: fc.constantFrom(...GROUPS),
        status: fc.constantFrom("ready", "completed", "cancelled", null),
        priority: fc.constantFrom("p0", "p1", null),
        since: fc.constantFrom(...DAYS),
        owner_state: fc.constantFrom("known", "none", "unknown"),
        problems: fc.constantFrom<TaskRow["problems"]>([], [PROBLEM]),
        signals: fc.array(signalArbitrary, { maxLength: 2 }),
      }),
    },
  ),
});
type Edit = typeof editArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** What one publication changes. */
const stepArbitrary = fc.record({
  edits: fc.oneof(
    fc.array(editArbitrary, { maxLength: COUNT / 10 }),
    fc.array(editArbitrary, { maxLength: COUNT }),
  ),
  doubts: fc.array(signalArbitrary, { maxLength: 1 }),
});

test("R14: a snapshot kept up to date edit by edit equals the one assembled from all rows", () => {
  const steps = fc.array(stepArbitrary, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(steps, (all) => {
      let now = new Map(rows);
      let snapshot = assembled(now, 1, []);
      for (const [at, { edits, doubts }] of all.entries()) {
        const { next, changedRows, goneKeys } = edited(now, edits);
        const update = { ...facts(at + 2, doubts), changedRows, goneKeys };
        const before = structuredClone(snapshot);
        const updated = updateSnapshot(snapshot, update);
        expect(updated).toEqual(assembled(next, at + 2, doubts));
        // Pages of the one before are still being made.
        expect(snapshot).toEqual(before);
        [now, snapshot] = [next, updated];
      }
    }),
    { numRuns: rounds({ short: 300, full: 3_000 }) },
  );
});

test("an edit copies no list that it does not touch", () => {
  const before = assembled(rows, 1, []);
  const row = { ...(rows.get("task-7") as TaskRow), title: "Other" };
  const after = updateSnapshot(before, { ...facts(2, []), changedRows: [row], goneKeys: [] });
  expect(after.tasks.filter((task, at) => task !== before.tasks[at])).toEqual([row]);
  for (const group of GROUPS.filter((one) => one !== row.group))
    expect(after.groups[group]).toBe(before.groups[group]);
  expect(after.escalation.signals).toBe(before.escalation.signals);
  expect(after.summary.without_known_owner).toBe(before.summary.without_known_owner);
});

test("a snapshot in the order of another version is put in order", () => {
  const before = assembled(rows, 1, []);
  const { group } = before.tasks[0] as TaskRow;
  const odd = {
    ...before,
    groups: { ...before.groups, [group]: [...(before.groups[group] ?? [])].reverse() },
  };
  const row = { ...(rows.get("task-0") as TaskRow), title: "Other" };
  const after = updateSnapshot(odd, { ...facts(2, []), changedRows: [row], goneKeys: [] });
  expect(after).toEqual(assembled(new Map(rows).set("task-0", row), 2, []));
});

function edited(of: ReadonlyMap<string, TaskRow>, edits: readonly Edit[]) {
  const next = new Map(of);
  for (const { at, change } of edits) {
    const key = `task-${at}`;
    const row = next.get(key) ?? { ...(rows.get("task-0") as TaskRow), key, slug: key };
    if (change === null) next.delete(key);
    else next.set(key, { ...row, ...change } as TaskRow);
  }
  const changedRows = [...next.values()].filter((row) => of.get(row.key) !== row);
  const goneKeys = [...of.keys()].filter((key) => !next.has(key));
  return { next, changedRows, goneKeys };
}

function facts(seq: number, doubts: readonly Signal[]) {
  return { header: { ...header, doubts: doubts as Snapshot["doubts"] }, seq, epoch: 1, publishedAt: "" };
}

function assembled(of: ReadonlyMap<string, TaskRow>, seq: number, doubts: readonly Signal[]): Snapshot {
  return assembleSnapshot({ ...facts(seq, doubts), rows: of.values() });
}
