import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/git-repository.ts";
import { swapForever } from "../../../test/support/swap-forever.ts";
import { FILE_BYTES_MAX } from "../file-system/opened-file.ts";
import { createTreeReader } from "./tree-reader.ts";

const TASKS = "tasks/workstreams/app/tasks";
const A = `${TASKS}/a.md`;
const OUTSIDE = "what lies outside\n";
const MAKE_PIPE = "mkfifo";

describe("S10: the reader opens nothing but the file that the path names", () => {
  test.each<[string, (root: string, file: string) => void, string]>([
    ["a link", (root, file) => symlinkSync(join(root, A), file), "link"],
    ["a link to itself", (_root, file) => symlinkSync("x.md", file), "link"],
    ["a folder", (_root, file) => mkdirSync(file), "not_a_file"],
    [
      "a pipe, without waiting for its other end",
      (_root, file) => execFileSync(MAKE_PIPE, [file]),
      "not_a_file",
    ],
    ["too large", (_root, file) => writeFileSync(file, Buffer.alloc(FILE_BYTES_MAX + 1)), "too_large"],
  ])("%s is refused", async (_name, make, reason) => {
    const root = tree();
    make(root, join(root, TASKS, "x.md"));
    expect(await createTreeReader({ root }).read(`${TASKS}/x.md`)).toEqual({ kind: "refused", reason });
  });

  test("a folder on the way that is a link is refused, even one that stays inside", async () => {
    const root = tree();
    symlinkSync("app", join(root, "tasks/workstreams/web"));
    const path = "tasks/workstreams/web/tasks/a.md";
    expect(await createTreeReader({ root }).read(path)).toEqual({ kind: "refused", reason: "link" });
  });

  test("a file that is replaced all the time is read, never half and never refused", async () => {
    const root = tree();
    const reader = createTreeReader({ root });
    let saving = true;
    const saves = (async () => {
      for (let round = 0; saving; round += 1) {
        writeFileSync(join(root, `${A}.tmp`), `${"x".repeat(round % 999)}\n`);
        renameSync(join(root, `${A}.tmp`), join(root, A));
        await new Promise(setImmediate);
      }
    })();
    for (let round = 0; round < 300; round += 1) {
      expect(await reader.read(A)).toMatchObject({ kind: "text", text: expect.stringMatching(/^(a|x*)\n$/) });
    }
    saving = false;
    await saves;
  });

  test("the hard case: the folder is swapped for a link again and again, at any moment", async () => {
    const root = tree();
    const outside = temporaryFolder();
    writeFileSync(join(outside, "a.md"), OUTSIDE);
    const swapping = await swapForever(join(root, TASKS), outside);
    const reader = createTreeReader({ root });
    const seen = new Set<string>();
    for (let round = 0; round < 3_000; round += 1) {
      const answer = await reader.read(A);
      seen.add(answer.kind === "text" ? answer.text : answer.kind);
    }
    await swapping.stop();
    expect(seen).not.toContain(OUTSIDE);
    expect([...seen]).toEqual(expect.arrayContaining(["a\n", "refused"]));
  });

  test("a repository that is gone has no files; one behind a link has its own", async () => {
    const root = tree();
    const link = join(temporaryFolder(), "link");
    symlinkSync(root, link);
    const reader = createTreeReader({ root: link });
    expect(await reader.read(A)).toMatchObject({ kind: "text", path: A });
    rmSync(root, { recursive: true });
    expect(await reader.read(A)).toEqual({ kind: "missing" });
  });
});

function tree(): string {
  const root = temporaryFolder();
  mkdirSync(join(root, TASKS), { recursive: true });
  writeFileSync(join(root, A), "a\n");
  return root;
}
