// A pull request as the host (GitHub) last reported it. Facts only: judge-pull-request.ts decides what it waits for.

export const PULL_REQUEST_STATES = ["open", "merged", "closed"] as const;
export type PullRequestState = (typeof PULL_REQUEST_STATES)[number];

export const REVIEW_STATES = [
  /** No review is required, and there is none. */
  "none",
  "required",
  "changes_requested",
  "approved",
] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

export const MERGEABLE_STATES = [
  "clean",
  "conflict",
  /** The host is still computing it. */
  "unknown",
] as const;
export type MergeableState = (typeof MERGEABLE_STATES)[number];

export const MERGE_STATUSES = [
  /** No rule that the host enforces blocks it. */
  "clean",
  /** Mergeable although checks fail or run: none of them is required. */
  "unstable",
  "blocked",
  "behind",
  "conflict",
  "draft",
  /** Still computed, not a word known here, or not stored by an earlier version. */
  "unknown",
] as const;
export type MergeStatus = (typeof MERGE_STATUSES)[number];

export const HOST_MERGES = [
  /** In the merge queue. */
  "queue",
  /** In the merge queue, and cannot be merged from there. */
  "queue_failed",
  /** Auto-merge is on: the host merges it once its requirements are met. */
  "auto",
] as const;
export type HostMerges = (typeof HOST_MERGES)[number];

export const CHECK_STATES = ["failing", "running", "passing", "skipped"] as const;
export type CheckState = (typeof CHECK_STATES)[number];

/** One check of the head commit; of several runs of it the newest. */
export type Check = {
  readonly name: string;
  readonly state: CheckState;
  /** Details page; `https:` or null. */
  readonly url: string | null;
  /** Whether the base branch requires it; null if its rules are unknown. */
  readonly required: boolean | null;
};

/** More are counted, not listed. */
export const CHECKS_LISTED_MAX = 50;

export type Checks = Readonly<Record<CheckState, number>> & {
  /** Failing ones first, then running ones; within a state by name. At most CHECKS_LISTED_MAX. */
  readonly listed: readonly Check[];
  /** Some checks are not GitHub Actions, so the host's change lists do not cover them. */
  readonly foreign: boolean;
  /** Required checks that have not reported; empty also if the rules are unknown. */
  readonly missing: readonly string[];
};

export type PullRequest = {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  /** Login; null for a deleted account. */
  readonly author: string | null;
  readonly state: PullRequestState;
  readonly draft: boolean;
  /** Its head branch, without `refs/heads/`. */
  readonly branch: string;
  /** The branch is in a fork, where anyone can choose its name. */
  readonly fork: boolean;
  readonly headCommit: string;
  readonly base: string;
  /** Commits that it lacks from the base; null if the host did not say. */
  readonly behindBy: number | null;
  /** The host merges it only once it has them. */
  readonly mustUpdate: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** When it was last opened, made ready, pushed to, or sent for review. */
  readonly reviewableAtMs: number;
  readonly mergedAtMs: number | null;
  readonly mergedBy: string | null;
  readonly closedAtMs: number | null;
  readonly review: ReviewState;
  /** The approved commit if the head has changed since; else null. */
  readonly approvedCommit: string | null;
  /** Reviewers who requested changes and were all asked for another review; empty if one was not. */
  readonly reviewAgainBy: readonly string[];
  /** Null if the host did not say. */
  readonly unresolvedThreads: number | null;
  readonly mergeable: MergeableState;
  readonly mergeStatus: MergeStatus;
  /** How the host merges it automatically; null if it does not. */
  readonly hostMerges: HostMerges | null;
  /** Other rules of the base, in words: "signed commits". */
  readonly rules: readonly string[];
  /** The repository's default branch; null if unknown. */
  readonly defaultBranch: string | null;
  /** Number of the pull request that this one reverts. */
  readonly reverts: number | null;
  readonly labels: readonly string[];
  readonly checks: Checks;
};

export const NO_CHECKS: Checks = {
  failing: 0,
  running: 0,
  passing: 0,
  skipped: 0,
  listed: [],
  foreign: false,
  missing: [],
};

export const REBASE_OUTCOMES = ["rebased", "up_to_date", "dirty", "manual", "failed"] as const;
export type RebaseOutcome = (typeof REBASE_OUTCOMES)[number];

/** What a merge means for the task; only `delivered` says that its work is in the base. */
export const MERGE_VERDICTS = ["delivered", "elsewhere", "reverted", "earlier", "ambiguous"] as const;

/** Who an open pull request waits for. */
export const AWAITED = [
  /** A person of this project. */
  "you",
  "ci",
  /** The host: its merge queue, auto-merge, a required check, or its own computation. */
  "github",
  /** The task's worker, or automatic delivery. */
  "worker",
  /** The person who opened it. */
  "author",
] as const;
export type Awaited = (typeof AWAITED)[number];

export const WAIT_REASONS = [
  "conflict",
  "failing_checks",
  "review_again",
  "changes_requested",
  "draft",
  "running_checks",
  "review",
  "merge_queue",
  "auto_merge",
  "behind",
  "missing_checks",
  "threads",
  "blocked",
  "unknown",
  "changed_since_approval",
  "merge",
] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];
