import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RelativePath } from "../contract/task.ts";
import { isNewSlug, type NewTask, newTaskText, slugFrom } from "./new-task-text.ts";
import { parseTask } from "./parse-task.ts";
import { TEMPLATE_SECTIONS } from "./scan-body.ts";

const FILE = "tasks/workstreams/infra/tasks/fix-it.md" as RelativePath;

const TASK: NewTask = {
  title: "Fix: it",
  status: "ready",
  description: null,
  priority: "p1",
  milestone: "m1",
  initiative: null,
  owner: "dave",
  discoveredFrom: null,
  dependencies: ["a", "infra/b"],
};

test("a new file has its keys, the template's sections, both gates open, and no problem", () => {
  const text = newTaskText(TASK);
  expect(text.split("\n## Problem")[0]).toBe(
    '---\ntitle: "Fix: it"\nstatus: ready\npriority: p1\nmilestone: m1\nowner: dave\ndependencies:\n  - a\n  - infra/b\n---\n',
  );
  const { spec, problems } = parseTask(FILE, text);
  expect(problems).toEqual([]);
  const { discoveredFrom: _, ...said } = TASK;
  expect(spec).toMatchObject({ ...said, gates: { qa_exploration: "open", review_cleared: "open" } });
  expect(spec.sections.map(({ heading }) => heading)).toEqual(TEMPLATE_SECTIONS);
});

test("K54: a proposal says which task it comes from, until a person accepts it or changes its status", () => {
  const proposed = newTaskText({ ...TASK, status: "not_started", discoveredFrom: "b" });
  expect(proposed).toContain("\ndiscovered_from: b\n");
  const of = (text: string) => parseTask(FILE, text).spec.proposedFrom;
  expect(of(proposed)).toBe("b");
  expect(of(proposed.replace("from: b", "from: b\naccepted_by: dave"))).toBeNull();
  expect(of(proposed.replace("not_started", "ready"))).toBeNull();
  expect(of(newTaskText(TASK))).toBeNull();
});

test("whatever the title is, it is read back", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 60 }), (title) => {
      fc.pre(title.trim() === title && title !== "");
      expect(parseTask(FILE, newTaskText({ ...TASK, title })).spec.title).toBe(title);
    }),
  );
});

describe("slugs of new tasks", () => {
  test.each(["a", "fix-it", "fix_it-2", "2026-plan", "x".repeat(100)])("%s is one", (slug) => {
    expect(isNewSlug(slug)).toBe(true);
  });

  test.each([
    "",
    "Fix",
    "-a",
    "a-",
    "a--b",
    "a.b",
    "a/b",
    "..",
    "é",
    "a b",
    "index",
    "readme",
    "con",
    "x".repeat(101),
  ])("%j is none", (slug) => expect(isNewSlug(slug)).toBe(false));

  test.each([
    ["Fix the page!", "fix-the-page"],
    ["  Ünï – códe  ", "uni-code"],
    ["../../etc", "etc"],
    ["!!!", ""],
  ])("from %j comes %j", (text, slug) => {
    expect(slugFrom(text)).toBe(slug);
  });
});
