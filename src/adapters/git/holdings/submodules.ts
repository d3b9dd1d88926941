// What initialised submodules of a worktree hold that their remotes do not have. Their git folders lie in that of the
// worktree and go with it, stashes included, so that each is looked at like a repository of its own.

import { join } from "node:path";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import type { GitSetting } from "../command/git-hardening.ts";
import { neutraliseRepoConfig } from "../command/neutralise-repo-config.ts";
import { ignoredOnlyHere } from "./ignored-files.ts";
import { type IndexEntry, readIndex } from "./index-entries.ts";

const STATUS_TIMEOUT_MS = MINUTE_MS;
const LOG_TIMEOUT_MS = 30_000;
/** Deeper ones are not told apart from a repository that holds itself. */
const DEPTH_MAX = 5;

export type SubmoduleWish = { readonly disposable: readonly string[]; readonly signal: AbortSignal };

/** Sentences such as "lib: 2 files changed". Null when git does not say. */
export async function submodulesOnlyHere(
  worktree: GitPlace,
  index: readonly IndexEntry[],
  { depth = 0, ...wish }: SubmoduleWish & { readonly depth?: number },
): Promise<readonly string[] | null> {
  const found: string[] = [];
  for (const { path, object } of index.filter(({ isSubmodule }) => isSubmodule)) {
    const root = join(worktree.root, path);
    if (look(join(root, ".git")) === null) continue;
    const inside =
      depth < DEPTH_MAX ? await lookInside({ ...worktree, root }, object, { ...wish, depth }) : null;
    if (inside === null) return null;
    found.push(...inside.map((what) => `${path}: ${what}`));
  }
  return found;
}

/** `recorded` is the commit that the repository around it names: that one can be fetched again. */
async function lookInside(
  submodule: GitPlace,
  recorded: string,
  wish: SubmoduleWish & { readonly depth: number },
): Promise<readonly string[] | null> {
  const { signal, depth } = wish;
  const config = await neutraliseRepoConfig(submodule, signal);
  if (config.kind === "failed") return null;
  const files = await filesOfItsOwn(submodule, config.settings, wish);
  const commits = await commitsOfItsOwn(submodule, recorded, signal);
  const index = await readIndex(submodule, signal);
  if (files === null || commits === null || index === null) return null;
  const below = await submodulesOnlyHere(submodule, index, { ...wish, depth: depth + 1 });
  return below === null ? null : [...files, ...commits, ...below];
}

async function filesOfItsOwn(
  submodule: GitPlace,
  settings: readonly GitSetting[],
  { disposable, signal }: SubmoduleWish,
): Promise<readonly string[] | null> {
  const options = [
    "-z",
    "--no-renames",
    "--untracked-files=all",
    "--ignored=matching",
    "--ignore-submodules=all",
  ];
  const limits = { timeoutMs: STATUS_TIMEOUT_MS, settings, signal };
  const result = await runGit(submodule, ["status", "--porcelain", ...options], limits);
  if (!result.ok) return null;
  const records = result.stdout.split("\0").filter((record) => record !== "");
  const paths = (isIgnored: boolean) =>
    records
      .filter((record) => record.startsWith("!! ") === isIgnored)
      .map((record) => record.slice("XY ".length));
  const ignored = ignoredOnlyHere({ top: submodule.root, paths: paths(true), disposable, twin: null });
  return [...paths(false).map((path) => `${path}, changed`), ...ignored.map((path) => `${path}, ignored`)];
}

/** On any branch, HEAD or stash, or left behind in the reflog; not what a remote has. */
async function commitsOfItsOwn(
  submodule: GitPlace,
  recorded: string,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const own = ["--all", "--reflog", "--not", "--remotes", recorded];
  const result = await runGit(submodule, ["log", "--ignore-missing", "--format=%h %s", ...own, "--"], {
    timeoutMs: LOG_TIMEOUT_MS,
    signal,
  });
  if (!result.ok) return null;
  return result.stdout.split("\n").flatMap((line) => (line === "" ? [] : [`commit ${line}`]));
}
