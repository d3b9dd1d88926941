import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { GROUPS, type Group, type Snapshot } from "../../core/contract/snapshot.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { writeCursor } from "./cursor.ts";
import { listPage } from "./list-page.ts";

type Groups = Partial<Record<Group, readonly string[]>>;

/** As far as a page looks at it. */
function snapshotOf(groups: Groups): Pick<Snapshot, "tasks" | "groups"> {
  const all = Object.fromEntries(GROUPS.map((group) => [group, groups[group] ?? []]));
  const tasks = Object.entries(all).flatMap(([group, keys]) =>
    keys.map((key) => ({
      key,
      group,
      title: `Title ${key}`,
      reason: "ready",
      priority: null,
      owner: "dave",
    })),
  );
  return { groups: all, tasks } as unknown as Pick<Snapshot, "tasks" | "groups">;
}

function page(groups: Groups, cursor: string | null = null, limit = 3, group: Group | null = null) {
  const { tasks, next_cursor: next = null, total } = listPage(snapshotOf(groups), { group, limit, cursor });
  return { keys: tasks.map(({ task }) => task), next, total };
}

const TREE: Groups = { active: ["a", "b"], ready: ["c", "d", "e"], done: ["f"] };

describe("K55: a list of tasks is bounded, and its cursor continues where it ended", () => {
  test("pages follow each other without gap or overlap, over groups", () => {
    const first = page(TREE);
    expect(first).toMatchObject({ keys: ["a", "b", "c"], total: 6 });
    const second = page(TREE, first.next);
    expect(second).toMatchObject({ keys: ["d", "e", "f"], next: null });
    expect(page(TREE, null, 50, "ready")).toMatchObject({ keys: ["c", "d", "e"], next: null, total: 3 });
  });

  test("a task that moves to another group in between hides none of those behind it", () => {
    const { next } = page(TREE);
    expect(page({ ...TREE, ready: ["d", "e"], done: ["c", "f"] }, next, 50).keys).toEqual([
      ...["d", "e", "c", "f"],
    ]);
    // The last one shown is in an earlier group now: the groups between do not come again.
    expect(page({ active: ["c", "a", "b"], ready: ["d"], done: [] }, next, 50).keys).toEqual(["d"]);
  });

  test("whatever leaves its group between two calls, no task that stays is left out", () => {
    const keys = Array.from({ length: 20 }, (_, at) => `t${at}`);
    fc.assert(
      fc.property(
        fc.array(fc.subarray(keys), { maxLength: 8 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 20 }),
        (leaving, limit, cut) => {
          let [ready, waiting] = [keys.slice(0, cut), keys.slice(cut)];
          const shown: string[] = [];
          let cursor: string | null = null;
          for (let call = 0; call < 60; call += 1) {
            const found = page({ ready, waiting }, cursor, limit);
            shown.push(...found.keys);
            cursor = found.next;
            if (cursor === null) break;
            const gone = new Set(leaving[call]);
            ready = ready.filter((key) => !gone.has(key));
            waiting = waiting.filter((key) => !gone.has(key));
          }
          expect(shown).toEqual(expect.arrayContaining([...ready, ...waiting]));
        },
      ),
      { numRuns: rounds({ short: 200, full: 5_000 }) },
    );
  });

  test("long titles and reasons are cut, and never within a character", () => {
    const snapshot = snapshotOf({ ready: ["a"] });
    const [row] = snapshot.tasks;
    const long = { ...row, title: "😀".repeat(200), reason: "r".repeat(9_000) };
    const [line] = listPage(
      { ...snapshot, tasks: [long as never] },
      { group: null, limit: 1, cursor: null },
    ).tasks;
    expect(line?.title).toBe(`${"😀".repeat(80)}…`);
    expect(line?.reason).toHaveLength(301);
  });

  test.each([
    ["no base64", "\u0000\u0001"],
    ["no JSON", Buffer.from("{").toString("base64url")],
    ["another shape", writeCursor({ group: "nowhere", keys: ["a"] })],
    ["keys of another kind", writeCursor({ group: "ready", keys: [{ __proto__: 1 }] })],
    ["a cursor of `show`", writeCursor({ from: 0, hash: "" })],
  ])("a cursor that it did not write is refused: %s", (_name, cursor) => {
    expect(() => page(TREE, cursor)).toThrow(UserError);
    expect(() => page(TREE, cursor)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});
