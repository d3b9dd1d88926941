// Finds the folder to work on: asked for, else TASKS_REPO, else the nearest one upwards that has `tasks/workstreams/`.
// A linked git worktree stands for its main one, so that all worktrees of a repository share one truth and one store.

import { lstatSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { UserError } from "../../core/contract/user-error.ts";
import { describeFileError } from "../file-system/file-error.ts";
import { findGitFolder, mainWorktree } from "../git/facts/git-folder.ts";

const MARK = "tasks/workstreams";

export type RepositoryRequest = {
  /** The value of `--repo`, or null. */
  readonly asked: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the person typed: npm changes the folder of what it runs. */
  readonly typedIn: string;
};

/** The repository's absolute real path. Throws a UserError that says what was looked for and where. */
export function findRepository({ asked, env, typedIn }: RepositoryRequest): string {
  if (asked !== null) return named(asked, "--repo", typedIn);
  const fromEnvironment = env["TASKS_REPO"];
  if (fromEnvironment) return named(fromEnvironment, "TASKS_REPO", typedIn);
  return upwards(typedIn);
}

function named(path: string, origin: string, typedIn: string): string {
  const folder = resolve(typedIn, path);
  const flaw = findFlaw(folder);
  if (flaw !== null) {
    throw new UserError({
      code: "repository_missing",
      message: `${origin} names ${folder}, ${flaw}.`,
      hint:
        findLink(folder) !== null
          ? PUT_FOLDER_HERE
          : `Name the folder that ${MARK}/ is in, or make a small task tree there with: tasks init`,
    });
  }
  return mainFolder(realpathSync.native(folder));
}

function findFlaw(folder: string): string | null {
  try {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) return "which does not exist";
    if (!stats.isDirectory()) return "which is not a folder";
  } catch (error) {
    return `which cannot be read: ${describeFileError(error)}`;
  }
  if (hasTree(folder)) return null;
  const link = findLink(folder);
  return link === null
    ? `which has no folder ${MARK}`
    : `whose folder ${link} is a link; links are not followed`;
}

function upwards(typedIn: string): string {
  const start = resolve(typedIn);
  for (let folder = start; ; folder = dirname(folder)) {
    if (hasTree(folder)) return mainFolder(realpathSync.native(folder));
    const link = findLink(folder);
    if (link !== null) {
      throw new UserError({
        code: "repository_missing",
        message: `The task tree in ${folder} cannot be read: the folder ${link} is a link; links are not followed.`,
        hint: PUT_FOLDER_HERE,
      });
    }
    if (dirname(folder) === folder) break;
  }
  throw new UserError({
    code: "repository_missing",
    message: `There is no task tree here: no folder ${MARK} in ${start} or any folder above it.`,
    hint: "Name the repository with --repo or TASKS_REPO, or make a small task tree here with: tasks init",
  });
}

const PUT_FOLDER_HERE =
  "Put the folder itself in the place of the link, or name the repository that it leads to with --repo.";

/** The folder of the tree that is a link to one; null when there is none. A link to anything else is none of ours. */
function findLink(folder: string): string | null {
  for (const path of ["tasks", MARK]) {
    if (isLink(join(folder, path))) return leadsToTree(folder) ? path : null;
  }
  return null;
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  } catch {
    // It cannot be looked at, so nothing can be said of it.
    return false;
  }
}

function leadsToTree(folder: string): boolean {
  try {
    return statSync(join(folder, MARK), { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    // A loop of links leads nowhere.
    return false;
  }
}

/** Links are not followed inside a repository, so a linked tree is none. */
function hasTree(folder: string): boolean {
  return [join(folder, "tasks"), join(folder, MARK)].every(isFolder);
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    // Not to be looked at, so not to be worked on either.
    return false;
  }
}

/** The same folder of the main worktree, when `root` lies in a linked one and the main one has a tree too. */
function mainFolder(root: string): string {
  const search = findGitFolder(root);
  if (search.kind !== "found" || search.folder.place !== "worktree") return root;
  const main = mainWorktree(search.folder);
  if (main === null) return root;
  const twin = join(main, relative(search.folder.top, root));
  return hasTree(twin) ? realpathSync.native(twin) : root;
}
