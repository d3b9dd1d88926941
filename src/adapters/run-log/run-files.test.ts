import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import type { RunId } from "../../core/contract/run.ts";
import { createRunFiles, shellProgram, windowsProgram } from "./run-files.ts";

const ID = "r-1" as RunId;

function createFiles(entry = "/nowhere/main.js", root = temporaryFolder()) {
  const stateFolder = join(root, ".tasks/task_manager");
  const program = { node: process.execPath, nodeArguments: [], entry };
  const files = createRunFiles({ stateFolder, program, nowMs: Date.now });
  return { root, stateFolder, files, path: (name: string) => join(stateFolder, name) };
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test("S20: the prompt and its folders are their user's only, and invisible to git", async () => {
  const { files, root, path } = createFiles();
  const file = await files.writePrompt(ID, "Do it.\n");
  expect(file).toBe(path("runs/r-1/prompt.md"));
  expect(files.promptFile(ID)).toBe(file);
  expect(await files.readPrompt(ID)).toBe("Do it.\n");
  expect(modeOf(file)).toBe("600");
  for (const folder of [`${root}/.tasks`, path(""), path("runs"), path("runs/r-1")])
    expect(modeOf(folder)).toBe("700");
  expect(readFileSync(join(root, ".tasks/.gitignore"), "utf8")).toBe("*\n");
  await files.writePrompt(ID, "Do it again.\n");
  expect(await files.readPrompt(ID)).toBe("Do it again.\n");
});

test("nothing there yet", async () => {
  const { files } = createFiles();
  expect(await files.readPrompt(ID)).toBeNull();
  expect(await files.readLog(ID, { lines: 10 })).toBeNull();
  expect(await files.list()).toEqual([]);
  expect(await files.remove(ID)).toEqual([]);
});

test("a repository that is gone is not made again", async () => {
  const { files, root } = createFiles();
  rmSync(root, { recursive: true });
  await expect(files.writePrompt(ID, "x")).rejects.toMatchObject({ code: "ENOENT" });
  expect(existsSync(root)).toBe(false);
});

test.each(["../r-1", "", "a/b", "..", "a\0b"])("S9: no id leads elsewhere: %j", async (id) => {
  const { files } = createFiles();
  await expect(files.writePrompt(id as RunId, "x")).rejects.toThrow("cannot be the name of a folder");
  await expect((async () => await files.readPrompt(id as RunId))()).rejects.toThrow();
  await expect(files.readLog(id as RunId, { lines: 1 })).rejects.toThrow();
});

test("S10: links in the way are neither written through nor read through", async () => {
  const { files, path, stateFolder } = createFiles();
  const elsewhere = temporaryFolder();
  mkdirSync(join(elsewhere, "r-1"));
  for (const name of ["log", "prompt.md"]) writeFileSync(join(elsewhere, "r-1", name), "precious\n");
  mkdirSync(stateFolder, { recursive: true });
  symlinkSync(elsewhere, path("runs"));
  expect(await files.readPrompt(ID)).toBeNull();
  expect(await files.readLog(ID, { lines: 1 })).toBeNull();
  await expect(files.writePrompt(ID, "x")).rejects.toMatchObject({ code: "ENOTDIR" });
  expect(await files.list()).toEqual([]);
  expect(await files.remove(ID)).toEqual([]);
  expect(readFileSync(join(elsewhere, "r-1/prompt.md"), "utf8")).toBe("precious\n");
});

test("the log is read where it is written", async () => {
  const { files, path } = createFiles();
  await files.writePrompt(ID, "x");
  writeFileSync(path("runs/r-1/log"), "one\ntwo\n");
  expect(await files.readLog(ID, { lines: 1 })).toEqual({ lines: ["two"], cut: true, endByte: 8 });
  expect(await files.readLog(ID, { lines: 1, afterByte: 4 })).toEqual({
    lines: ["two"],
    cut: false,
    endByte: 8,
  });
});

test("K36: everything of one run is removed and named, and nothing behind a link", async () => {
  const { files, path } = createFiles();
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, "precious"), "");
  for (const id of ["gone", "other"]) await files.writePrompt(id as RunId, "12345");
  writeFileSync(path("runs/gone/log"), "123");
  files.reserveOutbox("gone" as RunId);
  symlinkSync(elsewhere, path("runs/gone/link"));
  symlinkSync(elsewhere, path("runs/linked"));
  expect((await files.list()).map(({ id }) => id).toSorted()).toEqual(["gone", "linked", "other"]);
  expect(await files.remove("gone" as RunId)).toEqual([
    { name: "link", bytes: 0 },
    { name: "log", bytes: 3 },
    { name: "prompt.md", bytes: 5 },
  ]);
  expect(await files.remove("linked" as RunId)).toEqual([]);
  expect((await files.list()).map(({ id }) => id)).toEqual(["other"]);
  expect(await files.readPrompt("other" as RunId)).toBe("12345");
  expect(existsSync(join(elsewhere, "precious"))).toBe(true);
});

test("the program runs this Node and this script with the words as they are", async () => {
  const folder = temporaryFolder("tasks 'odd' $HOME");
  const entry = join(folder, "main.mjs");
  writeFileSync(entry, "process.stdout.write(JSON.stringify([process.execPath, ...process.argv.slice(1)]))");
  const { files } = createFiles(entry);
  const programs = await files.programFolder();
  const words = ["report", "--progress", "a b", "$(touch x)", "'", ""];
  const printed = execFileSync(join(programs, "tasks"), words, { encoding: "utf8", env: { PATH: "" } });
  expect(JSON.parse(printed)).toEqual([process.execPath, entry, ...words]);
  expect(modeOf(join(programs, "tasks"))).toBe("700");
});

test("the program is written when it is another one, and only then", async () => {
  const root = temporaryFolder();
  const first = createFiles("/one/main.js", root);
  const program = join(await first.files.programFolder(), "tasks");
  const { ino } = statSync(program);
  await first.files.programFolder();
  expect(statSync(program).ino).toBe(ino);
  await createFiles("/two/main.js", root).files.programFolder();
  expect(readFileSync(program, "utf8")).toContain("'/two/main.js'");
});

test("the program as a shell and as Windows reads it", () => {
  const program = { node: "/n o/node", nodeArguments: ["--x"], entry: "/it's/100%/main.js" };
  expect(shellProgram(program).text).toBe(
    "#!/bin/sh\nexec '/n o/node' '--x' '/it'\\''s/100%/main.js' \"$@\"\n",
  );
  expect(windowsProgram(program).text).toBe('@"/n o/node" "--x" "/it\'s/100%%/main.js" %*\r\n');
});
