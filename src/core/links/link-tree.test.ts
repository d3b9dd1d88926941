import { describe, expect, test } from "vitest";
import {
  build,
  milestone,
  person,
  role,
  type TaskSketch,
  taskRecord,
  treeIndex,
} from "../../../test/support/task-tree.ts";
import type { FileRecord } from "../contract/parsed-file.ts";
import { dependencyCycles } from "./dependency-cycles.ts";
import { linkTree } from "./link-tree.ts";

function link(...files: (FileRecord | TaskSketch)[]) {
  return linkTree(treeIndex(files.map((file) => ("parsed" in file ? file : taskRecord(file)))), null);
}

/** What the only dependency of `asks` means in a tree that also holds the given tasks. */
function meaning(reference: string, ...tasks: TaskSketch[]) {
  const tree = link({ slug: "asks", dependencies: [reference] }, ...tasks);
  const links = tree.tasks.find(({ spec }) => spec.slug === "asks")?.links;
  return links?.dependencyKeys[0] ?? links?.broken[0];
}

describe("references", () => {
  const shapes = [
    ["a slug", "fix-ci", { slug: "fix-ci" }],
    ["<workstream>/<slug>", "infra/fix-ci", { slug: "fix-ci" }],
    ["the default id", "INFRA_TOOLING-FIX_CI", { slug: "fix-ci", workstream: "infra-tooling" }],
    ["the default id of irregular names", "INFRA-FIX_THE_CI", { slug: "fix_the-CI" }],
    ["the default id of a task with another id", "INFRA-FIX_CI", { slug: "fix-ci", id: "M1-INFRA-001" }],
    ["a short id", "M1-INFRA-001", { slug: "fix-ci", id: "M1-INFRA-001" }],
    [
      "a long id",
      "M4_V1_0_LAUNCH-DASHBOARD_FACTORY-03",
      { slug: "fix-ci", id: "M4_V1_0_LAUNCH-DASHBOARD_FACTORY-03" },
    ],
    [
      "an idea's id",
      "MX_FAR_FUTURE_IDEAS-MCP_ANALYST_AGENT-02",
      { slug: "fix-ci", id: "MX_FAR_FUTURE_IDEAS-MCP_ANALYST_AGENT-02" },
    ],
    ["an id in lower case", "m1-infra-001", { slug: "fix-ci", id: "M1-INFRA-001" }],
  ] as const;
  test.each(shapes)("T3: %s resolves", (_, reference, task) => {
    expect(meaning(reference, task)).toBe(task.slug);
  });

  test("T3: a slug that two files use is ambiguous and names its candidates", () => {
    const twice = [{ slug: "fix-ci", workstream: "web" }, { slug: "fix-ci" }];
    expect(meaning("fix-ci", ...twice)).toEqual({
      reference: "fix-ci",
      state: "ambiguous",
      candidates: ["infra/fix-ci", "web/fix-ci"],
    });
    expect(meaning("web/fix-ci", ...twice)).toBe("web/fix-ci");
  });

  test("T3: an id that two files use is ambiguous", () => {
    expect(meaning("M1-1", { slug: "a", id: "M1-1" }, { slug: "b", id: "M1-1" })).toMatchObject({
      state: "ambiguous",
      candidates: ["a", "b"],
    });
  });

  test("a missing one names near misses, nearest first", () => {
    expect(meaning("fix-cj", { slug: "fix-ci" }, { slug: "fix-c" }, { slug: "far-away" })).toEqual({
      reference: "fix-cj",
      state: "missing",
      candidates: ["fix-c", "fix-ci"],
    });
  });

  test.each(["__proto__", "constructor", "toString", "", "/", "-", "a/b/c"])(
    "S14: %j is just missing",
    (reference) => {
      expect(meaning(reference)).toEqual({ reference, state: "missing", candidates: [] });
    },
  );
});

