// The order of the folders: of this repository, and of small trees that break it in one way each.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { folderProblems, readMap } from "../../scripts/folder-order.ts";

const MAP = `# Architecture

\`\`\`
src/
  core/         pure
    text/       strings
    task/       a task file
  app/          use cases
    cycle/      one cycle
\`\`\`
`;

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

function problemsOf(files: Readonly<Record<string, string>>, map = MAP): string[] {
  const root = mkdtempSync(join(tmpdir(), "tasks-folders-"));
  roots.push(root);
  for (const [path, text] of Object.entries({ "ARCHITECTURE.md": map, ...files })) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return folderProblems(root);
}

const SOUND = {
  "src/core/text/quote.ts": "",
  "src/core/task/task.ts": 'import { quote } from "../text/quote.ts";',
  "src/app/cycle/heartbeat.ts": 'import type { Task } from "../../core/task/task.ts";',
  "src/main.ts": 'import "./app/cycle/heartbeat.ts";',
};

test("Q1: the folders of this repository are as the map says", () => {
  expect(folderProblems(fileURLToPath(new URL("../..", import.meta.url)))).toEqual([]);
});

test("a folder's own files stand above those of its subfolders", () => {
  expect(readMap(MAP).map(({ path }) => path)).toEqual([
    "src/core/text",
    "src/core/task",
    "src/core",
    "src/app/cycle",
    "src/app",
    "src",
  ]);
});

test("a sound tree has no problems", () => {
  expect(problemsOf(SOUND)).toEqual([]);
});

test("an import against the order of the map is a problem, of a type and a dynamic one too", () => {
  const back = "src/core/text stands before src/core/task in the map and imports src/core/task/task.ts";
  for (const line of [
    'import type { Task } from "../task/task.ts";',
    'export { Task } from "../task/task.ts";',
    'const late = () => import("../task/task.ts");',
  ])
    expect(problemsOf({ ...SOUND, "src/core/text/words.ts": line })).toEqual([
      `src/core/text/words.ts: ${back}`,
    ]);
});

test("an import against the order of the layers is a problem", () => {
  const line = 'import "../../app/cycle/heartbeat.ts";';
  expect(problemsOf({ ...SOUND, "src/core/text/words.ts": line })).toEqual([
    "src/core/text/words.ts: core must not import app (src/app/cycle/heartbeat.ts)",
  ]);
});

test("files that import each other in a circle are a problem, types or not", () => {
  const files = {
    ...SOUND,
    "src/core/text/a.ts": 'import type { B } from "./b.ts";',
    "src/core/text/b.ts": 'import { a } from "./a.ts";',
  };
  expect(problemsOf(files)).toEqual([expect.stringMatching(/in a circle: src\/core\/text\/(a|b).ts/)]);
});

test("a folder that the map does not name or describe, one that is gone, and a crowded one are problems", () => {
  const crowd = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`src/core/text/f${n}.ts`, ""]));
  const map = MAP.replace("    cycle/      one cycle", "    cycle/\n    gone/       was here");
  const problems = problemsOf({ ...SOUND, ...crowd, "src/core/new/one.ts": "" }, map);
  expect(problems.toSorted()).toEqual([
    "src/app/cycle: ARCHITECTURE.md's map does not say what it is",
    "src/app/gone: in ARCHITECTURE.md's map, and not there",
    "src/core/new: ARCHITECTURE.md's map does not say what it is",
    "src/core/text: 22 files, 20 at most: split it",
  ]);
});
