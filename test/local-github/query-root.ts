// What a GraphQL query can ask for at its top: a repository with its pull requests, the budget, and who asks.

import type { LocalBudget } from "./accounts.ts";
import { githubError } from "./graphql-error.ts";
import { dateTime, type Node } from "./node.ts";
import { pullRequestNode } from "./pull-request-nodes.ts";
import type { LocalPullRequest, LocalRepository } from "./records.ts";
import { refNode } from "./ref-nodes.ts";
import { findRepository, type World } from "./world.ts";

type Asked = {
  readonly login: string;
  readonly cost: number;
  readonly nodeCount: number;
  /** After this query was paid for. */
  readonly budget: () => LocalBudget;
};

/** The root of one query of that login. */
export function queryRoot(world: World, { login, cost, nodeCount, budget }: Asked): Node {
  return {
    viewer: { __typename: "User", login },
    rateLimit: () => {
      const { limit, remaining, used, resetAtMs } = budget();
      return { cost, nodeCount, limit, remaining, used, resetAt: dateTime(resetAtMs) };
    },
    repository: (args: {
      readonly owner: string;
      readonly name: string;
      readonly followRenames: boolean | null;
    }) => {
      const name = `${args.owner}/${args.name}`;
      const found = findRepository(world, name, login);
      if (found === null || (found.renamed && args.followRenames === false)) {
        throw githubError("NOT_FOUND", `Could not resolve to a Repository with the name '${name}'.`);
      }
      return repositoryNode(found.repository);
    },
  };
}

function repositoryNode(repository: LocalRepository): Node {
  const { id, nameWithOwner, defaultBranch, pullRequests } = repository;
  const [owner, name] = nameWithOwner.split("/");
  return {
    __typename: "Repository",
    ...{ id: `R_${id}`, databaseId: id, name, nameWithOwner, owner: { __typename: "User", login: owner } },
    url: `https://github.com/${nameWithOwner}`,
    isPrivate: repository.visibleTo !== null,
    defaultBranchRef: () => refNode(repository, defaultBranch),
    ref: ({ qualifiedName }: { readonly qualifiedName: string }) => {
      const branch = qualifiedName.replace(/^refs\/heads\//, "");
      return hasBranch(repository, branch) ? refNode(repository, branch) : null;
    },
    pullRequest: ({ number }: { readonly number: number }) => {
      const pull = pullRequests.find((other) => other.number === number);
      if (pull !== undefined) return pullRequestNode(pull);
      throw githubError("NOT_FOUND", `Could not resolve to a PullRequest with the number of ${number}.`);
    },
    pullRequests: (args: ListedPullRequests) => listPullRequests(pullRequests, args).map(pullRequestNode),
  };
}

function hasBranch({ defaultBranch, pullRequests }: LocalRepository, name: string): boolean {
  const isHead = (pull: LocalPullRequest) =>
    pull.branch === name && pull.fork === null && !pull.branchDeleted;
  const isBase = (pull: LocalPullRequest) => pull.base === name && !pull.baseDeleted;
  return name === defaultBranch || pullRequests.some((pull) => isHead(pull) || isBase(pull));
}

type ListedPullRequests = {
  readonly headRefName?: string | null;
  readonly baseRefName?: string | null;
  readonly labels?: readonly string[] | null;
  readonly states?: readonly string[] | null;
  readonly orderBy?: { readonly field: string; readonly direction: string } | null;
};

/** Oldest first unless ordered: so does GitHub. A branch of that name in a fork counts too. */
function listPullRequests(all: readonly LocalPullRequest[], asked: ListedPullRequests) {
  const { headRefName, baseRefName, labels, states, orderBy } = asked;
  const listed = all.filter(
    (pull) =>
      (headRefName == null || pull.branch === headRefName) &&
      (baseRefName == null || pull.base === baseRefName) &&
      (labels == null || pull.labels.some((label) => labels.includes(label))) &&
      (states == null || states.includes(pull.state.toUpperCase())),
  );
  const timeOf = (pull: LocalPullRequest): number =>
    orderBy?.field === "UPDATED_AT" ? pull.updatedAtMs : pull.createdAtMs;
  listed.sort((a, b) => timeOf(a) - timeOf(b) || a.number - b.number);
  return orderBy?.direction === "DESC" ? listed.reverse() : listed;
}
