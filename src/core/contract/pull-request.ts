// What is known of one pull request: facts of the host (GitHub), each as it was when the host was last asked. Nothing
// here is a judgement; what a pull request waits for stands in judge-pull-request.ts.

export const PULL_REQUEST_STATES = ["open", "merged", "closed"] as const;
export type PullRequestState = (typeof PULL_REQUEST_STATES)[number];

export const REVIEW_STATES = [
  /** Nobody has to review it, and nobody did. */
  "none",
  "required",
  "changes_requested",
  "approved",
] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

export const MERGEABLE_STATES = [
  "clean",
  "conflict",
  /** The host is still finding out. */
  "unknown",
] as const;
export type MergeableState = (typeof MERGEABLE_STATES)[number];

export const MERGE_STATUSES = [
  /** Nothing that the host enforces is in the way. */
  "clean",
  /** The host would merge it although checks fail or still run: none of them is required. */
  "unstable",
  "blocked",
  "behind",
  "conflict",
  "draft",
  /** The host is still finding out, said a word that is new, or was not asked by the version that stored this. */
  "unknown",
] as const;
export type MergeStatus = (typeof MERGE_STATUSES)[number];

export const HOST_MERGES = [
  /** It is in the merge queue. */
  "queue",
  /** It is still listed in the merge queue, and cannot be merged from there. */
  "queue_failed",
  /** Auto-merge is switched on: the host merges it once its requirements are met. */
  "auto",
] as const;
export type HostMerges = (typeof HOST_MERGES)[number];

export const CHECK_STATES = ["failing", "running", "passing", "skipped"] as const;
export type CheckState = (typeof CHECK_STATES)[number];

/** One check of the head commit. Of several runs of it, the newest counts: a red one that runs again is running. */
export type Check = {
  readonly name: string;
  readonly state: CheckState;
  /** Where to read more; `https:` or null. */
  readonly url: string | null;
  /** Whether the base branch requires it; null where its rules are not known. */
  readonly required: boolean | null;
};

/** More are counted and not listed. */
export const CHECKS_LISTED_MAX = 50;

export type Checks = Readonly<Record<CheckState, number>> & {
  /** Failing ones first, then running ones; within a state by name. At most CHECKS_LISTED_MAX. */
  readonly listed: readonly Check[];
  /** Some are not GitHub Actions: no list of the host's tells when they change. */
  readonly foreign: boolean;
  /** Names of required checks that have not reported; empty as well where the rules are not known. */
  readonly missing: readonly string[];
};

export type PullRequest = {
  readonly number: number;
  /** Of its page. */
  readonly url: string;
  readonly title: string;
  /** Login; null for somebody who has left the host. */
  readonly author: string | null;
  readonly state: PullRequestState;
  readonly draft: boolean;
  /** Its head branch, without `refs/heads/`. */
  readonly branch: string;
  /** The branch lies in somebody's copy of the repository: anybody can give it any name. */
  readonly fork: boolean;
  readonly headCommit: string;
  /** The branch it is to be merged into. */
  readonly base: string;
  /** Commits of the base that it lacks; null when the host did not say. */
  readonly behindBy: number | null;
  /** The host merges it only once it has those. */
  readonly mustUpdate: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** When there was last something new to review: opened, made ready, pushed to, or asked for review. */
  readonly reviewableAtMs: number;
  readonly mergedAtMs: number | null;
  readonly mergedBy: string | null;
  readonly closedAtMs: number | null;
  readonly review: ReviewState;
  /** The commit that was approved, where the head has changed since; null where the head is approved, or nothing is. */
  readonly approvedCommit: string | null;
  /** Reviewers who requested changes and have been asked for another review since. Empty while one of them has not. */
  readonly reviewAgainBy: readonly string[];
  /** Null when the host did not say. */
  readonly unresolvedThreads: number | null;
  readonly mergeable: MergeableState;
  readonly mergeStatus: MergeStatus;
  /** The host merges it by itself, or tries to; null otherwise. */
  readonly hostMerges: HostMerges | null;
  /** What else the rules of the base demand, in words: "signed commits". */
  readonly rules: readonly string[];
  /** Of the repository, when this was asked; null where it is not known. */
  readonly defaultBranch: string | null;
  /** The number of the pull request that this one takes out again. */
  readonly reverts: number | null;
  readonly labels: readonly string[];
  readonly checks: Checks;
};

export const NO_CHECKS: Checks = {
  ...{ failing: 0, running: 0, passing: 0, skipped: 0 },
  listed: [],
  foreign: false,
  missing: [],
};
