import { describe, expect, test } from "vitest";
import { build, HOUR_MS, NOON_MS, person, role, type TaskSketch } from "../../../test/support/task-tree.ts";
import type { Problem } from "../contract/problem.ts";
import { SIGNAL_TABLE } from "./signal-table.ts";
import { thresholdText } from "./timed-signals.ts";

type Files = Parameters<typeof build>[0];

/** The open signals of the first task in a tree. */
function signalsOf(files: Files, nowMs = NOON_MS) {
  const [row] = build(files, { nowMs }).rows.values();
  return (row?.signals ?? []).map(({ code, tier, sentence, evidence }) => ({
    code,
    tier,
    sentence,
    evidence,
  }));
}

const broken: Problem = {
  code: "yaml_invalid",
  severity: "error",
  file: "tasks/workstreams/infra/tasks/a.md",
  line: 2,
  message: "The list is never closed.",
  hint: "",
};
const file = broken.file;

describe("problems of open tasks", () => {
  test.each<[string, Files, string, Record<string, string>]>([
    [
      "invalid_task",
      [{ slug: "a", status: null, problems: [broken, broken] }],
      "Line 2: The list is never closed. (and 1 more)",
      { file, line: "2", problem: "yaml_invalid", message: broken.message, more: "1" },
    ],
    [
      "unknown_owner",
      [{ slug: "a", owner: "zoe" }, person("dave")],
      'Unknown owner "zoe": not in tasks/team/',
      { file, line: "4", owner: "zoe" },
    ],
    [
      "unknown_owner",
      [{ slug: "a", owner: "qa" }, person("dave"), role("qa", null)],
      'Owner "qa" is a role without a person',
      { file, line: "4", owner: "qa", role: "unfilled" },
    ],
    [
      "dependency_missing",
      [{ slug: "a", dependencies: ["x", "y"] }],
      "Depends on x and y, which do not exist",
      { file, line: "6", references: "x and y", count: "2" },
    ],
    [
      "dependency_missing",
      [{ slug: "a", dependencies: ["b"] }, { slug: "b" }, { slug: "b", workstream: "web" }],
      "Depends on b, which could mean infra/b or web/b",
      { file, line: "6", references: "b", candidates: "infra/b or web/b", ambiguous: "yes" },
    ],
    [
      "dependency_cycle",
      [
        { slug: "a", dependencies: ["b"] },
        { slug: "b", dependencies: ["a"] },
      ],
      "Dependency cycle: a → b → a",
      { file, line: "6", cycle: "a → b → a", size: "2" },
    ],
    [
      "dependency_cancelled",
      [
        { slug: "a", status: "ready", dependencies: ["b"] },
        { slug: "b", status: "cancelled" },
      ],
      "Depends on a cancelled task: b",
      { file, line: "6", dependencies: "b" },
    ],
  ])("%s", (code, files, sentence, evidence) => {
    expect(signalsOf(files)).toEqual([{ code, tier: 2, sentence, evidence }]);
  });

  test("a slug used twice raises invalid_task in both, each naming the other", () => {
    const { rows } = build([{ slug: "a" }, { slug: "a", workstream: "web" }]);
    const sentences = [...rows].map(([key, { group, signals }]) => [
      key,
      group,
      signals[0]?.code,
      signals[0]?.sentence,
    ]);
    const web = "tasks/workstreams/web/tasks/a.md";
    expect(sentences).toEqual([
      ["infra/a", "needs_attention", "invalid_task", `The slug "a" is also used by ${web}.`],
      ["web/a", "needs_attention", "invalid_task", `The slug "a" is also used by ${file}.`],
    ]);
  });

  test("a very large circle is counted, not spelled out", () => {
    const circle = Array.from(
      { length: 60 },
      (_, at): TaskSketch => ({ slug: `t${at}`, dependencies: [`t${(at + 1) % 60}`] }),
    );
    expect(signalsOf(circle)[0]?.sentence).toBe("One of 60 tasks in a dependency cycle");
  });

  test("a warning is a mark, not a signal", () => {
    expect(signalsOf([{ slug: "a", problems: [{ ...broken, severity: "warning" }] }])).toEqual([]);
  });

  test("a task without an owner is no one's and raises nothing", () => {
    expect(signalsOf([{ slug: "a", owner: null }, person("dave")])).toEqual([]);
  });

  test("without people files no owner is unknown", () => {
    const { header, rows } = build([{ slug: "a", owner: "zoe" }]);
    expect(header.owners_checked).toBe(false);
    expect(rows.get("a")).toMatchObject({ owner: "zoe", owner_state: "unchecked", signals: [] });
  });

  test.each(["completed", "cancelled"] as const)(
    "problems of a %s task are problems, not signals",
    (status) => {
      const { rows } = build([
        { slug: "a", status, owner: "zoe", dependencies: ["x"], problems: [broken] },
        { slug: "a", workstream: "web", status },
        person("dave"),
      ]);
      const row = rows.get("infra/a");
      expect(row).toMatchObject({ group: "done", signals: [] });
      expect(row?.problems.map(({ code }) => code)).toEqual([
        "yaml_invalid",
        "slug_taken",
        "unknown_owner",
        "dependency_missing",
      ]);
    },
  );
});

