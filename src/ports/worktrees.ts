// Worktrees of tasks: `.worktrees/<slug>` on branch `task/<slug>`. Git is only ever run hardened, with a time limit and
// without a prompt; what it said stands in the failure.

import type { CommitSha } from "../core/run/commit-sha.ts";

/** What can be told from files alone: starts no process (invariant 7). */
export type Ground =
  /** Nothing in the way. `reused`: the worktree is there and sane. */
  | { readonly kind: "clear"; readonly reused: boolean }
  | { readonly kind: "blocked"; readonly message: string; readonly hint: string };

export type Prepared =
  | {
      readonly kind: "prepared";
      /** Relative to the repository. */
      readonly worktree: string;
      /** Absolute. */
      readonly folder: string;
      readonly branch: string;
      /** What the branch started from: where it and its base part. */
      readonly baseCommit: CommitSha;
      readonly created: boolean;
    }
  | { readonly kind: "failed"; readonly message: string; readonly hint: string };

export type WorktreeFacts = {
  readonly slug: string;
  readonly worktree: string;
  readonly branch: string | null;
  readonly head: CommitSha | null;
  /** Files that differ from HEAD, untracked ones included; null when git could not tell. */
  readonly changedFiles: number | null;
  /** When the newest of those was written; null without any, and where that cannot be told. */
  readonly editedAtMs: number | null;
  /** Commits that the base does not have; null when git could not tell. */
  readonly commits: number | null;
  /** Everything on the branch is in the base. */
  readonly merged: boolean | null;
  readonly sizeBytes: number | null;
};

export type Removal = { readonly kind: "removed" } | { readonly kind: "refused"; readonly why: string };

export type Worktrees = {
  /** Whether a worktree for the slug could be made or used: git on the PATH, a repository, a base, a clean slate. */
  ground(slug: string): Ground;
  /** Makes the worktree, or checks the one that is there. Never throws. */
  prepare(slug: string, signal: AbortSignal): Promise<Prepared>;
  /** Those under `.worktrees/`, by slug. `measure` adds their size, which reads every file name in them. */
  list(options: {
    readonly measure: boolean;
    readonly signal: AbortSignal;
  }): Promise<readonly WorktreeFacts[]>;
  /** One of them; null when there is none. */
  inspect(slug: string, signal: AbortSignal): Promise<WorktreeFacts | null>;
  /** Removes the worktree, and the branch when it is merged. Never dirty or unmerged work, whatever was known before. */
  remove(slug: string, signal: AbortSignal): Promise<Removal>;
};
