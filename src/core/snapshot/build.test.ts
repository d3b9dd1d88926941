import { describe, expect, test } from "vitest";
import {
  build,
  fileRecord,
  HOUR_MS,
  milestone,
  NOON_MS,
  person,
  REPOSITORY,
  role,
  type TaskSketch,
  THRESHOLDS,
  taskRecord,
} from "../../../test/support/task-tree.ts";
import { headerSchema, taskRowSchema } from "../contract/snapshot.ts";
import type { RelativePath } from "../contract/task.ts";
import { restoreBuilt } from "./built-snapshot.ts";

const iso = (hours: number) => new Date(NOON_MS + hours * HOUR_MS).toISOString();
const at = (hours: number) => NOON_MS + hours * HOUR_MS;

describe("rows", () => {
  test("carry what the file says and what linking found", () => {
    const { rows } = build([
      {
        slug: "a",
        title: null,
        owner: "architect",
        status: "ready",
        dependencies: ["b"],
        sections: [
          { heading: "Plan", line: 9, ticked: 1, dropped: 0, total: 3 },
          { heading: "QA", line: 15, ticked: 1, dropped: 0, total: 1 },
        ],
      },
      { slug: "b", status: "completed" },
      person("dave"),
      role("architect", "dave"),
    ]);
    expect(rows.get("a")).toMatchObject({
      title: "a.md",
      owner: "dave",
      owner_as: "architect",
      owner_state: "known",
      group: "ready",
      base_group: "ready",
      rule: "ready",
      dependencies: [{ reference: "b", key: "b", state: "finished", candidates: [] }],
      progress: { ticked: 2, total: 4 },
    });
    expect(rows.get("b")?.dependents).toEqual(["a"]);
  });

  test("R13: a file that cannot be read is a task with its problem, its base group planned, and all others stand", () => {
    const problem = {
      code: "yaml_invalid",
      severity: "error",
      file: "f",
      line: 2,
      message: "Bad.",
      hint: "",
    } as const;
    const { rows } = build([
      { slug: "bad", title: null, status: null, problems: [problem] },
      { slug: "good" },
    ]);
    expect(rows.get("bad")).toMatchObject({
      title: "bad.md",
      group: "needs_attention",
      base_group: "planned",
    });
    expect(rows.get("bad")?.problems).toEqual([problem]);
    expect(rows.get("good")?.group).toBe("planned");
  });

  test("S14: a task may be called like anything that every object has", () => {
    const { rows } = build([{ slug: "__proto__", dependencies: ["constructor"] }, { slug: "constructor" }]);
    expect([...rows.keys()]).toEqual(["__proto__", "constructor"]);
    expect(rows.get("constructor")?.dependents).toEqual(["__proto__"]);
  });

  test("H8: rows and header are as the published schema says", () => {
    const { header, rows } = build([
      { slug: "a", dependencies: ["a", "x"] },
      person("dave"),
      milestone("m1"),
    ]);
    expect(headerSchema.parse(header)).toEqual(header);
    for (const row of rows.values()) expect(taskRowSchema.parse(row)).toEqual(row);
  });
});

describe("header", () => {
  test("lists what is not a task, in order", () => {
    const initiative = (document: "research" | "spec", title: string | null) =>
      fileRecord({
        kind: "initiative",
        slug: "speed",
        workstream: "infra",
        document,
        file: `tasks/workstreams/infra/initiatives/speed/${document}.md` as RelativePath,
        title,
        problems: [],
      });
    const { header } = build([
      milestone("m2"),
      milestone("m1"),
      initiative("research", "Notes"),
      initiative("spec", "Speed"),
    ]);
    expect(header.milestones.map(({ slug, title }) => `${slug} ${title}`)).toEqual(["m1 m1", "m2 m2"]);
    expect(header.initiatives).toMatchObject([{ slug: "speed", title: "Speed", workstream: "infra" }]);
  });
});

