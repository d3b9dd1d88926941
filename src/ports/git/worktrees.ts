// Worktrees of tasks: `.worktrees/<slug>` on branch `task/<slug>`. Git always runs hardened, with a time limit and without
// a prompt; failures quote its output.

import type { CommitSha } from "../../core/contract/commit-sha.ts";
import type { WorktreeDiff } from "../../core/run/observation.ts";
import type { WorktreeState } from "../../core/worker/judge-worktree.ts";

/** Read from files alone: starts no process (invariant 7). */
export type WorktreePreflight =
  /** `reused`: the worktree exists and is usable. */
  | { readonly kind: "clear"; readonly reused: boolean }
  | { readonly kind: "blocked"; readonly message: string; readonly hint: string };

export type Prepared =
  | {
      readonly kind: "prepared";
      /** Relative to the repository. */
      readonly worktree: string;
      /** Absolute: where its worker starts, the folder in the worktree that corresponds to the repository being served. */
      readonly folder: string;
      readonly branch: string;
      /** Where the branch and its base part. */
      readonly baseCommit: CommitSha;
      readonly created: boolean;
    }
  | { readonly kind: "failed"; readonly message: string; readonly hint: string };

/** `isOwn`: a run of the task has worked on its branch before. Otherwise an existing branch is someone else's. */
export type PrepareOptions = { readonly isOwn?: boolean };

export type WorktreeFacts = {
  readonly slug: string;
  readonly worktree: string;
  readonly branch: string | null;
  readonly head: CommitSha | null;
  /** Files that differ from HEAD, untracked ones included; null if git failed. */
  readonly changedFiles: number | null;
  /** Of the newest of those; null without any, or if unknown. */
  readonly editedAtMs: number | null;
  /** Commits that the base lacks; null if git failed. */
  readonly commits: number | null;
  /** Of the task's own branch while another one is checked out; otherwise null, and if git failed. */
  readonly ownBranchCommits: number | null;
  /** Everything on the branch is in the base. */
  readonly merged: boolean | null;
  readonly sizeBytes: number | null;
};

/** What one worktree has, with the work in it so far. */
export type WorktreeInspection = WorktreeFacts & { readonly diff: WorktreeDiff | null };

/** Everything that decides whether a worktree may be removed. Reads far more than facts do. */
export type WorktreeHoldings = WorktreeFacts &
  Pick<WorktreeState, "obstacle" | "onlyHere"> & {
    /** Squashed or rebased: merged as other commits. */
    readonly mergedInAnotherForm: boolean;
  };

export type CopiedFiles =
  /** `secrets`: values in the copies that must not be shown, the longest first. */
  | { readonly kind: "copied"; readonly secrets: readonly string[] }
  | { readonly kind: "failed"; readonly detail: string };

export type RemoveOptions = {
  readonly signal: AbortSignal;
  /** A commit whose work the host merged as other commits, squashed or rebased. */
  readonly delivered?: CommitSha | null;
  /** A person agreed to lose what exists only there; never changed files or commits of a branch. */
  readonly discard?: boolean;
  /**
   * Called once nothing else keeps the worktree, with the folder that stands for the repository, absolute. A sentence keeps it;
   * after null it is judged again.
   */
  readonly beforeRemove?: (folder: string) => Promise<string | null>;
};

export type Removal = { readonly kind: "removed" } | { readonly kind: "refused"; readonly why: string };

export type FreeOptions = {
  readonly signal: AbortSignal;
  /** Asked when no one else can prepare it any more: a sentence keeps everything. */
  readonly whyKept: () => Promise<string | null>;
};

export type Freed =
  /** Relative to the worktree; `bytes` is 0 for what was too much to count. */
  | { readonly kind: "freed"; readonly folders: readonly string[]; readonly bytes: number }
  | { readonly kind: "refused"; readonly why: string };

export type RebaseRequest = {
  readonly slug: string;
  /** The pull request's head and base branch. */
  readonly branch: string;
  readonly base: string;
  /** The pull request's head commit: no other push is ever overwritten. */
  readonly headCommit: CommitSha;
  /** Only says what would be done: fetches and merges apart, changes nothing here or on the remote. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
};

/** `why` completes "not rebased: "; `files` are at most a few names. Neither holds a secret. */
export type Rebased =
  /** Rebased and pushed; `headCommit` is the new one, `commits` those that the base lacks. */
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
  /** Not touched: files differ from HEAD, or a git operation is in progress. */
  | { readonly kind: "dirty"; readonly why: string; readonly files: readonly string[] }
  /** Left as it was, for a person or the worker; retrying the same commit does not help. */
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
  /** Worth retrying later. */
  | {
      readonly kind: "failed";
      readonly reason: "auth" | "network" | "timeout" | "git";
      readonly why: string;
    };

export type Worktrees = {
  /** Whether a worktree for the slug could be made or used: git on the PATH, a repository, a base, a free path. */
  preflight(slug: string): WorktreePreflight;
  /** Everything that `prepare` checks before it makes anything: clear means that it would. */
  rehearse(slug: string, signal: AbortSignal, options?: PrepareOptions): Promise<WorktreePreflight>;
  /** Makes the worktree, or checks the existing one. Never throws. */
  prepare(slug: string, signal: AbortSignal, options?: PrepareOptions): Promise<Prepared>;
  /** Copies files that git ignores into a worktree; those that are there stay. `folder`: of `Prepared`. Never throws. */
  copyFiles(paths: readonly string[], folder: string, signal: AbortSignal): Promise<CopiedFiles>;
  /** The values of the copies in a worktree that must not be shown, the longest first. Files that cannot be read have none. */
  copiedSecrets(paths: readonly string[], folder: string): Promise<readonly string[]>;
  /** Why they could not be copied, as far as that is known before there is a worktree; null when they can. */
  rehearseCopies(paths: readonly string[], signal: AbortSignal): Promise<string | null>;
  /** Those under `.worktrees/`, by slug. `measure` adds their size, which reads every file name in them. */
  list(options: {
    readonly measure: boolean;
    readonly signal: AbortSignal;
  }): Promise<readonly WorktreeHoldings[]>;
  /** One of them; null when there is none. */
  inspect(slug: string, signal: AbortSignal): Promise<WorktreeInspection | null>;
  /**
   * Removes the worktree, and the branch when it is merged. Checks again first: never removes dirty or unmerged work, nor
   * what exists only there unless asked to.
   */
  remove(slug: string, options: RemoveOptions): Promise<Removal>;
  /** Removes the folders of `worktree.disposable` that git ignores as a whole. Never follows a link, never throws. */
  freeDisposable(slug: string, options: FreeOptions): Promise<Freed>;
  /** Brings a task's branch up to date with the base of its pull request, in its own worktree. Never throws. */
  rebase(request: RebaseRequest): Promise<Rebased>;
};
