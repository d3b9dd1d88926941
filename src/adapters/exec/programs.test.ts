import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { createPrograms } from "./programs.ts";

function setUp() {
  const root = temporaryFolder();
  const make = (path: string, mode: number) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), "#!/bin/sh\n");
    chmodSync(join(root, path), mode);
  };
  make("bin/agent", 0o755);
  make("bin/notes.txt", 0o644);
  make("scripts/worker", 0o755);
  mkdirSync(join(root, "bin/folder"));
  return { root, programs: createPrograms({ root, env: { PATH: join(root, "bin") } }) };
}

test.each([
  ["agent", true],
  ["notes.txt", false],
  ["folder", false],
  ["missing", false],
  ["./scripts/worker", true],
  ["scripts/worker", true],
  ["scripts/missing", false],
  ["./bin/folder", false],
])("%s: %s", (program, expected) => {
  expect(setUp().programs.has(program)).toBe(expected);
});

test("K9: the stamp of a program changes when its file is written again, or when a link leads to another one", () => {
  const { root, programs } = setUp();
  expect(programs.stamp("missing")).toBeNull();
  symlinkSync(join(root, "scripts/worker"), join(root, "bin/linked"));
  const [first, linked] = [programs.stamp("agent"), programs.stamp("linked")];
  expect([programs.stamp("agent"), programs.stamp("linked")]).toEqual([first, linked]);
  writeFileSync(join(root, "bin/agent"), "#!/bin/sh\n# newer\n");
  rmSync(join(root, "bin/linked"));
  symlinkSync(join(root, "bin/agent"), join(root, "bin/linked"));
  expect(programs.stamp("agent")).not.toBe(first);
  expect(programs.stamp("linked")).toBe(programs.stamp("agent"));
});

test("an absolute path stands for itself", () => {
  const { root, programs } = setUp();
  expect(programs.has(join(root, "scripts/worker"))).toBe(true);
});
