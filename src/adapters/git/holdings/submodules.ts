// What submodules of a worktree have that nothing else has. Their git folders are part of the worktree and go with it,
// stashes included, so each is examined like a repository.

import { join } from "node:path";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, runGit, splitList } from "../command/git-command.ts";
import { neutraliseRepoConfig } from "../command/neutralise-repo-config.ts";
import { ignoredOnlyHere } from "./ignored-files.ts";
import { type IndexEntry, readIndex } from "./index-entries.ts";

/** Deeper ones cannot be distinguished from a repository that contains itself. */
const DEPTH_MAX = 5;

type SubmoduleOptions = { readonly disposable: readonly string[]; readonly depth?: number };

/** Sentences such as "lib: 2 files changed". Null when git cannot tell. */
export async function submodulesOnlyHere(
  worktree: GitPlace,
  index: readonly IndexEntry[],
  { disposable, depth = 0 }: SubmoduleOptions,
): Promise<readonly string[] | null> {
  const found: string[] = [];
  for (const { path, object } of index.filter(({ isSubmodule }) => isSubmodule)) {
    const root = join(worktree.root, path);
    if (look(join(root, ".git")) === null) continue;
    if (depth === DEPTH_MAX) return null;
    const inside = await examine({ ...worktree, root }, object, { disposable, depth: depth + 1 });
    if (inside === null) return null;
    found.push(...inside.map((what) => `${path}: ${what}`));
  }
  return found;
}

/** `recorded` is the commit that the repository around it names: that one can be fetched again. */
async function examine(
  submodule: GitPlace,
  recorded: string,
  options: SubmoduleOptions,
): Promise<readonly string[] | null> {
  const files = await filesOnlyHere(submodule, options);
  const commits = await commitsOnlyHere(submodule, recorded);
  const index = await readIndex(submodule);
  if (files === null || commits === null || index === null) return null;
  const below = await submodulesOnlyHere(submodule, index, options);
  return below === null ? null : [...files, ...commits, ...below];
}

async function filesOnlyHere(
  submodule: GitPlace,
  { disposable }: SubmoduleOptions,
): Promise<readonly string[] | null> {
  const config = await neutraliseRepoConfig(submodule);
  if (config.kind === "failed") return null;
  const listing = ["--untracked-files=all", "--ignored=matching", "--ignore-submodules=all"];
  const result = await runGit(submodule, ["status", "--porcelain", "-z", "--no-renames", ...listing], config);
  if (!result.ok) return null;
  const records = splitList(result.stdout, "\0");
  const paths = (isIgnored: boolean) =>
    records
      .filter((record) => record.startsWith("!! ") === isIgnored)
      .map((record) => record.slice("XY ".length));
  const ignored = ignoredOnlyHere({ top: submodule.root, paths: paths(true), disposable, main: null });
  return [...paths(false).map((path) => `${path}, changed`), ...ignored.map((path) => `${path}, ignored`)];
}

/** On any branch, HEAD or stash, or left behind in the reflog; not what a remote has. */
async function commitsOnlyHere(submodule: GitPlace, recorded: string): Promise<readonly string[] | null> {
  const own = ["--all", "--reflog", "--not", "--remotes", recorded];
  const result = await runGit(submodule, ["log", "--ignore-missing", "--format=%h %s", ...own, "--"]);
  return result.ok ? splitList(result.stdout, "\n").map((line) => `commit ${line}`) : null;
}
