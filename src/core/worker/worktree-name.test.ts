import { expect, test } from "vitest";
import { nameWorktree } from "./worktree-name.ts";

test.each([
  ["fix-it"],
  ["v1.2"],
  ["c++"],
  ["-n"],
  ["--upload-pack=x"],
  ["$(touch x)".replace(" ", "-")],
  ["a;b|c&d"],
  ["ünïcödé-🚀"],
  ["app/fix-it"],
  ["x".repeat(200)],
])("%s is taken as it is", (key) => {
  expect(nameWorktree(key)).toEqual({ kind: "named", worktree: `.worktrees/${key}`, branch: `task/${key}` });
});

test.each([
  ["", "empty"],
  ["a/", "empty"],
  ["/a", "empty"],
  ["a//b", "slashes"],
  ["a/b/c", "slashes"],
])("S17: %j is refused with the reason", (key, why) => {
  expect(nameWorktree(key)).toMatchObject({ kind: "refused", message: expect.stringContaining(why) });
});

const UNSAFE = [
  ["..", ".git", "a..b", "a.", "a.lock", "a.LOCK", "@", "a@{1}", ".", "..."],
  ["a b", "a  b", "a\nb", "a\0b", "a\x7fb", "a*", "a?b", "a[b", "a~1", "a^b", "ext::sh", "a\\b", "\ud800"],
  ["x".repeat(201), "x".repeat(202), "ü".repeat(101), "🚀 ".repeat(60)],
].flat();

test.each(UNSAFE.map((key) => [key]))("W4: %j gets a name in a safe form", (key) => {
  const name = nameWorktree(key);
  if (name.kind === "refused") throw new Error(name.message);
  expect(name.branch).toMatch(/^task\/[\p{L}\p{N}][\p{L}\p{N}-]*-[0-9a-z]{8,14}$/u);
  expect(name.worktree).toBe(`.worktrees/${name.branch.slice("task/".length)}`);
  expect(new TextEncoder().encode(name.branch).length).toBeLessThan(200);
  // What is listed by its folder is found by that again.
  expect(nameWorktree(name.branch.slice("task/".length))).toEqual(name);
});

test("W4: no two names meet, and a safe form is no name that a plain slug has", () => {
  const keys = [...UNSAFE, "a-b", "a", "task", "git", ...UNSAFE.map((part) => `app/${part}`)];
  const names = keys.map((key) => JSON.stringify(nameWorktree(key)));
  expect(new Set(names).size).toBe(keys.length);
});
