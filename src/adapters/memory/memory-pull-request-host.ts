// A host of pull requests as records: no network. What happens to pull requests, and what goes wrong with the host, a test
// says. It answers what the real one answers.

import type { PullRequest } from "../../core/pull-request/pull-request.ts";
import {
  type Budget,
  type FoundPullRequests,
  type HostAnswer,
  type HostFailure,
  type HostSearch,
  type News,
  type NewsQuestion,
  type PullRequestHost,
  type PullRequestHosts,
  WANTED_PER_REQUEST,
  type WantedPullRequest,
} from "../../ports/pull-request-host.ts";

export type MemoryPullRequestHost = PullRequestHost & {
  /** Opens it, or says what is true of it now. */
  put(pullRequest: PullRequest): void;
  /** A workflow ran on that branch. */
  runWorkflow(branch: string, atMs: number): void;
  /** Every question fails with this from now on; null: answered again. */
  fail(failure: HostFailure | null): void;
  /** Questions about this branch cannot be answered from now on; null: all can. */
  hideBranch(branch: string | null): void;
  setBudget(budget: Budget | null): void;
  /** Sent so far. */
  requests(): { readonly news: number; readonly pullRequests: number };
};

/** A host that has no pull requests yet. */
export function createMemoryPullRequestHost(repository = "acme/app"): MemoryPullRequestHost {
  const known = new Map<number, PullRequest>();
  const runs = new Map<string, number>();
  const sent = { news: 0, pullRequests: 0 };
  let changes = 0;
  let failure: HostFailure | null = null;
  let hidden: string | null = null;
  let budget: Budget | null = null;

  function answer<Value>(value: () => Value, requests: number): HostAnswer<Value> {
    return failure === null
      ? { kind: "answered", value: value(), budget, requests }
      : { kind: "failed", failure, budget, requests };
  }

  function news({ mark, sinceMs }: NewsQuestion): News | null {
    if (mark === String(changes)) return null;
    return listNews([...known.values()], runs, { mark: String(changes), sinceMs: sinceMs ?? 0 });
  }

  function find(wanted: WantedPullRequest): FoundPullRequests {
    const found = [...known.values()].filter((one) => isWanted(one, wanted));
    const isHidden =
      hidden !== null && (wanted.kind === "branch" ? wanted.branch : found[0]?.branch) === hidden;
    const newest = found
      .sort((a, b) => b.createdAtMs - a.createdAtMs || b.number - a.number)
      .slice(0, PER_BRANCH);
    return { wanted, pullRequests: isHidden ? null : newest };
  }

  return {
    repository,
    async readNews(question) {
      sent.news += REQUESTS_FOR_NEWS;
      return answer(() => news(question), REQUESTS_FOR_NEWS);
    },
    async readPullRequests({ wanted }) {
      const requests = Math.ceil(wanted.length / WANTED_PER_REQUEST);
      sent.pullRequests += requests;
      return answer(() => wanted.map(find), requests);
    },
    put(pullRequest) {
      changes += 1;
      known.set(pullRequest.number, pullRequest);
    },
    runWorkflow(branch, atMs) {
      changes += 1;
      runs.set(branch, atMs);
    },
    fail(next) {
      failure = next;
    },
    hideBranch(branch) {
      hidden = branch;
    },
    setBudget(next) {
      budget = next;
    },
    requests: () => ({ ...sent }),
  };
}

/** A search that always ends the same. */
export function createMemoryPullRequestHosts(search: HostSearch): PullRequestHosts {
  return { find: async () => search };
}

const PER_BRANCH = 3;
/** One for each list. */
const REQUESTS_FOR_NEWS = 2;
/** The first time, so many of the newest. */
const LISTED_MAX = 100;

function isWanted(one: PullRequest, wanted: WantedPullRequest): boolean {
  return wanted.kind === "branch" ? one.branch === wanted.branch : one.number === wanted.number;
}

function listNews(
  all: readonly PullRequest[],
  runs: ReadonlyMap<string, number>,
  { mark, sinceMs }: { readonly mark: string; readonly sinceMs: number },
): News {
  const changed = all
    .filter(({ updatedAtMs }) => updatedAtMs >= sinceMs)
    .sort((a, b) => b.updatedAtMs - a.updatedAtMs || b.number - a.number)
    .map(({ number, branch, fork, base, updatedAtMs, state }) => {
      return { number, branch, fork, base, updatedAtMs, closed: state !== "open" };
    });
  return {
    mark,
    changed: changed.slice(0, LISTED_MAX),
    branchesWithChecks: [...runs].flatMap(([branch, atMs]) => (atMs >= sinceMs ? branch : [])),
    complete: changed.length <= LISTED_MAX,
  };
}
