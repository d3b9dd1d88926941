// What is at a task's worktree folder, from files alone: nothing, a linked worktree of this repository, or something that a
// person has to fix. A link is never followed on the way there.

import { readdirSync, realpathSync, rmdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { shellWord } from "../../../core/text/shell-word.ts";
import { WORKTREES_FOLDER } from "../../../core/worker/worktree-name.ts";
import { look, readSmallFile } from "../../file-system/read-small-file.ts";
import { findGitFolder, type GitFolder } from "../facts/git-folder.ts";

export type Place = {
  /** Absolute and real. */
  readonly root: string;
  /** Of the repository. */
  readonly git: GitFolder;
  /** Relative to the root. */
  readonly worktree: string;
};

export type WorktreeEntry =
  | { readonly kind: "absent" }
  /** Git lists a worktree here, but its folder is gone. */
  | { readonly kind: "forgotten"; readonly own: string }
  /** Linked to this repository; `own` is its git folder. What is checked out in it is not checked here. */
  | { readonly kind: "linked"; readonly own: string; readonly git: GitFolder }
  | { readonly kind: "in_the_way"; readonly message: string; readonly hint: string };

export function readWorktreeEntry(place: Place): WorktreeEntry {
  const { root, git, worktree } = place;
  const folder = join(root, worktree);
  const obstacle = checkParents(root, dirname(worktree));
  if (obstacle !== null) return obstacle;
  const own = findEntry(git.common, folder);
  const stats = look(folder);
  if (stats === null) return own === null ? { kind: "absent" } : { kind: "forgotten", own };
  if (!stats.isDirectory()) return inTheWay(`${worktree} is a link or a file, not a folder.`, MOVE_IT);
  const gitFile = look(join(folder, ".git"));
  if (gitFile === null) {
    if (readdirSync(folder).length > 0)
      return inTheWay(`${worktree} exists, and is not a worktree of this repository.`, MOVE_IT);
    return own === null ? { kind: "absent" } : { kind: "forgotten", own };
  }
  if (!gitFile.isFile()) return inTheWay(`${worktree} is a separate repository.`, MOVE_IT);
  return linked(place, folder, own);
}

const MOVE_IT = "Move it away or delete it, then try again.";

/** Folders between the root and the worktree have to be absent, or real folders that are not worktrees. */
function checkParents(root: string, parent: string): WorktreeEntry | null {
  if (parent === ".") return null;
  const above = checkParents(root, dirname(parent));
  if (above !== null) return above;
  const stats = look(join(root, parent));
  if (stats === null) return null;
  if (!stats.isDirectory()) return inTheWay(`${parent} is a link or a file, not a folder.`, MOVE_IT);
  const isWorktree = parent !== WORKTREES_FOLDER && look(join(root, parent, ".git")) !== null;
  return isWorktree
    ? inTheWay(`${parent} is itself a worktree.`, `Remove it first: git worktree remove ${shellWord(parent)}`)
    : null;
}

function linked({ git, worktree }: Place, folder: string, own: string | null): WorktreeEntry {
  const search = findGitFolder(folder);
  if (search.kind !== "found")
    return inTheWay(
      `Git has forgotten the worktree ${worktree}: the git folder that it names is gone.`,
      "Try `git worktree repair`; otherwise save what you need from it, and delete it.",
    );
  if (search.folder.place !== "worktree" || !isSame(search.folder.common, git.common))
    return inTheWay(`${worktree} belongs to another repository.`, MOVE_IT);
  if (own === null || !isSame(search.folder.own, own))
    return inTheWay(
      `${worktree} was copied or moved: git has its worktree somewhere else.`,
      `Run in the repository: git worktree repair ${shellWord(worktree)}`,
    );
  return { kind: "linked", own, git };
}

/** Git does not take an empty folder without a `.git` for a worktree. */
export function removeEmptyFolder(folder: string): void {
  if (look(folder) !== null) rmdirSync(folder);
}

/** The git folder of the worktree that git has at `folder`. */
function findEntry(common: string, folder: string): string | null {
  const gitFile = join(folder, ".git");
  return listEntries(common).find((own) => entryGitFile(own) === gitFile) ?? null;
}

/** The git folders of all linked worktrees. */
export function listEntries(common: string): readonly string[] {
  const folder = join(common, "worktrees");
  if (look(folder)?.isDirectory() !== true) return [];
  return readdirSync(folder).map((name) => join(folder, name));
}

/** The `.git` file of a linked worktree as git remembers it, absolute; null when it does not say. */
export function entryGitFile(own: string): string | null {
  const text = readSmallFile(join(own, "gitdir"))?.trim();
  return text === undefined || text === "" ? null : resolve(own, text);
}

function isSame(one: string, other: string): boolean {
  return realpathSync.native(one) === realpathSync.native(other);
}

function inTheWay(message: string, hint: string): WorktreeEntry {
  return { kind: "in_the_way", message, hint };
}
