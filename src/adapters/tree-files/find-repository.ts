// Finds the repository: `--repo`, else TASKS_REPO, else the nearest parent folder with `tasks/workstreams/`. A linked
// git worktree leads to its main one, so that all worktrees of a repository share one task tree and one store.

import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { UserError } from "../../core/contract/user-error.ts";
import { describeFileError } from "../file-system/file-error.ts";
import { findGitFolder, mainWorktree } from "../git/facts/git-folder.ts";

const MARK = "tasks/workstreams";

export type RepositoryRequest = {
  /** The value of `--repo`, or null. */
  readonly asked: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder in which the command was typed: npm changes the working folder. */
  readonly typedIn: string;
};

/** The repository's absolute real path. Throws a UserError that says what was searched for and where. */
export function findRepository({ asked, env, typedIn }: RepositoryRequest): string {
  if (asked !== null) return named(asked, "--repo", typedIn);
  const fromEnvironment = env["TASKS_REPO"];
  if (fromEnvironment) return named(fromEnvironment, "TASKS_REPO", typedIn);
  return upwards(typedIn);
}

function named(path: string, origin: string, typedIn: string): string {
  const folder = resolve(typedIn, path);
  const problem = findProblem(folder);
  if (problem !== null) {
    const nameIt = `Name the folder that contains ${MARK}/, or create a small task tree there: tasks init`;
    throw missing(
      `${origin} names ${folder}, ${problem}.`,
      findLink(folder) === null ? nameIt : PUT_FOLDER_HERE,
    );
  }
  return mainFolder(realpathSync.native(folder));
}

function findProblem(folder: string): string | null {
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
      throw missing(
        `The task tree in ${folder} cannot be read: the folder ${link} is a link; links are not followed.`,
        PUT_FOLDER_HERE,
      );
    }
    if (dirname(folder) === folder) break;
  }
  throw missing(
    `There is no task tree here: no folder ${MARK} in ${start} or any folder above it.`,
    "Name the repository with --repo or TASKS_REPO, or create a small task tree here: tasks init",
  );
}

function missing(message: string, hint: string): UserError {
  return new UserError({ code: "repository_missing", message, hint });
}

const PUT_FOLDER_HERE =
  "Replace the link with the folder itself, or use --repo with the repository that the link leads to.";

/** The folder of the tree that is a link to a tree; null if there is none. Other links do not matter. */
function findLink(folder: string): string | null {
  const link = ["tasks", MARK].find((path) => statsOf(join(folder, path), lstatSync)?.isSymbolicLink());
  const leadsToTree = statsOf(join(folder, MARK), statSync)?.isDirectory();
  return link !== undefined && leadsToTree ? link : null;
}

/** Links are not followed inside a repository. */
function hasTree(folder: string): boolean {
  return ["tasks", MARK].every((path) => statsOf(join(folder, path), lstatSync)?.isDirectory());
}

/** Null also for what cannot be read: no permission, a loop of links. */
function statsOf(path: string, stat: typeof lstatSync | typeof statSync): Stats | null {
  try {
    return stat(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** The same folder in the main worktree, if `root` is in a linked one and the main one has a tree too. */
function mainFolder(root: string): string {
  const search = findGitFolder(root);
  if (search.kind !== "found" || search.folder.place !== "worktree") return root;
  const main = mainWorktree(search.folder);
  if (main === null) return root;
  const twin = join(main, relative(search.folder.top, root));
  return hasTree(twin) ? realpathSync.native(twin) : root;
}
