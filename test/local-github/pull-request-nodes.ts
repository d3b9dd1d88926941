// A pull request as GraphQL shows it, with what GitHub derives: the decision of the reviewers and whether it can merge.

import { rollupNode, rollupState, stateOf } from "./check-nodes.ts";
import { headChecks, newestOfName } from "./checks.ts";
import { ABOUT, actorNode, dateTime, type Node } from "./node.ts";
import type { LocalCommit, LocalPullRequest, LocalReview } from "./records.ts";
import { refNode } from "./ref-nodes.ts";
import { headCommit } from "./state.ts";
import { reviewerNode, timelineNodes } from "./timeline-nodes.ts";

/** Every field that the local GitHub knows of a pull request. */
export function pullRequestNode(pull: LocalPullRequest): Node {
  const { repository, number, branch, fork } = pull;
  const url = `https://github.com/${repository.nameWithOwner}/pull/${number}`;
  const isOwn = fork === null;
  return {
    [ABOUT]: number,
    __typename: "PullRequest",
    ...{
      id: `PR_${repository.id}_${number}`,
      number,
      url,
      permalink: url,
      title: pull.title,
      body: pull.body,
    },
    ...{ isDraft: pull.draft, state: pull.state.toUpperCase() },
    ...{ closed: pull.state !== "open", merged: pull.state === "merged" },
    ...{ headRefName: branch, headRefOid: headCommit(pull).oid, isCrossRepository: !isOwn },
    headRef: () => (pull.branchDeleted || !isOwn ? null : refNode(repository, branch, pull)),
    headRepository: () => (pull.forkDeleted ? null : copyNode(pull)),
    headRepositoryOwner: { __typename: "User", login: fork ?? repository.nameWithOwner.split("/")[0] },
    baseRefName: pull.base,
    baseRef: () => (pull.baseDeleted ? null : refNode(repository, pull.base, pull)),
    createdAt: dateTime(pull.createdAtMs),
    updatedAt: dateTime(pull.updatedAtMs),
    mergedAt: dateTime(pull.mergedAtMs),
    closedAt: dateTime(pull.closedAtMs),
    mergedBy: actorNode(pull.mergedBy),
    author: actorNode(pull.author),
    reviewDecision: reviewDecision(pull),
    mergeable: mergeable(pull),
    mergeStateStatus: mergeStateStatus(pull),
    isInMergeQueue: pull.queued !== null,
    mergeQueueEntry: pull.queued === null ? null : { state: pull.queued.toUpperCase() },
    autoMergeRequest: pull.autoMerge ? { enabledAt: dateTime(pull.updatedAtMs) } : null,
    reviewThreads: () => pull.threads.map((isResolved) => ({ isResolved })),
    labels: () => pull.labels.map((name) => ({ name })),
    reviewRequests: () => pull.reviewRequests.map((who) => ({ requestedReviewer: reviewerNode(who) })),
    reviews: () => pull.reviews.map(reviewNode),
    latestReviews: () => latestReviews(pull, pull.reviews).map(reviewNode),
    latestOpinionatedReviews: ({ writersOnly }: { readonly writersOnly: boolean | null }) =>
      [...newestOf(writersOnly === true ? decisiveReviews(pull) : opinions(pull)).values()].map(reviewNode),
    timelineItems: (args: { readonly itemTypes?: readonly string[]; readonly since?: string }) =>
      timelineNodes(pull, args),
    commits: () => pull.commits.map((commit) => ({ commit: commitNode(pull, commit) })),
    statusCheckRollup: () => rollupNode(pull),
  };
}

/** Null without the rule: GitHub decides only where a review is required. */
function reviewDecision(pull: LocalPullRequest): string | null {
  if (!pull.repository.requiresReview) return null;
  const states = new Set([...newestOf(decisiveReviews(pull)).values()].map(({ state }) => state));
  if (states.has("changes_requested")) return "CHANGES_REQUESTED";
  return states.has("approved") ? "APPROVED" : "REVIEW_REQUIRED";
}

function mergeable({ state, mergeable: found }: LocalPullRequest): string {
  if (state !== "open" || found === "unknown") return "UNKNOWN";
  return found === "conflict" ? "CONFLICTING" : "MERGEABLE";
}

/** One reason of several, in GitHub's order: what waits for a review does not say that it is behind. */
function mergeStateStatus(pull: LocalPullRequest): string {
  const { requiresUpToDate, requiredChecks, rulesetChecks, requiresResolvedThreads, requiresSignatures } =
    pull.repository;
  if (mergeable(pull) === "UNKNOWN") return "UNKNOWN";
  if (pull.mergeable === "conflict") return "DIRTY";
  if (pull.draft) return "DRAFT";
  if ((reviewDecision(pull) ?? "APPROVED") !== "APPROVED") return "BLOCKED";
  const checks = headChecks(pull);
  const green = newestOfName(checks).filter((check) => stateOf(check) === "SUCCESS");
  const required = [...requiredChecks, ...rulesetChecks];
  if (required.some((name) => !green.some((check) => check.name === name))) return "BLOCKED";
  if (requiresResolvedThreads && pull.threads.includes(false)) return "BLOCKED";
  if (pull.blocked || requiresSignatures) return "BLOCKED";
  if (requiresUpToDate && pull.behindBy > 0) return "BEHIND";
  return rollupState(checks) === "SUCCESS" ? "CLEAN" : "UNSTABLE";
}

/** Without comments, which decide nothing. */
function opinions({ reviews }: LocalPullRequest): readonly LocalReview[] {
  return reviews.filter(({ state }) => state !== "commented");
}

/** Of those who may push: only they decide. */
function decisiveReviews(pull: LocalPullRequest): readonly LocalReview[] {
  return opinions(pull).filter(({ author }) => !pull.repository.outsiders.includes(author));
}

function newestOf(reviews: readonly LocalReview[]): ReadonlyMap<string, LocalReview> {
  return new Map(reviews.map((review) => [review.author, review]));
}

/** One of each reviewer, without those who are asked again. */
function latestReviews(pull: LocalPullRequest, reviews: readonly LocalReview[]): readonly LocalReview[] {
  return [...newestOf(reviews).values()].filter(({ author }) => !pull.reviewRequests.includes(author));
}

function reviewNode(review: LocalReview): Node {
  const atMs = dateTime(review.submittedAtMs);
  return {
    __typename: "PullRequestReview",
    author: actorNode(review.author),
    state: review.state.toUpperCase(),
    commit: { __typename: "Commit", oid: review.commit },
    ...{ submittedAt: atMs, createdAt: atMs },
  };
}

function commitNode(pull: LocalPullRequest, commit: LocalCommit): Node {
  const isHead = commit === headCommit(pull);
  return {
    [ABOUT]: pull.number,
    __typename: "Commit",
    oid: commit.oid,
    abbreviatedOid: commit.oid.slice(0, 7),
    committedDate: dateTime(commit.committedAtMs),
    authoredDate: dateTime(commit.committedAtMs),
    statusCheckRollup: () => (isHead ? rollupNode(pull) : null),
  };
}

/** The repository that the branch lies in. */
function copyNode({ repository, fork }: LocalPullRequest): Node {
  const [owner, name] = repository.nameWithOwner.split("/");
  const login = fork ?? owner;
  return {
    __typename: "Repository",
    ...{
      name,
      nameWithOwner: `${login}/${name}`,
      owner: { __typename: "User", login },
      isFork: fork !== null,
    },
  };
}
