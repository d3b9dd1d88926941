import { describe, expect, test } from "vitest";
import { createMemoryTree } from "../../../test/memory/memory-tree.ts";
import { configSchema } from "../../config/schema.ts";
import { starterConfig } from "../../config/settings.ts";
import { STARTER_TASK, starterTree } from "../setup/starter-tree.ts";
import { validateTree } from "./validate-tree.ts";

const THRESHOLDS = configSchema.parse({}).thresholds;

const task = (frontMatter: string) => `---\ntitle: A task\n${frontMatter}\n---\n`;

function problemsOf(texts: Readonly<Record<string, string>>) {
  const validation = validateTree({ files: createMemoryTree(texts).files, thresholds: THRESHOLDS, nowMs: 0 });
  if (validation.kind === "failed") throw new Error(validation.detail);
  return validation.problems.map(({ file, line, severity, code }) => `${file}:${line} ${severity} ${code}`);
}

const A = "tasks/workstreams/infra/tasks/a.md";
const B = "tasks/workstreams/infra/tasks/b.md";

describe("what validation finds, by file and line", () => {
  test("a sound tree has no problems", () => {
    expect(problemsOf({ [A]: task("status: ready") })).toEqual([]);
  });

  test("T2: a file that does not parse is an error with its line", () => {
    expect(problemsOf({ [A]: "---\nstatus: [ready\n---\n" })).toEqual([`${A}:3 error yaml_invalid`]);
  });

  test("what needs a person on the page is an error here, also where the file itself is sound", () => {
    expect(problemsOf({ [A]: task("status: ready\ndependencies: [gone]") })).toEqual([
      `${A}:4 error dependency_missing`,
    ]);
  });

  test("the same problem in a finished task is a warning: no one has to act on it", () => {
    const finished = "status: completed\ncompleted_by: dave\ncompleted: 2026-03-24\ndependencies: [gone]";
    expect(problemsOf({ [A]: task(finished) })).toEqual([`${A}:6 warning dependency_missing`]);
  });

  test("two tasks that wait for each other are both named", () => {
    const problems = problemsOf({
      [A]: task("status: ready\ndependencies: [b]"),
      [B]: task("status: ready\ndependencies: [a]"),
    });
    expect(problems).toEqual([`${A}:4 error dependency_cycle`, `${B}:4 error dependency_cycle`]);
  });
});

test("F10: a tree that cannot be listed is a failure, never an empty tree without problems", () => {
  const tree = createMemoryTree();
  tree.failListing("tasks/ is gone");
  expect(validateTree({ files: tree.files, thresholds: THRESHOLDS, nowMs: 0 })).toEqual({
    kind: "failed",
    detail: "tasks/ is gone",
  });
});

describe("the tree that init makes", () => {
  test.each([["dave"], ["Dave O'Neil: the 1st"], ["李雷"], [""]])(
    "is valid for a person called %j",
    (person) => {
      const files = starterTree({ person, configText: starterConfig() });
      expect(problemsOf(Object.fromEntries(files.map(({ path, text }) => [path, text])))).toEqual([]);
      expect(files.map(({ path }) => path)).toContain(`tasks/workstreams/product/tasks/${STARTER_TASK}.md`);
    },
  );
});

describe("T14: what looks like a task and is not read is said, once for each folder, with what to do", () => {
  const TASKS = "tasks/workstreams/infra/tasks";
  const problems = (texts: Readonly<Record<string, string>>) => {
    const validation = validateTree({
      files: createMemoryTree(texts).files,
      thresholds: THRESHOLDS,
      nowMs: 0,
    });
    if (validation.kind === "failed") throw new Error(validation.detail);
    return validation.problems.map(({ file, code, message, hint }) => `${file} ${code}: ${message} ${hint}`);
  };
  test.each([
    [
      [`${TASKS}/upper.MD`, `${TASKS}/x.markdown`],
      `${TASKS}/upper.MD file_not_read: 2 files in ${TASKS} look like tasks and are not read: upper.MD and x.markdown. Rename each so that it ends in .md, in small letters.`,
    ],
    [
      [`${TASKS}/sub/inner.md`],
      `${TASKS}/sub/inner.md file_not_read: inner.md in ${TASKS}/sub looks like a task and is not read. Move each up into ${TASKS}/, since folders below it are not read.`,
    ],
    [
      ["tasks/sub/inner.md"],
      "tasks/sub/inner.md file_not_read: inner.md in tasks/sub looks like a task and is not read. Move each to tasks/workstreams/<workstream>/tasks/, with a name that ends in .md.",
    ],
  ])("%j", (paths, problem) => {
    const texts = Object.fromEntries(paths.map((path) => [path, task("status: ready")]));
    expect(problems({ [A]: task("status: ready"), ...texts })).toEqual([problem]);
  });

  test("notes, and files without a status, may lie anywhere", () => {
    const texts = { "tasks/notes.md": "# Notes\n", "tasks/docs/a.md": "---\ntitle: A\n---\nstatus: x\n" };
    expect(problems({ [A]: task("status: ready"), ...texts })).toEqual([]);
  });
});
