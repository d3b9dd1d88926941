// Finds the git folder that a folder belongs to, as git does: upwards, through `.git` files of worktrees and submodules; and
// back from there. Only files are read; no process is started (invariant 7).

import { realpathSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { look, readSmallFile } from "../../file-system/read-small-file.ts";

export type GitFolder = {
  /** HEAD and what is in progress in this worktree. */
  readonly own: string;
  /** Branches and objects, shared by all worktrees. The same as `own` outside linked worktrees. */
  readonly common: string;
  /** The folder that `.git` is in, or the bare repository itself. */
  readonly top: string;
  readonly place: "main" | "worktree" | "submodule" | "bare";
};

export type GitFolderSearch =
  | { readonly kind: "found"; readonly folder: GitFolder }
  | { readonly kind: "none" }
  /** `.git` names a folder that is not there. */
  | { readonly kind: "dangling" };

/** `start` is an absolute real path. Throws what the file system throws, except for what is not there. */
export function findGitFolder(start: string): GitFolderSearch {
  const ceilings = ceilingsOf(process.env);
  for (let top = start; ; top = dirname(top)) {
    const inside = join(top, ".git");
    if (look(inside)?.isFile() === true) return followGitFile(top);
    // Git ignores a folder of that name that is empty or broken, and looks further up.
    if (isGitFolder(inside)) return found(inside, top, "main");
    if (isGitFolder(top)) return found(top, top, "bare");
    const above = dirname(top);
    if (above === top || ceilings.has(above)) return { kind: "none" };
  }
}

/** Folders that the user keeps git from searching upwards. */
function ceilingsOf(env: Readonly<Record<string, string | undefined>>): ReadonlySet<string> {
  return new Set((env["GIT_CEILING_DIRECTORIES"] ?? "").split(delimiter).filter(isAbsolute));
}

/** The folder of the main worktree; null when there is none (a bare repository with linked worktrees only). */
export function mainWorktree(folder: GitFolder): string | null {
  if (folder.place !== "worktree") return folder.top;
  const isUsual = folder.common.endsWith(`${sep}.git`) && !isBare(folder.common);
  return isUsual ? dirname(folder.common) : null;
}

/** `core.bare` in the repository's own configuration. */
function isBare(common: string): boolean {
  return /^\s*bare\s*=\s*true\s*$/im.test(readSmallFile(join(common, "config")) ?? "");
}

/** Refs in one binary file instead of many small ones; an option of git 2.45 and newer. */
export function usesReftable(common: string): boolean {
  return look(join(common, "reftable")) !== null;
}

function followGitFile(top: string): GitFolderSearch {
  const target = /^gitdir: (.+)$/m.exec(readSmallFile(join(top, ".git")) ?? "")?.[1]?.trim();
  if (target === undefined) return { kind: "dangling" };
  const own = isAbsolute(target) ? target : resolve(top, target);
  if (look(join(own, "HEAD")) === null) return { kind: "dangling" };
  const shared = readSmallFile(join(own, "commondir"))?.trim();
  if (shared !== undefined) {
    return { kind: "found", folder: { own, common: resolve(own, shared), top, place: "worktree" } };
  }
  return found(own, top, own.split(/[\\/]/).includes("modules") ? "submodule" : "main");
}

function found(own: string, top: string, place: GitFolder["place"]): GitFolderSearch {
  const actual = place === "main" && isBare(own) ? "bare" : place;
  return { kind: "found", folder: { own, common: own, top, place: actual } };
}

/** What git takes for a git folder. */
function isGitFolder(folder: string): boolean {
  return ["HEAD", "objects", "refs"].every((name) => look(join(folder, name)) !== null);
}

/** The linked worktree that a folder lies in, absolute and real; null in a main worktree, and outside of git. */
export function enclosingWorktree(folder: string): string | null {
  try {
    for (let place = realpathSync.native(folder); ; place = dirname(place)) {
      const git = look(join(place, ".git"));
      // A linked worktree has a file that leads to its git folder.
      if (git !== null) return git.isFile() ? place : null;
      if (dirname(place) === place) return null;
    }
  } catch {
    return null; // Deleted or unreadable.
  }
}

/**
 * Finds the folder in a worktree that corresponds to the repository being served: a task tree may lie in a subfolder of
 * git's (`apps/shop/tasks`), and a worktree always has the whole repository. The worktree itself where it has no such
 * folder. Worktrees are absolute. Throws what the file system throws.
 */
export function createServedFolderFinder(root: string): (worktree: string) => string {
  const real = realpathSync.native(root);
  const search = findGitFolder(real);
  const path = search.kind === "found" ? relative(search.folder.top, real) : "";
  if (path === "") return (worktree) => worktree;
  return (worktree) => {
    const folder = join(worktree, path);
    return look(folder)?.isDirectory() === true ? folder : worktree;
  };
}
