import { expect, test } from "vitest";
import { findCopyProblem } from "./copied-path.ts";

test.each([".env", "app/.env.local", "config/über key.json", "..env", ".github/x"])(
  "K46: %s may be copied",
  (path) => {
    expect(findCopyProblem(path)).toBeNull();
  },
);

test.each([
  "",
  "/etc/passwd",
  "../x",
  "a/../x",
  "./x",
  "a//x",
  "a/",
  "a\\x",
  ":(top)x",
  "a\0b",
  ".git/config",
  "a/.GIT/config",
  ".tasks/x",
  ".worktrees/a/x",
])("K46: %j may not be copied", (path) => {
  expect(findCopyProblem(path)).toContain("worktree.copy names");
});
