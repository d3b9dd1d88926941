import fc from "fast-check";
import { expect, test } from "vitest";
import { build } from "../../../test/support/task-tree.ts";
import { assembleSnapshot } from "./assemble.ts";
import { keepOrder } from "./keep-order.ts";
import { GROUPS, type TaskRow } from "./schema.ts";

const COUNT = 40;
const { header, rows } = build(Array.from({ length: COUNT }, (_, at) => ({ slug: `task-${at}` })));

const rowArbitrary = fc.record({
  at: fc.integer({ min: 0, max: COUNT }),
  group: fc.constantFrom(...GROUPS),
  priority: fc.constantFrom("p0", "p1", null),
  since: fc.constantFrom("2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z"),
});
type Edit = typeof rowArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

test("R14: few changes make the same snapshot with the order of before as without", () => {
  const edits = fc.array(rowArbitrary, { maxLength: COUNT });
  const few = fc.uniqueArray(rowArbitrary, { maxLength: COUNT / 10, selector: ({ at }) => at });
  fc.assert(
    fc.property(edits, few, (first, second) => {
      const before = edited(rows, first);
      const after = edited(before, second);
      const kept = { snapshot: assembled(before), rowByKey: before };
      expect(keepOrder([...after.values()], kept)).not.toBeNull();
      expect(assembled(after, kept)).toEqual(assembled(after));
    }),
    { numRuns: 1_000 },
  );
});

test("a task that is gone, or many changes, put everything in order anew", () => {
  const kept = { snapshot: assembled(rows), rowByKey: rows };
  const [, ...others] = [...rows.values()];
  expect(keepOrder(others, kept)).toBeNull();
  expect(
    keepOrder(
      [...rows.values()].map((row) => ({ ...row })),
      kept,
    ),
  ).toBeNull();
});

/** Place `COUNT` is a task that was not there before. */
function edited(of: ReadonlyMap<string, TaskRow>, edits: readonly Edit[]): Map<string, TaskRow> {
  const next = new Map(of);
  for (const { at, ...changes } of edits) {
    const key = `task-${at}`;
    const row = next.get(key) ?? { ...(next.get("task-0") as TaskRow), key, slug: key };
    next.set(key, { ...row, ...changes });
  }
  return next;
}

function assembled(of: ReadonlyMap<string, TaskRow>, before: Parameters<typeof keepOrder>[1] | null = null) {
  return assembleSnapshot({ header, rows: of.values(), seq: 1, epoch: 1, publishedAt: "", before });
}
