import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRepositoryTextFiles } from "./repository-text-files.ts";

let root: string;
const at = (path: string) => join(root, path);

beforeEach(() => {
  root = realpathSync.native(mkdtempSync(join(tmpdir(), "tasks-texts-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

test("K63: a file that changed after it was shown is kept", async () => {
  const files = await openRepositoryTextFiles(root);
  writeFileSync(at("a.md"), "new");
  await expect(files.replace({ path: "a.md", before: "old", after: "ours" })).rejects.toMatchObject({
    code: "task_changed",
  });
  await expect(files.replace({ path: "a.md", before: null, after: "ours" })).rejects.toMatchObject({
    code: "task_changed",
  });
  await expect(files.replace({ path: "a.md", before: "old", after: null })).rejects.toMatchObject({
    code: "task_changed",
  });
  expect(readFileSync(at("a.md"), "utf8")).toBe("new");
});

test("K63: a folder that becomes a link after the reading is not written through", async () => {
  const files = await openRepositoryTextFiles(root);
  mkdirSync(at("skills"));
  mkdirSync(at("elsewhere"));
  expect(await files.read("skills/a.md")).toEqual({ kind: "text", text: null });
  renameSync(at("skills"), at("moved"));
  symlinkSync("elsewhere", at("skills"));
  await expect(files.replace({ path: "skills/a.md", before: null, after: "ours" })).rejects.toMatchObject({
    code: "file_not_written",
  });
  expect(await files.read("skills/a.md")).toMatchObject({ kind: "refused" });
});

test("K63: folders that are missing are made, and go again when they are empty", async () => {
  const files = await openRepositoryTextFiles(root);
  mkdirSync(at("a"));
  writeFileSync(at("a/kept"), "");
  await files.replace({ path: "a/b/c.md", before: null, after: "ours" });
  expect(await files.read("a/b/c.md")).toEqual({ kind: "text", text: "ours" });
  await files.replace({ path: "a/b/c.md", before: "ours", after: null });
  expect(() => readFileSync(at("a/b/c.md"))).toThrow("ENOENT");
  expect(() => readFileSync(at("a/b"))).toThrow("ENOENT");
  expect(readFileSync(at("a/kept"), "utf8")).toBe("");
});
