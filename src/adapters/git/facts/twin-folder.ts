// The folder in a worktree that stands for the repository being served. They differ from git's own folders where the task
// tree lies in a subfolder (`apps/shop/tasks`): a worktree always has the whole repository.

import { realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { look } from "../../file-system/read-small-file.ts";
import { findGitFolder } from "./git-folder.ts";

/** `worktree` is absolute. The worktree itself where it has no such folder. Throws what the file system throws. */
export function twinFolder(root: string, worktree: string): string {
  return createTwinFinder(root)(worktree);
}

/** `twinFolder` for many worktrees: where the repository lies in git's is looked up once, here. */
export function createTwinFinder(root: string): (worktree: string) => string {
  const real = realpathSync.native(root);
  const search = findGitFolder(real);
  const path = search.kind === "found" ? relative(search.folder.top, real) : "";
  if (path === "") return (worktree) => worktree;
  return (worktree) => {
    const twin = join(worktree, path);
    return look(twin)?.isDirectory() === true ? twin : worktree;
  };
}