describe("keys and dependents", () => {
  test("files that share a slug are called <workstream>/<slug> and name each other", () => {
    const { tasks } = link({ slug: "a" }, { slug: "a", workstream: "web" }, { slug: "b" });
    expect(tasks.map(({ links }) => links.key)).toEqual(["infra/a", "web/a", "b"]);
    expect(tasks[0]?.problems).toEqual([
      expect.objectContaining({
        code: "slug_taken",
        severity: "error",
        message: expect.stringContaining("tasks/workstreams/web/tasks/a.md"),
      }),
    ]);
    expect(tasks[1]?.problems[0]?.message).toContain("tasks/workstreams/infra/tasks/a.md");
    expect(tasks[2]?.problems).toEqual([]);
  });

  test("dependents are named once and in order, however often and in whatever way they refer to the task", () => {
    const { tasks } = link(
      { slug: "z", dependencies: ["a", "infra/a", "INFRA-A"] },
      { slug: "y", dependencies: ["a"] },
      { slug: "a" },
    );
    expect(tasks[2]?.links.dependents).toEqual(["y", "z"]);
    expect(tasks[0]?.links.dependencyKeys).toEqual(["a", null, null]);
  });
});

describe("marks", () => {
  const codes = (...files: (FileRecord | TaskSketch)[]) =>
    link(...files).tasks.flatMap(({ problems }) =>
      problems.map(({ code, severity, line }) => ({ code, severity, line })),
    );

  test("an unknown milestone is a warning on its line", () => {
    expect(codes(milestone("m1"), { slug: "a", milestone: "m2" })).toEqual([
      { code: "unknown_milestone", severity: "warning", line: 6 },
    ]);
  });

  test("nothing is said about a kind of file that the tree does not use", () => {
    expect(codes({ slug: "a", milestone: "m2", initiative: "i", owner: "zoe" })).toEqual([]);
  });

  test("an unknown owner is a warning, and so is a role that resolves to no person", () => {
    expect(codes(person("dave"), { slug: "a", owner: "zoe" })).toMatchObject([
      { code: "unknown_owner", line: 4 },
    ]);
    expect(codes(person("dave"), role("qa", "zoe"), { slug: "a", owner: "qa" })).toMatchObject([
      { code: "unknown_owner" },
    ]);
  });
});

describe("cycles", () => {
  const paths = (...tasks: TaskSketch[]) => {
    const tree = link(...tasks);
    return Object.fromEntries(
      [...dependencyCycles(tree, null)].map(([place, { path }]) => [
        tree.tasks[place]?.spec.slug,
        path.join(" "),
      ]),
    );
  };
  const circle: TaskSketch[] = [
    { slug: "a", dependencies: ["b"] },
    { slug: "b", dependencies: ["c", "free"] },
    { slug: "c", dependencies: ["a"] },
    { slug: "free" },
    { slug: "outside", dependencies: ["a"] },
  ];

  test("each task of a circle has its own way back to itself", () => {
    expect(paths(...circle)).toEqual({ a: "a b c", b: "b c a", c: "c a b" });
  });

  test("a task can wait for itself", () => {
    expect(paths({ slug: "a", dependencies: ["a"] })).toEqual({ a: "a" });
  });

  test.each(["completed", "cancelled"] as const)("a %s task ends the circle", (status) => {
    expect(
      paths({ slug: "b", dependencies: ["c"], status }, ...circle.filter(({ slug }) => slug !== "b")),
    ).toEqual({});
  });
});