describe("thresholds", () => {
  const ready: TaskSketch = { slug: "a", status: "ready" };
  const active: TaskSketch = { slug: "a", status: "in_progress" };

  test.each<[string, TaskSketch, number, string | undefined]>([
    ["ready below half", ready, 12 * HOUR_MS - 1, undefined],
    ["ready at half", ready, 12 * HOUR_MS, "pickup_overdue 1 Not started for over 12 h"],
    ["ready just before", ready, 24 * HOUR_MS - 1, "pickup_overdue 1 Not started for over 12 h"],
    ["ready at the threshold", ready, 24 * HOUR_MS, "pickup_overdue 2 Not started for over 24 h"],
    ["active below half", active, 36 * HOUR_MS - 1, undefined],
    ["active at half", active, 36 * HOUR_MS, "stuck_in_progress 1 No change for 36 h"],
    ["active at the threshold", active, 72 * HOUR_MS, "stuck_in_progress 2 No change for 3 days"],
    ["blocked forever", { slug: "a", status: "blocked" }, 9999 * HOUR_MS, undefined],
    ["a clock set back", ready, -9 * HOUR_MS, undefined],
  ])("%s", (_, task, afterMs, expected) => {
    const [signal] = signalsOf([task], NOON_MS + afterMs);
    expect(signal && `${signal.code} ${signal.tier} ${signal.sentence}`).toBe(expected);
  });

  test("the evidence is what the threshold counts from, never an age", () => {
    const [later, muchLater] = [30, 300].map((hours) => signalsOf([ready], NOON_MS + hours * HOUR_MS));
    expect(later?.[0]?.evidence).toEqual({ since: "2026-03-24T12:00:00.000Z", threshold: "24 h" });
    expect(muchLater).toEqual(later);
  });

  test("a task whose dependency was finished later counts from then", () => {
    const dependent: TaskSketch = { ...ready, dependencies: ["b"] };
    const finished: TaskSketch = {
      slug: "b",
      status: "completed",
      changed: { atMs: NOON_MS + 20 * HOUR_MS, basis: "seen" },
    };
    expect(signalsOf([dependent, finished], NOON_MS + 25 * HOUR_MS)).toEqual([]);
  });

  test.each([
    [24, "24 h"],
    [1.5, "1.5 h"],
    [0.5, "30 min"],
    [0.001, "3.6 s"],
  ])("%d hours read %s", (hours, text) => {
    expect(thresholdText(hours * HOUR_MS)).toBe(text);
  });
});

describe("the table", () => {
  test.each(Object.entries(SIGNAL_TABLE))(
    "%s: the example holds only evidence that is explained",
    (_, kind) => {
      expect(Object.keys(kind.evidence)).toEqual(expect.arrayContaining(Object.keys(kind.example)));
      expect(kind.sentence(kind.example)).not.toMatch(/undefined/);
    },
  );
});
