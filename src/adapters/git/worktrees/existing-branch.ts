// A task's branch that is there before its worktree is. One that no run of the task made is never built on in silence: an
// empty one is moved forward to the base, and one with commits is refused, with what can be done about it.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { listed } from "../../../core/text/listed.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { describeGitFailure, type GitFailure } from "../command/git-failure.ts";
import { type Base, resolveCommit } from "../facts/worktree-base.ts";

/** Walks the commits that the base does not have. */
const LOG_TIMEOUT_MS = 30_000;

export type BranchPlan =
  /** Made at the base. */
  | { readonly kind: "new" }
  | { readonly kind: "as_it_is" }
  /** It has nothing of its own: moved from there to the base. */
  | { readonly kind: "forward"; readonly from: CommitSha }
  | { readonly kind: "refused"; readonly failure: GitFailure };

export type BranchQuestion = {
  readonly branch: string;
  readonly worktree: string;
  readonly base: Base;
  /** A run of the task has worked on it before. */
  readonly isOwn: boolean;
  readonly signal: AbortSignal;
};

export async function planBranch(place: GitPlace, question: BranchQuestion): Promise<BranchPlan> {
  const { branch, base, isOwn, signal } = question;
  const tip = await resolveCommit(place, `refs/heads/${branch}`, signal);
  if (tip.kind === "failed") return { kind: "refused", failure: tip.failure };
  if (tip.kind === "none") return { kind: "new" };
  if (tip.commit === base.commit) return { kind: "as_it_is" };
  const homes = base.homes.map(({ commit }) => `^${commit}`);
  const log = await runGit(place, ["log", "--format=%h %s", tip.commit, ...homes, "--"], {
    timeoutMs: LOG_TIMEOUT_MS,
    signal,
  });
  if (!log.ok)
    return {
      kind: "refused",
      failure: describeGitFailure(`The branch ${branch} cannot be read`, place, log),
    };
  const commits = log.stdout.split("\n").filter((line) => line !== "");
  if (commits.length > 0 && !isOwn) return { kind: "refused", failure: foreignCommits(question, commits) };
  const isBehind = commits.length === 0 && (await isAncestor(place, { tip: tip.commit, base, signal }));
  return isBehind ? { kind: "forward", from: tip.commit } : { kind: "as_it_is" };
}

/** The base may have been rewritten since: then the branch is not on the way to it. */
async function isAncestor(
  place: GitPlace,
  { tip, base, signal }: { readonly tip: CommitSha; readonly base: Base; readonly signal: AbortSignal },
): Promise<boolean> {
  const request = ["merge-base", "--is-ancestor", tip, base.commit];
  return (await runGit(place, request, { timeoutMs: LOG_TIMEOUT_MS, signal })).ok;
}

function foreignCommits({ branch, worktree }: BranchQuestion, commits: readonly string[]): GitFailure {
  const count = commits.length === 1 ? "a commit" : `${commits.length} commits`;
  const aside = `git branch -m ${shellWord(branch)} ${shellWord(`old-${branch.replaceAll("/", "-")}`)}`;
  return {
    message: `The branch ${branch} is there already, with ${count} that no run of this task made: ${listed(commits)}.`,
    hint: `Set it aside: ${aside}. Or let the worker build on it: git worktree add ${shellWord(worktree)} ${shellWord(branch)}`,
  };
}
