// Edits of one file by many processes at once, and by processes that are killed in the middle of one.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { parseTask } from "../../src/core/task/parse-task.ts";
import type { RelativePath } from "../../src/core/task/task.ts";
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

test("T1: an editor that is killed leaves a whole file, holds nobody up, and its rest is swept", async () => {
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
