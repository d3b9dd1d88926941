import { describe, expect, test } from "vitest";
import { GROUPS, type Snapshot } from "../../../core/contract/snapshot.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { type PageRequest, taskPage } from "./task-page.ts";

/** As far as a page of a list looks at it. */
function snapshotOf(groups: Partial<Record<string, readonly string[]>>): Snapshot {
  const all = Object.fromEntries(GROUPS.map((group) => [group, groups[group] ?? []]));
  const counts = Object.fromEntries(GROUPS.map((group) => [group, all[group]?.length ?? 0]));
  const tasks = Object.values(all)
    .flat()
    .map((key) => ({ key }));
  return { groups: all, counts, tasks } as unknown as Snapshot;
}

const snapshot = snapshotOf({ active: ["a", "b"], ready: ["c", "d", "e"], done: ["f"] });

function keys(request: Partial<PageRequest>) {
  const page = taskPage(snapshot, { group: null, after: null, limit: 50, ...request });
  return { shown: page.groups.flatMap(({ rows }) => rows.map(({ key }) => key)).join(""), page };
}

describe("P14: a list stops at its limit and says how to continue", () => {
  test("everything, in the order of the page", () => {
    const { shown, page } = keys({});
    expect(shown).toBe("abcdef");
    expect(page).toMatchObject({ shown: 6, total: 6, next: null });
  });

  test("pages follow each other without gap or overlap", () => {
    const first = keys({ limit: 3 });
    expect(first).toMatchObject({ shown: "abc", page: { total: 6, next: "c" } });
    const second = keys({ limit: 3, after: first.page.next });
    expect(second).toMatchObject({ shown: "def", page: { next: null } });
  });

  test("a group that is cut still says how many tasks it has", () => {
    const { page } = keys({ limit: 3 });
    expect(page.groups.map(({ group, count, rows }) => [group, rows.length, count])).toEqual([
      ["active", 2, 2],
      ["ready", 1, 3],
    ]);
  });

  test.each([["ready"], ["in-review"], ["in_review"], ["In review"]])("only one group: %s", (group) => {
    expect(keys({ group }).shown).toBe(group === "ready" ? "cde" : "");
  });
});

test.each<[Partial<PageRequest>, Partial<UserError>]>([
  [{ group: "redy" }, { code: "usage", hint: expect.stringContaining("Did you mean ready?") }],
  [{ group: "all" }, { code: "usage", hint: expect.stringContaining("needs_attention, active") }],
  [{ after: "gone" }, { code: "task_unknown", hint: expect.stringContaining("without --after") }],
  [{ group: "ready", after: "a" }, { code: "task_unknown" }],
])("C5: %j cannot be followed", (request, error) => {
  expect(() => keys(request)).toThrow(UserError);
  expect(() => keys(request)).toThrow(expect.objectContaining(error));
});
