// Repositories with worktrees of tasks, as tests of git need them. Programs are those of this machine; its git
// configuration plays no part.

import { join } from "node:path";
import { createWorktrees } from "../../src/adapters/git/worktrees.ts";
import type { Worktrees } from "../../src/ports/git/worktrees.ts";
import { createRepository, openRepository, type TestRepository, temporaryFolder } from "./git-repository.ts";

export const TASK = "tasks/workstreams/app/tasks/a.md";

export type World = { readonly repository: TestRepository; readonly worktrees: Worktrees };

export function createWorld(files: Readonly<Record<string, string>> = {}): World {
  const repository = withCommit(files);
  return { repository, worktrees: openWorktrees(repository.root) };
}

/** Of a repository whose default branch is `trunk`. */
export function cloneWorld(): World {
  const origin = withCommit();
  origin.git("branch", "--quiet", "-m", "main", "trunk");
  origin.git("switch", "--quiet", "-c", "other");
  origin.commit("other");
  origin.git("branch", "--quiet", "only-there");
  origin.git("switch", "--quiet", "trunk");
  const root = join(temporaryFolder(), "clone");
  origin.git("clone", "--quiet", origin.root, root);
  return { repository: openRepository(root), worktrees: openWorktrees(root) };
}

export function withCommit(files: Readonly<Record<string, string>> = {}): TestRepository {
  const repository = createRepository({ [TASK]: "# A\n", ...files });
  repository.commit("first");
  return repository;
}

export function openWorktrees(root: string, base: string | null = null): Worktrees {
  return createWorktrees({ root, base, disposable: ["node_modules", "target"], env: gitEnvironment() });
}

export function gitEnvironment(): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: temporaryFolder() };
}

export async function prepared(worktrees: Worktrees, slug: string) {
  const result = await prepare(worktrees, slug);
  if (result.kind === "failed") throw new Error(`${result.message} ${result.hint}`);
  return result;
}

export const prepare = (worktrees: Worktrees, slug: string) => worktrees.prepare(slug, never());
export const inspect = (worktrees: Worktrees, slug: string) => worktrees.inspect(slug, never());
export const remove = (worktrees: Worktrees, slug: string) => worktrees.remove(slug, { signal: never() });

export function never(): AbortSignal {
  return new AbortController().signal;
}
