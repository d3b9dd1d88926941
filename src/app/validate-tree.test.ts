import { describe, expect, test } from "vitest";
import { createMemoryTree } from "../adapters/memory/memory-tree.ts";
import { starterConfig } from "../config/print.ts";
import { STARTER_TASK, starterTree } from "./starter-tree.ts";
import { validateTree } from "./validate-tree.ts";

const task = (frontMatter: string) => `---\ntitle: A task\n${frontMatter}\n---\n`;

function flawsOf(texts: Readonly<Record<string, string>>) {
  const validation = validateTree({ files: createMemoryTree(texts).files, nowMs: 0 });
  if (validation.kind === "failed") throw new Error(validation.detail);
  return validation.flaws.map(({ file, line, severity, code }) => `${file}:${line} ${severity} ${code}`);
}

const A = "tasks/workstreams/infra/tasks/a.md";
const B = "tasks/workstreams/infra/tasks/b.md";

describe("what validation finds, by file and line", () => {
  test("a sound tree has no flaws", () => {
    expect(flawsOf({ [A]: task("status: ready") })).toEqual([]);
  });

  test("T2: a file that does not parse is an error with its line", () => {
    expect(flawsOf({ [A]: "---\nstatus: [ready\n---\n" })).toEqual([`${A}:3 error yaml_invalid`]);
  });

  test("what needs a person on the page is an error here, also where the file itself is sound", () => {
    expect(flawsOf({ [A]: task("status: ready\ndependencies: [gone]") })).toEqual([
      `${A}:4 error dependency_missing`,
    ]);
  });

  test("the same flaw in a finished task is a warning: nobody has to act on it", () => {
    const finished = "status: completed\ncompleted_by: dave\ncompleted: 2026-03-24\ndependencies: [gone]";
    expect(flawsOf({ [A]: task(finished) })).toEqual([`${A}:6 warning dependency_missing`]);
  });

  test("two tasks that wait for each other are both named", () => {
    const flaws = flawsOf({
      [A]: task("status: ready\ndependencies: [b]"),
      [B]: task("status: ready\ndependencies: [a]"),
    });
    expect(flaws).toEqual([`${A}:4 error dependency_cycle`, `${B}:4 error dependency_cycle`]);
  });
});

test("F10: a tree that cannot be listed is a failure, never an empty tree without flaws", () => {
  const tree = createMemoryTree();
  tree.failListing("tasks/ is gone");
  expect(validateTree({ files: tree.files, nowMs: 0 })).toEqual({ kind: "failed", detail: "tasks/ is gone" });
});

describe("the tree that init makes", () => {
  test.each([["dave"], ["Dave O'Neil: the 1st"], ["李雷"], [""]])(
    "is valid for a person called %j",
    (person) => {
      const files = starterTree({ person, configText: starterConfig() });
      expect(flawsOf(Object.fromEntries(files.map(({ path, text }) => [path, text])))).toEqual([]);
      expect(files.map(({ path }) => path)).toContain(`tasks/workstreams/product/tasks/${STARTER_TASK}.md`);
    },
  );
});
