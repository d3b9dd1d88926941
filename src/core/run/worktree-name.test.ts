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
  ["..", "begins with a dot"],
  ["../a", "begins with a dot"],
  ["a/..", "begins with a dot"],
  [".git", "begins with a dot"],
  ["a..b", "two dots"],
  ["a.", "ends with a dot"],
  ["a.lock", ".lock"],
  ["a.LOCK", ".lock"],
  ["a b", "spaces"],
  ["a\nb", "control characters"],
  ["a\0b", "control characters"],
  ["a\x7fb", "control characters"],
  ["a*", "spaces, control"],
  ["a?b", "spaces, control"],
  ["a[b", "spaces, control"],
  ["a~1", "spaces, control"],
  ["a^b", "spaces, control"],
  ["ext::sh", "spaces, control"],
  ["a\\b", "spaces, control"],
  ["a@{1}", "@{"],
  ["\ud800", "Unicode"],
  ["x".repeat(201), "200 bytes"],
  ["ü".repeat(101), "200 bytes"],
])("S17: %j is refused with the reason", (key, why) => {
  expect(nameWorktree(key)).toMatchObject({ kind: "refused", message: expect.stringContaining(why) });
});
