// What a worktree holds that nobody else has: files that differ from its last commit, and commits that the base lacks.
// What git does not tell is null, never zero.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { neutraliseRepoConfig } from "../command/neutralise-repo-config.ts";
import type { Base } from "../facts/worktree-base.ts";
import { newestEdit } from "./newest-edit.ts";

export type CheckoutFacts = {
  readonly branch: string | null;
  readonly head: CommitSha | null;
  readonly changedFiles: number | null;
  readonly editedAtMs: number | null;
  readonly commits: number | null;
  readonly ownBranchCommits: number | null;
  readonly merged: boolean | null;
  /** Paths that git ignores, where they were asked for; a folder as one, with a slash. */
  readonly ignored: readonly string[] | null;
};

export const NOTHING_TOLD: CheckoutFacts = {
  branch: null,
  head: null,
  changedFiles: null,
  editedAtMs: null,
  commits: null,
  ownBranchCommits: null,
  merged: null,
  ignored: null,
};

/** A large worktree on a slow disk takes git some seconds to compare. */
const STATUS_TIMEOUT_MS = MINUTE_MS;
/** 100 bytes a file: enough for 600,000 changed ones. */
const STATUS_BYTES_MAX = 64 * 1024 * 1024;
/** Counting walks the commits that are not shared; a base that moved on by years takes a second. */
const COUNT_TIMEOUT_MS = 30_000;

const STATUS = [
  "status",
  "--porcelain=v2",
  "-z",
  "--branch",
  "--no-ahead-behind",
  "--no-renames",
  "--untracked-files=all",
  // Those have a configuration of their own, which nobody has looked at.
  "--ignore-submodules=all",
];

export type CheckoutWish = {
  /** Without one nothing is known of its commits. */
  readonly base: Base | null;
  /** The task's own branch, which may be another one than the one that is checked out; null where it is not known. */
  readonly ownBranch: string | null;
  readonly withIgnored?: boolean;
  readonly signal: AbortSignal;
};

/** `worktree` is the place of the worktree itself. */
export async function readCheckout(
  worktree: GitPlace,
  { base, ownBranch, withIgnored = false, signal }: CheckoutWish,
): Promise<CheckoutFacts> {
  const config = await neutraliseRepoConfig(worktree, signal);
  if (config.kind === "failed") return NOTHING_TOLD;
  const result = await runGit(worktree, withIgnored ? [...STATUS, "--ignored=matching"] : STATUS, {
    timeoutMs: STATUS_TIMEOUT_MS,
    outputBytesMax: STATUS_BYTES_MAX,
    settings: config.settings,
    signal,
  });
  const status = readStatus(result, worktree.root);
  const unknown = { commits: null, ownBranchCommits: null, merged: null };
  if (status.head === null || base === null) return { ...status, ...unknown };
  const commits = await countCommits(worktree, { from: status.head, notIn: base }, signal);
  const isOwn = ownBranch === null || ownBranch === status.branch;
  const ownBranchCommits = isOwn
    ? null
    : await countCommits(worktree, { from: `refs/heads/${ownBranch}`, notIn: base }, signal);
  return { ...status, commits, ownBranchCommits, merged: commits === null ? null : commits === 0 };
}

type Status = Omit<CheckoutFacts, "commits" | "ownBranchCommits" | "merged">;

/** Headers begin with `# branch.`; each other record is one file. */
function readStatus(result: CommandResult, folder: string): Status {
  if (!result.ok) return NOTHING_TOLD;
  const records = result.stdout.split("\0").filter((record) => record !== "");
  const header = (name: string): string | null => {
    const start = `# branch.${name} `;
    return records.find((record) => record.startsWith(start))?.slice(start.length) ?? null;
  };
  const [head, branch] = [header("oid"), header("head")];
  const changed = records.filter((record) => !/^[#!] /.test(record));
  return {
    branch: branch === "(detached)" ? null : branch,
    head: head === null || head === "(initial)" ? null : (head as CommitSha),
    changedFiles: changed.length,
    editedAtMs: newestEdit(folder, changed),
    ignored: records.flatMap((record) => (record.startsWith("! ") ? [record.slice(2)] : [])),
  };
}

/** How many the base does not have, from a commit or a full ref; null when git does not say. */
export async function countCommits(
  place: GitPlace,
  { from, notIn }: { readonly from: string; readonly notIn: Base },
  signal: AbortSignal,
): Promise<number | null> {
  const range = [from, ...notIn.homes.map(({ commit }) => `^${commit}`)];
  const result = await runGit(place, ["rev-list", "--count", ...range, "--"], {
    timeoutMs: COUNT_TIMEOUT_MS,
    signal,
  });
  return result.ok ? Number(result.stdout.trim()) : null;
}
