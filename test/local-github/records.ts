// What the local GitHub knows, as plain records; state.ts and checks.ts change them. Times are of the repository's `now`.

import type { MergeableState, PullRequestState } from "../../src/core/contract/pull-request.ts";

export type LocalRepository = {
  /** Stays when it is renamed: REST redirects to `/repositories/<id>`. */
  readonly id: number;
  nameWithOwner: string;
  readonly formerNames: string[];
  readonly defaultBranch: string;
  /** A rule of the branch. Without it `reviewDecision` is null, whatever reviewers said; so it is at GitHub. */
  requiresReview: boolean;
  /** A rule of the branch: what lacks commits of its base is BEHIND, once nothing else blocks it. */
  requiresUpToDate: boolean;
  /** A rule of the branch: names of checks without which it is BLOCKED. */
  requiredChecks: readonly string[];
  /** The same by a ruleset of the default branch. */
  rulesetChecks: readonly string[];
  /** A rule of the branch: with a review thread that is not resolved it is BLOCKED. */
  requiresResolvedThreads: boolean;
  /** A rule of the branch: it is BLOCKED, because no commits here are signed. */
  requiresSignatures: boolean;
  /** Logins that may not push to it: what they think of a pull request decides nothing. */
  outsiders: readonly string[];
  /** Logins that may see it; null for everyone. To others it does not exist. */
  visibleTo: readonly string[] | null;
  readonly pullRequests: LocalPullRequest[];
  /** Of GitHub Actions, oldest first. */
  readonly workflowRuns: LocalWorkflowRun[];
  /** Counts commits, checks and workflow runs, so that their ids differ. */
  idsGiven: number;
  readonly now: () => number;
};

export type LocalPullRequest = {
  readonly repository: LocalRepository;
  readonly number: number;
  title: string;
  readonly body: string;
  /** Null for an account that was deleted; `name[bot]` for a bot. */
  readonly author: string | null;
  state: PullRequestState;
  draft: boolean;
  readonly branch: string;
  branchDeleted: boolean;
  /** Whose copy of the repository the branch lies in; null when it is this one. */
  readonly fork: string | null;
  forkDeleted: boolean;
  base: string;
  baseDeleted: boolean;
  /** Oldest first; the last is the head. Never empty. */
  commits: readonly LocalCommit[];
  /** Commits of the base that it lacks. */
  behindBy: number;
  mergeable: MergeableState;
  /** BLOCKED for a reason that GitHub does not report. */
  blocked: boolean;
  /** Null outside of the merge queue. */
  queued: "queued" | "awaiting_checks" | "mergeable" | "unmergeable" | "locked" | null;
  autoMerge: boolean;
  /** Whether each is resolved. */
  threads: readonly boolean[];
  readonly createdAtMs: number;
  updatedAtMs: number;
  mergedAtMs: number | null;
  mergedBy: string | null;
  closedAtMs: number | null;
  labels: readonly string[];
  /** Logins, or `team/<slug>`. */
  reviewRequests: readonly string[];
  readonly reviews: LocalReview[];
  readonly checks: LocalCheck[];
  readonly events: LocalEvent[];
};

export type LocalCommit = {
  readonly oid: string;
  /** As the author's clock had it; a rebase or a late push makes it older than the push. */
  readonly committedAtMs: number;
  readonly pushedAtMs: number;
};

export type LocalReview = {
  readonly author: string;
  readonly state: "approved" | "changes_requested" | "commented" | "dismissed";
  /** The head when it was written. */
  readonly commit: string;
  readonly submittedAtMs: number;
};

export type LocalCheck = {
  readonly id: number;
  readonly commit: string;
  readonly name: string;
  /** A check run of GitHub Actions or of another app, or a commit status ("StatusContext"). */
  readonly kind: "check_run" | "status";
  /** `github-actions` for a check run of a workflow; null for a status. */
  readonly app: string | null;
  readonly workflowRun: LocalWorkflowRun | null;
  /** In GitHub's words, lower case. For a status `completed` once it is not pending. */
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  readonly url: string | null;
  readonly createdAtMs: number;
  startedAtMs: number | null;
  completedAtMs: number | null;
};

export type LocalWorkflowRun = {
  readonly id: number;
  readonly workflow: string;
  readonly branch: string;
  readonly commit: string;
  /** Owner of the copy that the branch lies in; null for the repository itself. */
  readonly fork: string | null;
  attempt: number;
  /** Its jobs, repeated ones included, oldest first. */
  readonly checks: LocalCheck[];
  readonly createdAtMs: number;
  updatedAtMs: number;
};

export type LocalEvent = {
  /** The GraphQL type: `ReadyForReviewEvent`. */
  readonly type: string;
  readonly actor: string | null;
  readonly atMs: number;
  readonly reviewer?: string;
  readonly before?: string;
  readonly after?: string;
};
