// Whether a task's branch could be checked out: git checks out a branch once, and no branch is a folder of others.

import { join, relative } from "node:path";
import { shellWord } from "../../../core/text/shell-word.ts";
import { readSmallFile } from "../../file-system/read-small-file.ts";
import type { GitFailure } from "../command/git-failure.ts";
import type { GitFolder } from "../facts/git-folder.ts";
import { readRebasedBranch } from "../facts/git-operation.ts";
import { hasRefsBelow, resolveRef } from "../facts/refs.ts";
import { entryGitFile, listEntries } from "./linked-worktree.ts";

export type BranchPlace = {
  readonly root: string;
  readonly git: GitFolder;
  readonly branch: string;
  readonly own: string | null;
};

/** Null when nothing is in the way. */
export function findBranchObstacle(place: BranchPlace): GitFailure | null {
  return checkedOutElsewhere(place) ?? folderOfBranches(place);
}

function checkedOutElsewhere({ root, git, branch, own }: BranchPlace): GitFailure | null {
  const holder = [git.common, ...listEntries(git.common)].find(
    (folder) => folder !== own && branchIn(folder) === branch,
  );
  if (holder === undefined) return null;
  const where = whereIs(holder, root);
  const hint =
    holder === git.common
      ? "Switch to another branch there, then try again."
      : `Remove that worktree: git worktree remove ${shellWord(where)} (or git worktree prune, if it is gone)`;
  return { message: `The branch ${branch} is checked out in ${where}.`, hint };
}

/** Git keeps branches in folders, so `task` and `task/x` cannot both be branches. */
function folderOfBranches({ git, branch }: BranchPlace): GitFailure | null {
  const parts = branch.split("/");
  const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
  const inTheWay = above.find((name) => resolveRef(git.common, `refs/heads/${name}`) !== null);
  if (inTheWay !== undefined)
    return {
      message: `A branch is called ${inTheWay}, so git cannot create one called ${branch}.`,
      hint: `Rename it: git branch -m ${shellWord(inTheWay)} another-name`,
    };
  if (!hasRefsBelow(git.common, `refs/heads/${branch}`)) return null;
  return {
    message: `There are branches below ${branch}/, so git cannot create one called ${branch}.`,
    hint: `Rename or delete them: git branch --list ${shellWord(`${branch}/*`)}`,
  };
}

function branchIn(own: string): string | null {
  const ref = /^ref:\s*refs\/heads\/(.+)$/.exec(readSmallFile(join(own, "HEAD"))?.trim() ?? "")?.[1];
  return ref ?? readRebasedBranch(own);
}

/** Relative where it is inside the repository. */
function whereIs(holder: string, root: string): string {
  const file = entryGitFile(holder);
  if (file === null) return "the repository itself";
  const path = relative(root, join(file, ".."));
  return path.startsWith("..") ? join(file, "..") : path;
}
