// Branches as GraphQL shows them, and how far one is ahead of another.

import { githubError } from "./graphql-error.ts";
import { ABOUT, type Node } from "./node.ts";
import type { LocalPullRequest, LocalRepository } from "./records.ts";
import { headCommit } from "./state.ts";

/** A branch of the repository; `about` is the pull request in whose answer it stands. */
export function refNode(repository: LocalRepository, name: string, about?: LocalPullRequest): Node {
  return {
    ...(about !== undefined && { [ABOUT]: about.number }),
    __typename: "Ref",
    ...{ id: `REF_${repository.id}_${name}`, name, prefix: "refs/heads/" },
    refUpdateRule: () => ruleNode(repository),
    rules: () => (name === repository.defaultBranch ? rulesetNodes(repository) : []),
    compare: ({ headRef }: { readonly headRef: string }) => {
      if (headRef === name) return comparisonNode(0, 0, about);
      const head = findHead(repository, headRef, name);
      if (head === undefined) {
        throw githubError("NOT_FOUND", `Could not resolve to a Ref with the name '${headRef}'.`);
      }
      return comparisonNode(head.commits.length, head.behindBy, about ?? head);
    },
  };
}

/** The rules of branches here hold for every branch; null without any, as at GitHub. */
function ruleNode(repository: LocalRepository): Node | null {
  const { requiredChecks, requiresReview, requiresResolvedThreads, requiresSignatures } = repository;
  const hasRule =
    requiredChecks.length > 0 || requiresReview || requiresResolvedThreads || requiresSignatures;
  if (!hasRule) return null;
  return {
    pattern: "*",
    requiredStatusCheckContexts: requiredChecks,
    requiredApprovingReviewCount: requiresReview ? 1 : null,
    requiresCodeOwnerReviews: false,
    requiresConversationResolution: requiresResolvedThreads,
    requiresLinearHistory: false,
    requiresSignatures,
  };
}

function rulesetNodes({ rulesetChecks }: LocalRepository): readonly Node[] {
  if (rulesetChecks.length === 0) return [];
  const requiredStatusChecks = rulesetChecks.map((context) => ({ context, integrationId: null }));
  return [
    {
      type: "REQUIRED_STATUS_CHECKS",
      parameters: { __typename: "RequiredStatusChecksParameters", requiredStatusChecks },
    },
  ];
}

/** A branch that lies there, also in a fork as `owner:branch`; a head commit, which outlives its branch. */
function findHead(repository: LocalRepository, head: string, base: string): LocalPullRequest | undefined {
  const names = (pull: LocalPullRequest): boolean => {
    if (headCommit(pull).oid === head || head === `refs/pull/${pull.number}/head`) return true;
    if (pull.branchDeleted) return false;
    const owner = pull.fork ?? repository.nameWithOwner.split("/")[0];
    if (head === `${owner}:${pull.branch}`) return true;
    return pull.fork === null && (head === pull.branch || head === `refs/heads/${pull.branch}`);
  };
  return repository.pullRequests.findLast((pull) => pull.base === base && names(pull));
}

function comparisonNode(aheadBy: number, behindBy: number, about?: LocalPullRequest): Node {
  return {
    ...(about !== undefined && { [ABOUT]: about.number }),
    ...{ aheadBy, behindBy, status: statusOf(aheadBy, behindBy) },
  };
}

function statusOf(aheadBy: number, behindBy: number): string {
  if (aheadBy > 0) return behindBy > 0 ? "DIVERGED" : "AHEAD";
  return behindBy > 0 ? "BEHIND" : "IDENTICAL";
}
