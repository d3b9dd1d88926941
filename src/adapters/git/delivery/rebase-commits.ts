// Rebases a branch in a scratch worktree: plain `git rebase`, by the user's configuration, where a conflict leaves nothing
// behind.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { counted } from "../../../core/text/counted.ts";
import { quote } from "../../../core/text/quote.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import { type GitPlace, runGit, splitList } from "../command/git-command.ts";
import type { GitSetting } from "../command/git-hardening.ts";
import { checkOutScratchWorktree } from "../command/scratch-worktree.ts";
import { gitFailed, manual, type Stopped } from "./rebase-outcome.ts";

/** Longer than a hundred commits take. The task's lock is held meanwhile, which a start may be waiting for. */
const REBASE_TIMEOUT_MS = 3 * MINUTE_MS;
/** A branch of one task has tens. */
const COMMITS_MAX = 300;

/** For the scratch worktree: what the user's configuration may say of rebases that people start. */
export const REBASE_CONFIG = `[commit]
	gpgSign = false
	cleanup = verbatim
[rebase]
	autoSquash = false
	autoStash = false
	updateRefs = false
[rerere]
	enabled = false
`;

/** The only files that a rebase reads from the worktree. */
export const REBASE_FILES = [".gitattributes"];

export type RebasedCommits = {
  readonly kind: "rebased_commits";
  readonly head: CommitSha;
  /** Those that the base does not have. */
  readonly commits: number;
};

export type RebaseOptions = {
  readonly base: CommitSha;
  /** What people call the base. */
  readonly baseName: string;
  /** What is checked out. */
  readonly head: CommitSha;
  readonly committer: readonly GitSetting[];
};

/** `scratch` has nothing checked out yet. */
export async function rebaseCommits(
  scratch: GitPlace,
  { base, baseName, head, committer }: RebaseOptions,
): Promise<RebasedCommits | Stopped> {
  const unsuitable = await whyNotRebasable(scratch, base, head);
  if (unsuitable !== null) return unsuitable;
  const ready = await checkOutScratchWorktree(scratch);
  if (!ready.ok) return gitFailed("it cannot be checked out", ready);
  const options = ["--quiet", "--merge", "--no-verify", "--no-fork-point", "--empty=drop"];
  const limits = { timeoutMs: REBASE_TIMEOUT_MS, settings: committer };
  const result = await runGit(scratch, ["rebase", ...options, base], limits);
  if (!result.ok) return (await findConflict(scratch, baseName)) ?? gitFailed("git cannot rebase it", result);
  const range = await runGit(scratch, ["rev-list", `${base}..HEAD`, "--"]);
  if (!range.ok) return gitFailed("the rebased branch cannot be read", range);
  const commits = splitList(range.stdout, "\n");
  const [tip] = commits;
  if (tip === undefined) return manual("branch", "the base has all of its changes already");
  return { kind: "rebased_commits", head: tip as CommitSha, commits: commits.length };
}

/** A rebase would lose something. */
async function whyNotRebasable(scratch: GitPlace, base: CommitSha, head: CommitSha): Promise<Stopped | null> {
  const shared = await runGit(scratch, ["merge-base", base, head]);
  if (shared.exitCode === 1) return manual("branch", "it has no commit in common with its base");
  if (!shared.ok) return gitFailed("its history cannot be read", shared);
  const range = [
    "--right-only",
    "--cherry-pick",
    `--max-count=${COMMITS_MAX + 1}`,
    `${base}...${head}`,
    "--",
  ];
  const log = await runGit(scratch, ["log", "-z", "--format=raw", ...range]);
  if (!log.ok) return gitFailed("its commits cannot be listed", log);
  // Messages are indented, so a line that begins like this is a header.
  const commits = splitList(log.stdout, "\0");
  if (commits.some((commit) => (commit.match(/^parent /gm)?.length ?? 0) > 1))
    return manual("branch", "it has merges, which a rebase would undo");
  if (commits.some((commit) => /^gpgsig/m.test(commit)))
    return manual("branch", "its commits are signed, which a rebase would undo");
  if (commits.length > COMMITS_MAX)
    return manual("branch", `it has over ${COMMITS_MAX} commits, too many to rebase automatically`);
  return null;
}

/** Null where git stopped for another reason. */
async function findConflict(scratch: GitPlace, baseName: string): Promise<Stopped | null> {
  const unmerged = await runGit(scratch, ["ls-files", "--unmerged", "-z"]);
  const records = splitList(unmerged.stdout, "\0");
  const files = [...new Set(records.map((record) => record.slice(record.indexOf("\t") + 1)))];
  if (files.length === 0) return null;
  const why = `it conflicts with ${quote(baseName)} in ${counted(files.length, "file")}`;
  return manual("conflict", why, files);
}
