// What has to be true before a branch is rebased: the worktree, the pull request and the remote have the same commit, and
// nothing of it is only here.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { quote } from "../../../core/text/quote.ts";
import type { RebaseRequest } from "../../../ports/git/worktrees.ts";
import { type GitPlace, type GitSetting, runGit } from "../command/git-command.ts";
import type { Borrowed } from "./borrowed-repository.ts";
import { filesOfItsOwn, headOf } from "./move-branch.ts";
import { counted, dirty, gitFailed, manual, type Stopped } from "./rebase-outcome.ts";
import type { Checkout } from "./rebase-site.ts";
import type { Tips } from "./remote-branch.ts";

/** Walks the history between two commits. */
const WALK_TIMEOUT_MS = 30_000;
/** Reads the configuration. */
const IDENTITY_TIMEOUT_MS = 10_000;

/** Null when the worktree is as the pull request has its branch. */
export async function whyNotReady(
  checkout: Checkout,
  { headCommit, signal }: RebaseRequest,
): Promise<Stopped | null> {
  const files = await filesOfItsOwn(checkout, signal);
  if ("kind" in files) return files;
  if (files.length > 0)
    return dirty(`its worktree has uncommitted changes in ${counted(files.length, "file")}`, files);
  const head = await headOf(checkout);
  if (typeof head !== "string") return head;
  if (head === headCommit) return null;
  if (await isWithin(checkout.place, { one: headCommit, other: head, signal }))
    return manual("branch", "commits in its worktree are not pushed");
  if (await isWithin(checkout.place, { one: head, other: headCommit, signal }))
    return manual("branch", "the pull request has commits that its worktree does not have");
  return manual("branch", "its worktree and the pull request have parted");
}

/** Null when the remote is as the pull request says. */
export function whyParted(tips: Tips, { branch, base, headCommit }: RebaseRequest): Stopped | null {
  if (tips.branch === null) return manual("branch", `the remote has no branch ${quote(branch)}`);
  if (tips.branch !== headCommit) return manual("branch", "it was pushed to from elsewhere meanwhile");
  return tips.base === null ? manual("branch", `the remote has no branch ${quote(base)}`) : null;
}

export async function isUpToDate(
  { place }: Borrowed,
  { base }: Tips,
  { headCommit, signal }: RebaseRequest,
): Promise<boolean> {
  return base !== null && (await isWithin(place, { one: base, other: headCommit, signal }));
}

type Pair = { readonly one: CommitSha; readonly other: CommitSha; readonly signal: AbortSignal };

/** Whether the one commit is in the history of the other; a commit that is not here is in none. */
async function isWithin(place: GitPlace, { one, other, signal }: Pair): Promise<boolean> {
  const result = await runGit(place, ["merge-base", "--is-ancestor", one, other], {
    timeoutMs: WALK_TIMEOUT_MS,
    signal,
  });
  return result.ok;
}

/** Who rebases: as git would have it in this worktree. */
export async function committerOf(
  checkout: Checkout,
  signal: AbortSignal,
): Promise<{ readonly kind: "committer"; readonly line: string } | Stopped> {
  const named: readonly GitSetting[] = COMMITTER.flatMap(([variable, key]): readonly GitSetting[] => {
    const value = checkout.place.env[variable];
    return value ? [[key, value]] : [];
  });
  const result = await runGit(checkout.place, ["var", "GIT_COMMITTER_IDENT"], {
    timeoutMs: IDENTITY_TIMEOUT_MS,
    settings: [...checkout.settings, ...named],
    signal,
  });
  if (!result.ok)
    return gitFailed("git does not know in whose name to commit (user.name, user.email)", result);
  return { kind: "committer", line: result.stdout.trim() };
}

/** Which is not handed on to git otherwise. */
const COMMITTER = [
  ["GIT_COMMITTER_NAME", "committer.name"],
  ["GIT_COMMITTER_EMAIL", "committer.email"],
] as const;
