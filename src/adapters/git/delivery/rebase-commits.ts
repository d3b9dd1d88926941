// Rebases a branch in a scratch worktree: plain `git rebase`, by the user's configuration, where a conflict leaves nothing
// behind.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { counted } from "../../../core/text/counted.ts";
import { quote } from "../../../core/text/quote.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import { type GitPlace, runGit, splitList } from "../command/git-command.ts";
import type { GitSetting } from "../command/git-hardening.ts";
import { checkOutScratchWorktree } from "../command/scratch-worktree.ts";
import { gitFailed, manual, printed, type Stopped } from "./rebase-outcome.ts";

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
): Promise<RebasedCommits> {
  await checkRebasable(scratch, base, head);
  printed("it cannot be checked out", await checkOutScratchWorktree(scratch));
  const options = ["--quiet", "--merge", "--no-verify", "--no-fork-point", "--empty=drop"];
  const limits = { timeoutMs: REBASE_TIMEOUT_MS, settings: committer };
  const result = await runGit(scratch, ["rebase", ...options, base], limits);
  if (!result.ok) throw (await findConflict(scratch, baseName)) ?? gitFailed("git cannot rebase it", result);
  const range = await runGit(scratch, ["rev-list", `${base}..HEAD`, "--"]);
  const commits = splitList(printed("the rebased branch cannot be read", range), "\n");
  const [tip] = commits;
  if (tip === undefined) throw manual("branch", "the base has all of its changes already");
  return { head: tip as CommitSha, commits: commits.length };
}

/** Whether a rebase would lose something. */
async function checkRebasable(scratch: GitPlace, base: CommitSha, head: CommitSha): Promise<void> {
  const shared = await runGit(scratch, ["merge-base", base, head]);
  if (shared.exitCode === 1) throw manual("branch", "it has no commit in common with its base");
  printed("its history cannot be read", shared);
  const range = [
    "--right-only",
    "--cherry-pick",
    `--max-count=${COMMITS_MAX + 1}`,
    `${base}...${head}`,
    "--",
  ];
  const log = await runGit(scratch, ["log", "-z", "--format=raw", ...range]);
  // Messages are indented, so a line that begins like this is a header.
  const commits = splitList(printed("its commits cannot be listed", log), "\0");
  if (commits.some((commit) => (commit.match(/^parent /gm)?.length ?? 0) > 1))
    throw manual("branch", "it has merges, which a rebase would undo");
  if (commits.some((commit) => /^gpgsig/m.test(commit)))
    throw manual("branch", "its commits are signed, which a rebase would undo");
  if (commits.length > COMMITS_MAX)
    throw manual("branch", `it has over ${COMMITS_MAX} commits, too many to rebase automatically`);
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
