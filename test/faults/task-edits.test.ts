// Edits of one file by many processes at once, and by processes that are killed in the middle of one.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { createTaskWriter } from "../../src/adapters/tree-files/task-writer.ts";
import type { RelativePath } from "../../src/core/contract/task.ts";
import { parseTask } from "../../src/core/task/parse-task.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { temporaryFolder } from "../support/git-repository.ts";

const CHILD = fileURLToPath(new URL("./edit-child.ts", import.meta.url));
const FILE = taskPath("fix-it") as RelativePath;

function repository() {
  const root = temporaryFolder("tasks-edits");
  mkdirSync(dirname(join(root, FILE)), { recursive: true });
  writeFileSync(join(root, FILE), taskText());
  const lockFile = join(root, ".tasks/task_manager/edits.lock");
  const text = () => readFileSync(join(root, FILE), "utf8");
  const start = (name: string, count: number): ChildProcess => {
    const child = spawn(process.execPath, [CHILD, root, lockFile, FILE, name, String(count)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    });
    return child;
  };
  return { root, text, start };
}

test("T1: many processes edit one file at once, and no edit is lost", async () => {
  const { text, start } = repository();
  const names = ["a", "b", "c", "d"];
  const children = names.map((name) => start(name, 10));
  const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]));
  expect(codes).toEqual([0, 0, 0, 0]);
  for (const name of names)
    for (let number = 0; number < 10; number++) expect(text()).toContain(`\n${name}-${number}: ${number}\n`);
});

test("T1: an edit that is killed leaves a whole file, blocks nothing, and its leftovers are removed", async () => {
  const { root, text, start } = repository();
  for (let round = 0; round < 8; round++) {
    const child = start(`k${round}`, 10_000);
    const ended = once(child, "exit");
    if (child.stdout !== null) await once(child.stdout, "data");
    child.kill("SIGKILL");
    await ended;
    const parsed = parseTask(FILE, text());
    expect(parsed.problems).toEqual([]);
    expect(
      text().startsWith("---\ntitle: A task\n") && text().endsWith(taskText().split("---\n")[2] ?? "?"),
    ).toBe(true);
  }
  const [code] = await once(start("last", 1), "exit");
  expect(code).toBe(0);
  expect(text()).toContain("\nlast-0: 0\n");
  expect(readdirSync(dirname(join(root, FILE)))).toEqual(["fix-it.md"]);
});

/** Saves in place, as an editor does, a number that grows; says how many of its saves were gone when it looked again. */
const EDITOR = `
const { readFileSync, writeFileSync } = require("node:fs");
const [file] = process.argv.slice(1);
const untilMs = Date.now() + 6_000;
const savedIn = (text) => Number(/^editor: (\\d+)$/m.exec(text)?.[1] ?? -1);
let saved = 0;
let lost = 0;
let hidden = 0;
while (Date.now() < untilMs) {
  let text = readFileSync(file, "utf8");
  if (savedIn(text) < saved) {
    // An edit that came between is being taken back: its save is there again in a moment, or it is lost.
    hidden += 1;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    text = readFileSync(file, "utf8");
  }
  if (savedIn(text) < saved) lost += 1;
  saved += 1;
  writeFileSync(file, text.replace(/^editor: .*$/m, "editor: " + saved));
}
console.log(JSON.stringify({ saved, lost, hidden }));`;

test("R25: an editor that saves in place beside edits of ours loses no save", async () => {
  const { root } = repository();
  const file = join(root, FILE);
  writeFileSync(file, taskText().replace("---\n", "---\neditor: 0\nours: 0\n"));
  const writer = createTaskWriter({ root, lockFile: join(root, ".tasks/task_manager/edits.lock") });
  const editor = spawn(process.execPath, ["-e", EDITOR, file], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  editor.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const ended = once(editor, "close");
  const kinds = new Set<string>();
  let edits = 0;
  while (editor.exitCode === null && editor.signalCode === null) {
    edits += 1;
    // Half a save is left alone, as a task that cannot be parsed.
    const change = (text: string) =>
      text.endsWith(taskText().slice(-20)) ? text.replace(/^ours: .*$/m, `ours: ${edits}`) : null;
    kinds.add((await writer.rewrite(FILE, change)).kind);
  }
  await ended;
  const { saved, lost, hidden } = JSON.parse(printed) as Readonly<
    Record<"saved" | "lost" | "hidden", number>
  >;
  expect(lost).toBe(0);
  // Seen once in 8,571 saves, on a busy machine.
  expect(hidden).toBeLessThanOrEqual(Math.max(2, saved / 1_000));
  expect([...kinds].filter((kind) => !["written", "changed", "left"].includes(kind))).toEqual([]);
  expect(kinds).toContain("written");
});
