// The port Worktrees on each of its adapters, with what a worker and a person do to worktrees.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Worktrees } from "../../src/ports/git/worktrees.ts";
import { createMemoryWorktrees } from "../memory/memory-worktrees.ts";
import { createRepository, openRepository } from "../support/git-repository.ts";
import { openWorktrees } from "../support/task-worktrees.ts";

export type WorktreesWorld = {
  readonly worktrees: Worktrees;
  readonly root: string;
  change(slug: string): void;
  commit(slug: string): void;
  merge(slug: string): void;
  deleteFolder(slug: string): void;
};

export const WORKTREES_ADAPTERS: ReadonlyArray<readonly [name: string, create: () => WorktreesWorld]> = [
  ["memory", createMemoryWorld],
  ["git", createGitWorld],
];

function createMemoryWorld(): WorktreesWorld {
  const root = "/repository";
  const worktrees = createMemoryWorktrees(root);
  return { ...worktrees, worktrees, root };
}

function createGitWorld(): WorktreesWorld {
  const repository = createRepository({ "README.md": "# App\n" });
  const { root } = repository;
  repository.commit("first");
  const folderOf = (slug: string) => join(root, ".worktrees", slug);
  let changes = 0;
  return {
    root,
    worktrees: openWorktrees(root),
    change(slug) {
      changes += 1;
      writeFileSync(join(folderOf(slug), `change-${changes}.txt`), "x\n");
    },
    commit: (slug) => void openRepository(folderOf(slug)).commit("work"),
    merge: (slug) => void repository.git("merge", "--quiet", "--ff-only", `task/${slug}`),
    deleteFolder: (slug) => rmSync(folderOf(slug), { recursive: true }),
  };
}