describe("relinking", () => {
  const files = [taskRecord({ slug: "a", dependencies: ["b"] }), taskRecord({ slug: "b" }), person("dave")];
  const first = linkTree(treeIndex(files), null);
  const swap = (record: FileRecord) =>
    linkTree(treeIndex(files.map((file) => (file.stamp.path === record.stamp.path ? record : file))), first);

  test("the same files give the same tree", () => {
    expect(linkTree(treeIndex(files), first)).toBe(first);
  });

  test("a touched file with the same content gives the same tree", () => {
    const [record] = files;
    expect(record && swap({ ...record, stamp: { ...record.stamp, mtimeMs: 9 } })).toBe(first);
  });

  test("an edit that affects no other task keeps the structure and every other task", () => {
    const next = swap(taskRecord({ slug: "b", title: "New" }));
    expect(next.structure).toBe(first.structure);
    expect(next.tasks[0]).toBe(first.tasks[0]);
    expect(next.tasks[1]?.spec.title).toBe("New");
  });

  test("a changed dependency makes a new structure, and new tasks only where something changed", () => {
    const more = linkTree(treeIndex([...files, taskRecord({ slug: "c", dependencies: ["b"] })]), first);
    expect(more.structure).not.toBe(first.structure);
    expect(more.tasks[0]).toBe(first.tasks[0]);
    expect(more.tasks[1]?.links.dependents).toEqual(["a", "c"]);
  });

  test("a person who appears is known to every task", () => {
    const tree = link({ slug: "a", owner: "dave" });
    expect(tree.tasks[0]?.owner.state).toBe("unchecked");
    const next = linkTree(treeIndex([taskRecord({ slug: "a", owner: "dave" }), person("dave")]), tree);
    expect(next.tasks[0]?.owner.state).toBe("known");
  });
});

test("T6: a task counts once among dependencies, however it is spelled, and the repetition is said", () => {
  const { header: _, rows } = build([
    { slug: "b", status: "ready", dependencies: ["a", "INFRA-A", "lost", "infra/a", "c"] },
    { slug: "a" },
    { slug: "c", status: "completed" },
  ]);
  const row = rows.get("b");
  expect(row?.dependencies.map(({ reference, key }) => [reference, key])).toEqual([
    ["a", "a"],
    ["lost", null],
    ["c", "c"],
  ]);
  expect(row?.problems.map(({ code, line, message }) => [code, line, message])).toEqual([
    ["dependency_missing", 8, 'The dependency "lost" does not exist.'],
    [
      "dependency_repeated",
      7,
      'The dependency "INFRA-A" means a, which is already listed above; it counts once.',
    ],
    [
      "dependency_repeated",
      9,
      'The dependency "infra/a" means a, which is already listed above; it counts once.',
    ],
  ]);
});

test("T7: a problem of one entry names the line of that entry", () => {
  const row = build([
    { slug: "a", dependencies: ["c", "b", "x"] },
    { slug: "b", dependencies: ["a"] },
    { slug: "c", status: "cancelled" },
    person("dana", ["D", "ed"]),
    person("ed"),
  ]);
  expect(row.rows.get("a")?.problems.map(({ code, line }) => [code, line])).toEqual([
    ["dependency_missing", 8],
    ["dependency_cycle", 7],
  ]);
  expect(row.rows.get("a")?.signals.map(({ code, evidence }) => [code, evidence["line"]])).toEqual([
    ["dependency_cycle", "7"],
    ["dependency_missing", "8"],
    ["dependency_cancelled", "6"],
  ]);
  expect(row.header.problems.map(({ code, line }) => [code, line])).toEqual([["alias_taken", 4]]);
});

describe("T8: names that mean nothing here", () => {
  test.each<[string, readonly FileRecord[], string, string]>([
    ["@dana", [person("dana")], "unknown_owner", "Did you mean owner: dana? "],
    ["dna", [person("dana")], "unknown_owner", "Did you mean owner: dana? "],
    ["zoe", [person("dana")], "unknown_owner", "Correct the owner"],
    ["@dana", [], "owner_with_sign", "Remove the @: owner: dana."],
  ])("owner %j", (owner, files, code, hint) => {
    const { rows } = build([{ slug: "a", owner }, ...files]);
    expect(rows.get("a")?.problems).toMatchObject([
      { code, line: 4, hint: expect.stringMatching(`^${hint.replace("?", "\\?")}`) },
    ]);
  });
});
