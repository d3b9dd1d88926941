import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
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

test("an absolute path stands for itself", () => {
  const { root, programs } = setUp();
  expect(programs.has(join(root, "scripts/worker"))).toBe(true);
});
