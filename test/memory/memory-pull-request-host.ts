// A host of pull requests as records: no network. What happens to pull requests, and what goes wrong with the host, a test
// says. It answers what the real one answers.

import type { PullRequest } from "../../src/core/contract/pull-request.ts";
import {
  type Budget,
  type ChangedPullRequest,
  type FoundPullRequests,
  type HostAnswer,
  type HostFailure,
  type News,
  type NewsQuestion,
  type PullRequestHost,
  WANTED_PER_REQUEST,
  type WantedPullRequest,
} from "../../src/ports/git/pull-request-host.ts";

export type MemoryPullRequestHost = PullRequestHost & {
  /** Opens it, or says what is true of it now. As at GitHub, it is news only when `updatedAtMs` is another. */
  put(pullRequest: PullRequest): void;
  /** A workflow ran on that branch. */
  runWorkflow(branch: string, atMs: number): void;
  /** Every question fails with this from now on; null: answered again. */
  fail(failure: HostFailure | null): void;
  /** Questions about this branch cannot be answered from now on; null: all can. */
  hideBranch(branch: string | null): void;
  setBudget(budget: Budget | null): void;
};

/** A host that has no pull requests yet. */
export function createMemoryPullRequestHost(repository = "acme/app"): MemoryPullRequestHost {
  const known = new Map<number, PullRequest>();
  const runs = new Map<string, { readonly atMs: number; readonly change: number }>();
  const changes = { pulls: 0, runs: 0 };
  let failure: HostFailure | null = null;
  let hidden: string | null = null;
  let budget: Budget | null = null;

  function answer<Value>(requests: number, signal: AbortSignal, value: () => Value): HostAnswer<Value> {
    const failed = signal.aborted ? STOPPED : failure;
    return failed === null
      ? { kind: "answered", value: value(), budget, requests }
      : { kind: "failed", failure: failed, budget, requests };
  }

  function news({ mark, sinceMs }: NewsQuestion): News | null {
    const now = `${changes.pulls}.${changes.runs}`;
    if (mark === now) return null;
    const [pulls, ran] = mark?.split(".") ?? [];
    const changed = pulls === String(changes.pulls) ? [] : listChanged([...known.values()], sinceMs ?? 0);
    // With a mark, what was reported with it is not reported again.
    const hasRun = ({ atMs, change }: { readonly atMs: number; readonly change: number }) =>
      ran === undefined || !/^\d+$/.test(ran) ? atMs >= (sinceMs ?? 0) : change > Number(ran);
    return {
      mark: now,
      changed: changed.slice(0, LISTED_MAX),
      branchesWithChecks: [...runs].flatMap(([branch, run]) => (hasRun(run) ? branch : [])),
      complete: changed.length <= LISTED_MAX,
    };
  }

  function find(wanted: WantedPullRequest): FoundPullRequests {
    const found = [...known.values()].filter((one) => isWanted(one, wanted));
    const branch = wanted.kind === "branch" ? wanted.branch : found[0]?.branch;
    if (hidden !== null && branch === hidden) return { wanted, pullRequests: null };
    found.sort((a, b) => b.createdAtMs - a.createdAtMs || b.number - a.number);
    return { wanted, pullRequests: found.slice(0, PER_BRANCH) };
  }

  return {
    repository,
    readNews: async (question) => answer(REQUESTS_FOR_NEWS, question.signal, () => news(question)),
    readPullRequests: async ({ wanted, signal }) =>
      answer(Math.ceil(wanted.length / WANTED_PER_REQUEST), signal, () => wanted.map(find)),
    put(pullRequest) {
      const before = known.get(pullRequest.number);
      known.set(pullRequest.number, pullRequest);
      if (before?.updatedAtMs !== pullRequest.updatedAtMs) changes.pulls += 1;
    },
    runWorkflow(branch, atMs) {
      changes.runs += 1;
      runs.set(branch, { atMs, change: changes.runs });
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
  };
}

const PER_BRANCH = 3;
/** One for each list. */
const REQUESTS_FOR_NEWS = 2;
/** The first time, so many of the newest. */
const LISTED_MAX = 100;

function isWanted(one: PullRequest, wanted: WantedPullRequest): boolean {
  return wanted.kind === "branch" ? one.branch === wanted.branch : one.number === wanted.number;
}

function listChanged(all: readonly PullRequest[], sinceMs: number): readonly ChangedPullRequest[] {
  return all
    .filter(({ updatedAtMs }) => updatedAtMs >= sinceMs)
    .sort((a, b) => b.updatedAtMs - a.updatedAtMs || b.number - a.number)
    .map(({ number, branch, fork, base, updatedAtMs, state, reverts }) => {
      return { number, branch, fork, base, updatedAtMs, closed: state !== "open", reverts };
    });
}

const STOPPED: HostFailure = {
  reason: "timeout",
  message: "The host was no longer waited for",
  remedy: null,
  notBeforeMs: null,
};
