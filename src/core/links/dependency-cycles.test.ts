// Circles are found again only where something about them has changed: against random histories of a tree in which
// nearly everything depends on everything.

import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { taskRecord, treeIndex } from "../../../test/support/task-tree.ts";
import type { TaskSpec } from "../contract/task.ts";
import { dependencyCycles, type PreviousCycles } from "./dependency-cycles.ts";
import { type LinkedTree, linkTree } from "./link-tree.ts";

const SLUGS = ["a", "b", "c", "d", "e", "f", "g"];

type State = Pick<TaskSpec, "title" | "status" | "dependencies">;

const edit = fc.record({
  slug: fc.constantFrom(...SLUGS),
  /** Null: the file is gone. */
  state: fc.option(
    fc.record<State>({
      title: fc.constantFrom("One", "Two"),
      status: fc.constantFrom("ready", "in_progress", "blocked", "completed"),
      dependencies: fc.array(fc.constantFrom(...SLUGS), { maxLength: 2 }),
    }),
    { freq: 8 },
  ),
});

test("P24: circles found with the help of the ones before are those found from nothing", () => {
  let circles = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 2, maxLength: 12 }), (edits) => {
      const states = new Map<string, State>();
      let before: PreviousCycles | null = null;
      for (const { slug, state } of edits) {
        if (state === null) states.delete(slug);
        else states.set(slug, state);
        const tree: LinkedTree = linkTree(treeIndex(records(states)), before?.tree ?? null);
        const cycles = dependencyCycles(tree, before);
        const fromNothing = dependencyCycles(tree, null);
        expect([...cycles]).toEqual([...fromNothing]);
        for (const [place, cycle] of cycles) {
          circles += 1;
          const key = tree.tasks[place]?.links.key;
          const former = cycleOf(before, key);
          // The same object exactly when it is the same circle.
          if (former !== undefined) expect(cycle === former).toBe(isEqual(cycle, former));
        }
        before = { tree, cycles };
      }
    }),
    { numRuns: rounds({ short: 400, full: 4_000 }) },
  );
  expect(circles).toBeGreaterThan(100);
});

function records(states: ReadonlyMap<string, State>) {
  return [...states].map(([slug, state]) => taskRecord({ slug, ...state }));
}

function cycleOf(before: PreviousCycles | null, key: string | undefined) {
  const place = before?.tree.tasks.findIndex(({ links }) => links.key === key) ?? -1;
  return before?.cycles.get(place);
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
