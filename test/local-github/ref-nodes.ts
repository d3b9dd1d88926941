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
