import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  createRepository,
  openRepository,
  temporaryFolder,
} from "../../../../test/support/git-repository.ts";
import { gitEnvironment } from "../../../../test/support/task-worktrees.ts";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { runCommand } from "../../exec/run-command.ts";
import { runGit } from "./git-command.ts";
import {
  checkOutScratchWorktree,
  createScratchWorktree,
  removeScratchWorktree,
  type ScratchOptions,
} from "./scratch-worktree.ts";

function createScratch(options: Partial<ScratchOptions> = {}) {
  const repository = createRepository({
    ".gitattributes": "* text\n",
    "a.md": "a\n",
    "b/.gitattributes": "",
  });
  const commit = repository.commit("first") as CommitSha;
  repository.git("config", "user.name", "Repository");
  const folder = join(temporaryFolder(), "scratch");
  const place = { root: repository.root, env: gitEnvironment(), run: runCommand };
  const common = join(repository.root, ".git");
  const usual = { folder, common, commit, branch: "work", keepsObjects: true };
  return { repository, folder, create: () => createScratchWorktree(place, { ...usual, ...options }) };
}

test("the commit is checked out on its branch, and commits stay in the real repository's objects", async () => {
  const { repository, folder, create } = createScratch({ config: "[user]\n\tname = x\n\temail = x@x\n" });
  const scratch = create();
  await checkOutScratchWorktree(scratch);
  expect(readFileSync(join(folder, "a.md"), "utf8")).toBe("a\n");
  expect((await runGit(scratch, ["commit", "--allow-empty", "--message", "new"])).ok).toBe(true);
  const made = openRepository(folder).git("rev-parse", "refs/heads/work");
  removeScratchWorktree(folder);
  expect(repository.git("log", "--format=%an %s", made)).toBe("x new\nDave first");
  expect(repository.git("for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
});

test("objects that are not kept go with it", async () => {
  const { repository, folder, create } = createScratch({ keepsObjects: false });
  const scratch = create();
  writeFileSync(join(folder, "new"), "new\n");
  const name = (await runGit(scratch, ["hash-object", "-w", "new"])).stdout.trim();
  expect((await runGit(scratch, ["cat-file", "-e", name])).ok).toBe(true);
  expect(() => repository.git("cat-file", "-e", name)).toThrow();
});

test("only the files that are named are checked out", async () => {
  const { folder, create } = createScratch({ files: [".gitattributes"] });
  await checkOutScratchWorktree(create());
  expect(readdirSync(folder).sort()).toEqual([".git", ".gitattributes", "b"]);
});

test("the repository's configuration does not count, and what a killed process left is deleted first", async () => {
  const { folder, create } = createScratch();
  mkdirSync(join(folder, ".git/rebase-merge"), { recursive: true });
  writeFileSync(join(folder, "left"), "");
  const scratch = create();
  expect(existsSync(join(folder, "left"))).toBe(false);
  expect((await runGit(scratch, ["config", "user.name"])).stdout).toBe("");
});
