// The query for pull requests: one alias for each, and its fields in a fragment. Branches and numbers are only passed
// as variables, so that a branch can have any name (S17).

import type { WantedPullRequest } from "../../ports/git/pull-request-host.ts";
import type { Connection } from "./api/connection.ts";

export type PullRequestQuery = {
  readonly query: string;
  readonly variables: Readonly<Record<string, string | number>>;
};

/** The name in the answer. */
export function aliasOf(index: number): string {
  return `w${index}`;
}

/** The three newest of a branch, or the one of a number. */
export function buildQuery(
  { owner, name }: Pick<Connection, "owner" | "name">,
  wanted: readonly WantedPullRequest[],
): PullRequestQuery {
  const parameters = wanted.map(({ kind }, index) => `$v${index}: ${kind === "branch" ? "String!" : "Int!"}`);
  const fields = wanted.map(({ kind }, index) => `${aliasOf(index)}: ${FIELDS[kind](`$v${index}`)}`);
  const values = wanted.map((one, index) => [`v${index}`, one.kind === "branch" ? one.branch : one.number]);
  return {
    query: `query PullRequests($owner: String!, $name: String!, ${parameters.join(", ")}) {
  repository(owner: $owner, name: $name) {
    ${REPOSITORY_FIELDS}
    ${fields.join("\n    ")}
  }
}
${FRAGMENT}`,
    variables: { owner, name, ...Object.fromEntries(values) },
  };
}

/** Successive ones of the same branch; more are not kept (ports/git/pull-request-host.ts). */
const PER_BRANCH = 3;
/** GitHub's limit. */
export const CONTEXTS_LISTED = 100;
/** More are not shown. */
export const LABELS_MAX = 20;
/** The newest; older unresolved ones are not counted. */
const THREADS_COUNTED = 50;

/**
 * Rulesets are queried once, for the default branch, which is the base of nearly all pull requests: a list for each
 * pull request would cost a fifth more. Branch protection rules are not a list, and are queried with each.
 */
const REPOSITORY_FIELDS = `defaultBranchRef {
      name
      rules(first: 100) {
        nodes { parameters { ... on RequiredStatusChecksParameters { requiredStatusChecks { context } } } }
      }
    }`;

/** How far a branch is behind its base can only be queried if the branch is known beforehand. */
const FIELDS: Readonly<Record<WantedPullRequest["kind"], (variable: string) => string>> = {
  branch: (variable) =>
    `pullRequests(headRefName: ${variable}, first: ${PER_BRANCH}, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { ...facts baseRef { compare(headRef: ${variable}) { behindBy } } } }`,
  number: (variable) => `pullRequest(number: ${variable}) { ...facts body }`,
};

/** Optional fields: an error about one counts as no answer. */
export const EXTRAS: ReadonlySet<string | number> = new Set([
  // Fails for a deleted branch.
  "compare",
  // Not every token may see them.
  "rules",
  "refUpdateRule",
  "mergeQueueEntry",
  "reviewThreads",
  "checkRunCountsByState",
  "statusContextCountsByState",
]);

const FRAGMENT = `fragment facts on PullRequest {
  number url title state isDraft createdAt updatedAt mergedAt closedAt
  author { login }
  mergedBy { login }
  headRefName headRefOid isCrossRepository baseRefName
  mergeable mergeStateStatus reviewDecision
  isInMergeQueue mergeQueueEntry { state }
  autoMergeRequest { enabledAt }
  baseRef {
    refUpdateRule {
      requiredStatusCheckContexts
      requiresCodeOwnerReviews requiresConversationResolution requiresLinearHistory requiresSignatures
    }
  }
  reviewRequests(first: 20) {
    totalCount
    nodes { requestedReviewer { ... on User { login } ... on Bot { login } ... on Mannequin { login } } }
  }
  latestOpinionatedReviews(first: 20, writersOnly: true) {
    nodes { state submittedAt author { login } commit { oid } }
  }
  reviewThreads(last: ${THREADS_COUNTED}) { nodes { isResolved } }
  labels(first: ${LABELS_MAX}) { nodes { name } }
  timelineItems(last: 1, itemTypes: [READY_FOR_REVIEW_EVENT, REVIEW_REQUESTED_EVENT, HEAD_REF_FORCE_PUSHED_EVENT]) {
    nodes {
      ... on ReadyForReviewEvent { createdAt }
      ... on ReviewRequestedEvent { createdAt }
      ... on HeadRefForcePushedEvent { createdAt }
    }
  }
  commits(last: 1) {
    nodes {
      commit {
        committedDate
        statusCheckRollup {
          state
          contexts(first: ${CONTEXTS_LISTED}) {
            totalCount
            checkRunCountsByState { state count }
            statusContextCountsByState { state count }
            nodes {
              __typename
              ... on CheckRun {
                name status conclusion detailsUrl startedAt
                checkSuite { app { slug } workflowRun { event workflow { name } } }
              }
              ... on StatusContext { context state targetUrl createdAt }
            }
          }
        }
      }
    }
  }
}`;