describe("since when", () => {
  const files = (...tasks: TaskSketch[]) => tasks;

  test("the transition that was seen, of the group and of the base group each", () => {
    const first = build(files({ slug: "a", status: "ready" }));
    const second = build(files({ slug: "a", status: "in_progress" }), { previous: first, nowMs: at(1) });
    expect(second.rows.get("a")).toMatchObject({
      since: iso(1),
      since_basis: "transition",
      base_since: iso(1),
    });
    const broken = build(files({ slug: "a", status: "in_progress", dependencies: ["x"] }), {
      previous: second,
      nowMs: at(2),
    });
    expect(broken.rows.get("a")).toMatchObject({
      group: "needs_attention",
      since: iso(2),
      base_since: iso(1),
    });
  });

  test("a task that an edit leaves in its group keeps its time", () => {
    const first = build([{ slug: "a", status: "ready" }]);
    const edited = build(
      [{ slug: "a", status: "ready", title: "New", changed: { atMs: at(5), basis: "seen" } }],
      {
        previous: first,
        nowMs: at(5),
      },
    );
    expect(edited.rows.get("a")).toMatchObject({ since: iso(0), changed_at: iso(5) });
  });

  const unseen: TaskSketch = { slug: "a", changed: { atMs: NOON_MS, basis: "first_seen" } };
  const file = taskRecord(unseen).stamp.path;

  test("before the first transition, the last commit that changed the file; without git at least since first seen", () => {
    expect(build([unseen]).rows.get("a")).toMatchObject({ since: iso(0), since_basis: "first_seen" });
    const commitDatesMs = new Map([[file, at(-50)]]);
    const dated = build([unseen], { commitDatesMs });
    expect(dated.rows.get("a")).toMatchObject({
      since: iso(-50),
      since_basis: "commit",
      changed_at: iso(-50),
    });
  });

  test("commit dates that arrive later improve it, and stay when they are missing again", () => {
    const first = build([unseen]);
    const improved = build([unseen], {
      previous: first,
      commitDatesMs: new Map([[file, at(-50)]]),
      nowMs: at(1),
    });
    expect(improved.rows.get("a")).toMatchObject({
      since: iso(-50),
      base_since: iso(-50),
      changed_basis: "commit",
    });
    const after = build([unseen], { previous: improved, commitDatesMs: new Map(), nowMs: at(2) });
    expect(after.rows).toBe(improved.rows);
  });

  test("a commit after the first observation only recorded what was there", () => {
    expect(build([unseen], { commitDatesMs: new Map([[file, at(3)]]) }).rows.get("a")?.changed_at).toBe(
      iso(0),
    );
  });

  test("a lost row takes its time from the newest transition", () => {
    const { header } = build([unseen]);
    const lost = (group: "planned" | "ready") =>
      restoreBuilt({ header, rows: [], moves: new Map([["a", { group, atMs: at(-9) }]]) });
    expect(build([unseen], { previous: lost("planned") }).rows.get("a")).toMatchObject({
      since: iso(-9),
      since_basis: "transition",
      base_since: iso(-9),
    });
    expect(build([unseen], { previous: lost("ready"), nowMs: at(1) }).rows.get("a")).toMatchObject({
      since: iso(1),
    });
  });

  test("a signal keeps its first observation while it is open", () => {
    const first = build([{ slug: "a", dependencies: ["x"] }]);
    const second = build([{ slug: "a", dependencies: ["x", "y"] }], { previous: first, nowMs: at(4) });
    expect(second.rows.get("a")?.signals[0]).toMatchObject({ first_seen: iso(0), evidence: { count: "2" } });
  });

  test("a signal that time raised was there from its threshold on", () => {
    expect(
      build([{ slug: "a", status: "ready" }], { nowMs: at(40) }).rows.get("a")?.signals[0]?.first_seen,
    ).toBe(iso(24));
  });
});

describe("identity", () => {
  const files: TaskSketch[] = [
    { slug: "a", status: "ready", dependencies: ["b"] },
    { slug: "b", status: "in_progress" },
    { slug: "c" },
  ];
  const first = build(files);
  const edit = (slug: string, change: Partial<TaskSketch>) =>
    files.map((task) => (task.slug === slug ? { ...task, ...change } : task));

  test("nothing changed: the same rows and header", () => {
    const next = build(files, { previous: first, nowMs: at(1) });
    expect(next.rows).toBe(first.rows);
    expect(next.header).toBe(first.header);
  });

  test("an edit changes its own row only", () => {
    const next = build(edit("c", { title: "New" }), { previous: first });
    expect(next.rows.get("a")).toBe(first.rows.get("a"));
    expect(next.rows.get("b")).toBe(first.rows.get("b"));
    expect(next.rows.get("c")).not.toBe(first.rows.get("c"));
  });

  test("finishing a task changes the rows that wait for it", () => {
    const next = build(edit("b", { status: "completed" }), { previous: first, nowMs: at(1) });
    expect(next.rows.get("a")).toMatchObject({ group: "ready", base_since: iso(1) });
    expect(next.rows.get("c")).toBe(first.rows.get("c"));
  });

  test("a commit elsewhere changes the header only", () => {
    const next = build(files, { previous: first, repository: { ...REPOSITORY, commit: "b".repeat(40) } });
    expect(next.rows).toBe(first.rows);
    expect(next.header).not.toBe(first.header);
  });

  test("new thresholds are applied to every row", () => {
    const thresholds = { ...THRESHOLDS, pickup_overdue_hours: 1, stuck_in_progress_hours: 1 };
    const next = build(files, { previous: first, thresholds, nowMs: at(2) });
    expect(next.rows.get("b")?.signals[0]?.sentence).toBe("No change for 1 h");
  });

  test("time alone changes nothing before `nextChangeMs`, and something then", () => {
    expect(first.nextChangeMs).toBe(at(36));
    expect(build(files, { previous: first, nowMs: at(36) - 1 }).rows).toBe(first.rows);
    const turned = build(files, { previous: first, nowMs: at(36) });
    expect(turned.rows.get("b")?.signals).toHaveLength(1);
    expect(turned.nextChangeMs).toBe(at(72));
    expect(build([{ slug: "c" }]).nextChangeMs).toBeNull();
  });

  test("rows restored from the store are kept where they are still true", () => {
    const restored = restoreBuilt(structuredClone({ header: first.header, rows: [...first.rows.values()] }));
    const next = build(edit("c", { title: "New" }), { previous: restored });
    expect(next.rows.get("a")).toBe(restored.rows.get("a"));
    expect(next.header).toBe(restored.header);
  });
});
