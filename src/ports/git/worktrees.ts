// Worktrees of tasks: `.worktrees/<slug>` on branch `task/<slug>`. Git is only ever run hardened, with a time limit and
// without a prompt; what it said stands in the failure.

import type { CommitSha } from "../../core/contract/commit-sha.ts";
import type { WorktreeState } from "../../core/worker/judge-worktree.ts";

/** What can be told from files alone: starts no process (invariant 7). */
export type WorktreePreflight =
  /** Nothing in the way. `reused`: the worktree is there and sane. */
  | { readonly kind: "clear"; readonly reused: boolean }
  | { readonly kind: "blocked"; readonly message: string; readonly hint: string };

export type Prepared =
  | {
      readonly kind: "prepared";
      /** Relative to the repository. */
      readonly worktree: string;
      /** Absolute: where its worker starts, the folder in the worktree that stands for the repository being served. */
      readonly folder: string;
      readonly branch: string;
      /** What the branch started from: where it and its base part. */
      readonly baseCommit: CommitSha;
      readonly created: boolean;
    }
  | { readonly kind: "failed"; readonly message: string; readonly hint: string };

/** `isOwn`: a run of the task has worked on its branch before. Else a branch that is there is somebody else's. */
export type PrepareOptions = { readonly isOwn?: boolean };

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
  /** What the task's own branch has, where another one is checked out; null where it is that, and where git could not tell. */
  readonly ownBranchCommits: number | null;
  /** Everything on the branch is in the base. */
  readonly merged: boolean | null;
  readonly sizeBytes: number | null;
};

/** Everything that decides whether a worktree may go. Reads far more than facts do. */
export type WorktreeHoldings = WorktreeFacts &
  Pick<WorktreeState, "obstacle" | "onlyHere"> & {
    /** Merged, but not as the commits that it has: squashed or rebased. */
    readonly mergedInAnotherForm: boolean;
  };

export type RemoveOptions = {
  readonly signal: AbortSignal;
  /** A commit whose work was merged in another form, squashed or rebased by the host. */
  readonly delivered?: CommitSha | null;
  /** A person asked that what exists only there goes too; never changes, or commits of a branch. */
  readonly discard?: boolean;
};

export type Removal = { readonly kind: "removed" } | { readonly kind: "refused"; readonly why: string };

export type RebaseRequest = {
  readonly slug: string;
  /** The pull request's head branch and base branch, as the host calls them. */
  readonly branch: string;
  readonly base: string;
  /** The head commit that the pull request has: nobody else's push is ever overwritten. */
  readonly headCommit: CommitSha;
  /** Only says whether it would be done: fetches and merges apart, changes nothing here or there. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
};

/** `why` completes "not rebased: "; `files` are at most a few names. Neither holds a secret. */
export type Rebased =
  /** Rebased and pushed; `headCommit` is the new one, and `commits` are those that the base does not have. */
  | {
      readonly kind: "rebased";
      readonly headCommit: CommitSha;
      readonly baseCommit: CommitSha;
      readonly commits: number;
    }
  /** Nothing to do: it has all of the base. */
  | { readonly kind: "up_to_date" }
  /** Of a dry run: nothing conflicts, and the remote lets us push. */
  | { readonly kind: "would_rebase"; readonly baseCommit: CommitSha; readonly commits: number }
  /** Not touched: files differ from HEAD, or something is under way. */
  | { readonly kind: "dirty"; readonly why: string; readonly files: readonly string[] }
  /** Left or put back as it was; a person or the worker has to, and trying the same commit again is no use. */
  | {
      readonly kind: "manual";
      /**
       * `conflict`: with the base, in `files`. `branch`: worktree, pull request and remote do not agree, or a rebase would
       * lose something. `refused`: the remote does not take the push.
       */
      readonly cause: "conflict" | "branch" | "refused";
      readonly why: string;
      readonly files: readonly string[];
    }
  /** Could not be tried now; worth trying again later. */
  | {
      readonly kind: "failed";
      readonly reason: "auth" | "network" | "timeout" | "git";
      readonly why: string;
    };

export type Worktrees = {
  /** Whether a worktree for the slug could be made or used: git on the PATH, a repository, a base, a clean slate. */
  preflight(slug: string): WorktreePreflight;
  /** Everything that `prepare` looks at before it makes anything: clear means that it would. */
  rehearse(slug: string, signal: AbortSignal, options?: PrepareOptions): Promise<WorktreePreflight>;
  /** Makes the worktree, or checks the one that is there. Never throws. */
  prepare(slug: string, signal: AbortSignal, options?: PrepareOptions): Promise<Prepared>;
  /** Those under `.worktrees/`, by slug. `measure` adds their size, which reads every file name in them. */
  list(options: {
    readonly measure: boolean;
    readonly signal: AbortSignal;
  }): Promise<readonly WorktreeHoldings[]>;
  /** One of them; null when there is none. */
  inspect(slug: string, signal: AbortSignal): Promise<WorktreeFacts | null>;
  /**
   * Removes the worktree, and the branch when it is merged. Never dirty or unmerged work, whatever was known before, and
   * nothing that exists only there unless that is asked for.
   */
  remove(slug: string, options: RemoveOptions): Promise<Removal>;
  /** Brings a task's branch up to date with the base of its pull request, in its own worktree. Never throws. */
  rebase(request: RebaseRequest): Promise<Rebased>;
};
