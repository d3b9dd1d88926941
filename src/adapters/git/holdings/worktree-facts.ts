// What a worktree has that nothing else has: files that differ from its last commit, and commits that the base lacks.
// What git cannot tell is null, never zero.

import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import type { WorktreeDiff } from "../../../core/run/observation.ts";
import { type GitPlace, runGit, splitList } from "../command/git-command.ts";
import { neutraliseRepoConfig } from "../command/neutralise-repo-config.ts";
import type { Base } from "../facts/worktree-base.ts";
import { readDiff } from "./worktree-diff.ts";

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
  /** Where it was asked for. */
  readonly diff: WorktreeDiff | null;
};

export const NOTHING_KNOWN: CheckoutFacts = {
  branch: null,
  head: null,
  changedFiles: null,
  editedAtMs: null,
  commits: null,
  ownBranchCommits: null,
  merged: null,
  ignored: null,
  diff: null,
};

/** Beyond that it is the output of a build, whose newest files are among the first thousand as likely as not. */
const DATED_MAX = 1_000;

const STATUS = [
  "status",
  "--porcelain=v2",
  "-z",
  "--branch",
  "--no-ahead-behind",
  "--no-renames",
  "--untracked-files=all",
  // Submodules have their own configuration, which has not been neutralised.
  "--ignore-submodules=all",
];

export type CheckoutOptions = {
  /** Without one nothing is known of its commits. */
  readonly base: Base | null;
  /** The task's own branch, which may not be the one that is checked out; null where it is not known. */
  readonly ownBranch: string | null;
  readonly withIgnored?: boolean;
  readonly withDiff?: boolean;
};

/** `worktree` is the place of the worktree itself. */
export async function readCheckout(
  worktree: GitPlace,
  { base, ownBranch, withIgnored = false, withDiff = false }: CheckoutOptions,
): Promise<CheckoutFacts> {
  const config = await neutraliseRepoConfig(worktree);
  if (config.kind === "failed") return NOTHING_KNOWN;
  const args = withIgnored ? [...STATUS, "--ignored=matching"] : STATUS;
  const result = await runGit(worktree, args, config);
  if (!result.ok) return NOTHING_KNOWN;
  const { untracked, ...status } = parseStatus(result.stdout, worktree.root);
  if (status.head === null || base === null) return { ...NOTHING_KNOWN, ...status };
  const commits = await countCommits(worktree, status.head, base);
  const isOwn = ownBranch === null || ownBranch === status.branch;
  const ownBranchCommits = isOwn ? null : await countCommits(worktree, `refs/heads/${ownBranch}`, base);
  const diff = withDiff ? await readDiff(worktree, { base, untracked, config }) : null;
  return { ...status, commits, ownBranchCommits, merged: commits === null ? null : commits === 0, diff };
}

type Status = Omit<CheckoutFacts, "commits" | "ownBranchCommits" | "merged" | "diff"> & {
  readonly untracked: readonly string[];
};

/** Headers begin with `# branch.`; each other record is one file. */
function parseStatus(output: string, folder: string): Status {
  const records = splitList(output, "\0");
  const header = (name: string): string | null => {
    const start = `# branch.${name} `;
    return records.find((record) => record.startsWith(start))?.slice(start.length) ?? null;
  };
  const [head, branch] = [header("oid"), header("head")];
  const changed = records.filter((record) => !/^[#!] /.test(record));
  const times = changed.slice(0, DATED_MAX).flatMap((record) => timeOf(folder, record));
  return {
    branch: branch === "(detached)" ? null : branch,
    head: head === null || head === "(initial)" ? null : (head as CommitSha),
    changedFiles: changed.length,
    editedAtMs: times.length === 0 ? null : Math.floor(Math.max(...times)),
    untracked: records.flatMap((record) => (record.startsWith("? ") ? [record.slice(2)] : [])),
    ignored: records.flatMap((record) => (record.startsWith("! ") ? [record.slice(2)] : [])),
  };
}

/** Fields before the path, by the kind of record: changed, unmerged, untracked. */
const FIELDS: Readonly<Record<string, number>> = { "1": 8, u: 10, "?": 1 };

/** A worker that keeps writing to one file changes nothing else that git reports. */
function timeOf(folder: string, record: string): readonly number[] {
  const fields = FIELDS[record.charAt(0)] ?? Number.POSITIVE_INFINITY;
  const path = record.split(" ").slice(fields).join(" ");
  if (path === "") return [];
  try {
    return [lstatSync(join(folder, path)).mtimeMs];
  } catch {
    return []; // Deleted, which git reports, or gone since.
  }
}

/** How many commits the base lacks, from a commit or a full ref; null when git cannot tell. */
export async function countCommits(place: GitPlace, from: string, notIn: Base): Promise<number | null> {
  const range = [from, ...notIn.homes.map(({ commit }) => `^${commit}`)];
  const result = await runGit(place, ["rev-list", "--count", ...range, "--"]);
  return result.ok ? Number(result.stdout.trim()) : null;
}
