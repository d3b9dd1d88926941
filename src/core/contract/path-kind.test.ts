import { expect, test } from "vitest";
import { pathKind, pathNames } from "./path-kind.ts";

test.each([
  ["tasks/workstreams/infra/tasks/fix-it.md", "task", "fix-it", "infra"],
  ["tasks/workstreams/infra/tasks/tasks.md", "task", "tasks", "infra"],
  ["tasks/workstreams/infra/tasks/Fix.It.md", "task", "Fix.It", "infra"],
  ["tasks/workstreams/infra/tasks/con.md", "task", "con", "infra"],
  ["tasks/workstreams/infra/tasks/--upload-pack=x.md", "task", "--upload-pack=x", "infra"],
  ["tasks/workstreams/infra/index.md", "workstream", "infra", "infra"],
  ["tasks/workstreams/infra/initiatives/launch/spec.md", "initiative", "launch", "infra"],
  ["tasks/workstreams/infra/initiatives/launch/research.md", "initiative", "launch", "infra"],
  ["tasks/workstreams/infra/initiatives/launch/decisions.md", "initiative", "launch", "infra"],
  ["tasks/milestones/m1.md", "milestone", "m1", ""],
  ["tasks/team/dave.md", "person", "dave", ""],
  ["tasks/team/roles/head-of-design.md", "role", "head-of-design", ""],
])("%s is a %s", (path, kind, slug, workstream) => {
  expect(pathNames(path)).toEqual({ kind, slug, workstream });
  expect(pathKind(path)).toBe(kind);
});

test.each([
  "",
  "README.md",
  "tasks/README.md",
  "tasks/config.yaml",
  "tasks/workstreams/infra/tasks/README.md",
  "tasks/workstreams/infra/tasks/index.md",
  "tasks/workstreams/infra/tasks/.md",
  "tasks/workstreams/infra/tasks/.#fix-it.md",
  "tasks/workstreams/infra/tasks/fix-it.md~",
  "tasks/workstreams/infra/tasks/fix-it.txt",
  "tasks/workstreams/infra/README.md",
  "tasks/workstreams/infra/x/index.md",
  "tasks/workstreams/.hidden/index.md",
  "tasks/workstreams/index.md",
  "tasks/workstreams//tasks/fix-it.md",
  "tasks/workstreams/infra/initiatives/launch/notes.md",
  "tasks/workstreams/infra/initiatives/spec.md",
  "tasks/workstreams/infra/initiatives/a/b/spec.md",
  "tasks/workstreams/infra/initiatives/.a/spec.md",
  "tasks/milestones/2026/m1.md",
  "tasks/milestones/Readme.md",
  "tasks/team/roles/index.md",
  "tasks/team/former/dave.md",
  "other/workstreams/infra/tasks/fix-it.md",
])("%j is no file of the format", (path) => expect(pathKind(path)).toBeNull());

test.each([
  "tasks/workstreams/infra/tasks/upper.MD",
  "tasks/workstreams/infra/tasks/x.markdown",
  "tasks/workstreams/infra/tasks/deeper/fix-it.md",
  "tasks/workstreams/infra/fix-it.md",
  "tasks/workstreams/infra/old/fix-it.md",
  "tasks/workstreams/fix-it.md",
  "tasks/sub/inner.md",
  "tasks/fix-it.md",
])("T14: %s may be a task where none is read", (path) => expect(pathKind(path)).toBe("stray"));

test.each([
  "tasks/a/b/c.md",
  "tasks/workstreams/infra/tasks/a/b/c.md",
  "tasks/.git/x.md",
  "tasks/milestones/old/m1.md",
  "tasks/workstreams/infra/tasks/deeper/README.md",
])("%s is not looked at", (path) => expect(pathKind(path)).toBeNull());
