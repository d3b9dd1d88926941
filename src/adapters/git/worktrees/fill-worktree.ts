// Writes the files of a worktree that git has just made empty, or undoes its making. Whoever calls holds the lock.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { describeGitFailure, type GitFailure } from "../command/git-failure.ts";
import { neutraliseRepoConfig } from "../command/neutralise-repo-config.ts";

/** A large repository, its big files fetched by Git LFS; a hang is ended. */
const CHECKOUT_TIMEOUT_MS = 10 * MINUTE_MS;
/** Deletes what was written so far. */
const UNDO_TIMEOUT_MS = MINUTE_MS;

export type NewWorktree = {
  readonly folder: string;
  readonly name: { readonly worktree: string; readonly branch: string };
  /** The commit of a branch that was made for it; null when the branch was there before. */
  readonly newAt: CommitSha | null;
  readonly signal: AbortSignal;
};

export type Filling =
  | { readonly kind: "filled" }
  /** `isLeft`: what was made could not be removed again. */
  | { readonly kind: "failed"; readonly failure: GitFailure; readonly isLeft: boolean };

export async function fillWorktree(place: GitPlace, made: NewWorktree): Promise<Filling> {
  const failure = await checkOut({ ...place, root: made.folder }, made);
  if (failure === null) return { kind: "filled" };
  return { kind: "failed", failure, isLeft: !(await undo(place, made)) };
}

async function checkOut(worktree: GitPlace, { name, signal }: NewWorktree): Promise<GitFailure | null> {
  const config = await neutraliseRepoConfig(worktree, signal);
  if (config.kind === "failed") return config.failure;
  // Unlike a reset it never writes over a file that is there.
  const result = await runGit(worktree, ["read-tree", "-m", "-u", "HEAD"], {
    timeoutMs: CHECKOUT_TIMEOUT_MS,
    settings: config.settings,
    signal,
  });
  if (result.ok) return null;
  return describeGitFailure(`The files of ${name.worktree} could not be written`, worktree, result);
}

/** Nobody has worked in it yet. Not with the caller's signal, which may be why it failed. */
async function undo(place: GitPlace, { folder, name, newAt }: NewWorktree): Promise<boolean> {
  const limits = { timeoutMs: UNDO_TIMEOUT_MS };
  const removed = await runGit(place, ["worktree", "remove", "--force", "--force", "--", folder], limits);
  if (!removed.ok) return false;
  if (newAt !== null) await dropBranch(place, name.branch, newAt);
  return true;
}

/** A new branch, only while it is still where it was made. */
export async function dropBranch(place: GitPlace, branch: string, newAt: CommitSha): Promise<void> {
  await runGit(place, ["update-ref", "-d", `refs/heads/${branch}`, newAt], { timeoutMs: UNDO_TIMEOUT_MS });
}
