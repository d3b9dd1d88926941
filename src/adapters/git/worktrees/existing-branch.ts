// A task's branch that exists before its worktree does. One that no run of the task created is never built on silently: an
// empty one is moved forward to the base, and one with commits is refused, with what can be done about it.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { listed } from "../../../core/text/listed.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { type GitPlace, runGit, splitList } from "../command/git-command.ts";
import { describeGitFailure, type GitFailure } from "../command/git-failure.ts";
import { type Base, isAncestor, resolveCommit } from "../facts/worktree-base.ts";

export type BranchPlan =
  /** Created at the base. */
  | { readonly kind: "new" }
  | { readonly kind: "as_it_is" }
  /** It has no commits of its own: moved from there to the base. */
  | { readonly kind: "forward"; readonly from: CommitSha }
  | { readonly kind: "refused"; readonly failure: GitFailure };

export type BranchQuestion = {
  readonly branch: string;
  readonly worktree: string;
  readonly base: Base;
  /** A run of the task has worked on it before. */
  readonly isOwn: boolean;
};

export async function planBranch(place: GitPlace, question: BranchQuestion): Promise<BranchPlan> {
  const { branch, base, isOwn } = question;
  const tip = await resolveCommit(place, `refs/heads/${branch}`);
  if (tip.kind === "failed") return { kind: "refused", failure: tip.failure };
  if (tip.kind === "none") return { kind: "new" };
  if (tip.commit === base.commit) return { kind: "as_it_is" };
  const homes = base.homes.map(({ commit }) => `^${commit}`);
  const log = await runGit(place, ["log", "--format=%h %s", tip.commit, ...homes, "--"]);
  if (!log.ok)
    return {
      kind: "refused",
      failure: describeGitFailure(`The branch ${branch} cannot be read`, place, log),
    };
  const commits = splitList(log.stdout, "\n");
  if (commits.length > 0 && !isOwn) return { kind: "refused", failure: foreignCommits(question, commits) };
  // The base may have been rewritten since: then the branch is not behind it.
  const isBehind = commits.length === 0 && (await isAncestor(place, tip.commit, base.commit));
  return isBehind ? { kind: "forward", from: tip.commit } : { kind: "as_it_is" };
}

function foreignCommits({ branch, worktree }: BranchQuestion, commits: readonly string[]): GitFailure {
  const count = commits.length === 1 ? "a commit" : `${commits.length} commits`;
  const aside = `git branch -m ${shellWord(branch)} ${shellWord(`old-${branch.replaceAll("/", "-")}`)}`;
  return {
    message: `The branch ${branch} already exists, with ${count} that no run of this task made: ${listed(commits)}.`,
    hint: `Set it aside: ${aside}. Or let the worker build on it: git worktree add ${shellWord(worktree)} ${shellWord(branch)}`,
  };
}
