// Pull requests as tests need them, and hosts that answer as a test says. Times count from the noon of task-tree.ts.

import {
  type Check,
  type Checks,
  NO_CHECKS,
  type PullRequest,
} from "../../src/core/contract/pull-request.ts";
import type { PullRequestView } from "../../src/core/contract/pull-request-view.ts";
import type { DeliveryRecord } from "../../src/core/pull-request/judge-delivery.ts";
import type { PullRequestFacts } from "../../src/core/pull-request/link-pull-requests.ts";
import { fetchName } from "../../src/core/pull-request/plan-sync.ts";
import {
  branchPatterns,
  NOTHING_ASKED,
  type PullRequestsInput,
} from "../../src/core/pull-request/pull-requests-input.ts";
import { NEVER_SYNCED, type PullRequestSyncState } from "../../src/core/pull-request/sync-state.ts";
import { type ViewInput, viewPullRequest } from "../../src/core/snapshot/view-pull-request.ts";
import type {
  HostAnswer,
  HostFailure,
  News,
  PullRequestHost,
} from "../../src/ports/git/pull-request-host.ts";
import { NOON_MS } from "./task-tree.ts";

export const REPOSITORY_NAME = "acme/app";

/** As the setting github.branches has them. */
export const PATTERNS = branchPatterns(["task/{slug}", "*/{slug}"]);

/** True of most pull requests: nothing blocks them, and nothing was reverted. */
export const UNREMARKABLE = {
  ...{ approvedCommit: null, reviewAgainBy: [], unresolvedThreads: 0 },
  ...{ mergeStatus: "clean", hostMerges: null, rules: [], defaultBranch: "main", reverts: null },
} as const satisfies Partial<PullRequest>;

/** An open one of task `a`, approved and green, opened at noon. */
export function pullRequest(overrides: Partial<PullRequest> = {}): PullRequest {
  const number = overrides.number ?? 712;
  return {
    number,
    url: pageOf(number),
    title: `Change ${number}`,
    author: "dave",
    state: "open",
    draft: false,
    branch: "task/a",
    fork: false,
    headCommit: `head-of-${number}`,
    base: "main",
    behindBy: 0,
    mustUpdate: false,
    createdAtMs: NOON_MS,
    updatedAtMs: NOON_MS,
    reviewableAtMs: NOON_MS,
    mergedAtMs: null,
    mergedBy: null,
    closedAtMs: null,
    review: "approved",
    mergeable: "clean",
    labels: [],
    checks: checks({ passing: 7 }),
    ...UNREMARKABLE,
    ...overrides,
  };
}

export function merged(overrides: Partial<PullRequest> = {}): PullRequest {
  const { mergedAtMs = NOON_MS } = overrides;
  return pullRequest({ state: "merged", mergedBy: "rj", ...overrides, mergedAtMs, closedAtMs: mergedAtMs });
}

export function closed(overrides: Partial<PullRequest> = {}): PullRequest {
  return pullRequest({ state: "closed", closedAtMs: NOON_MS, ...overrides });
}

/** So many of each; the failing ones by name where a list is given. */
export function checks({
  failing = 0,
  ...overrides
}: Partial<Omit<Checks, "failing" | "listed">> & { readonly failing?: number | readonly string[] }): Checks {
  const names = typeof failing === "number" ? Array.from({ length: failing }, (_, at) => `f${at}`) : failing;
  const listed = names.map(
    (name): Check => ({ name, state: "failing", url: `https://ci/${name}`, required: null }),
  );
  return { ...NO_CHECKS, ...overrides, failing: names.length, listed };
}

export const RED = checks({ failing: ["e2e", "lint"], passing: 5 });
export const RUNNING = checks({ running: 3, passing: 4 });

export function pageOf(number: number): string {
  return `https://github.com/${REPOSITORY_NAME}/pull/${number}`;
}

/** What a cycle knows when these are known. */
export function pullRequestsInput(
  known: readonly PullRequest[],
  overrides: Partial<PullRequestsInput> = {},
): PullRequestsInput {
  return { ...NOTHING_ASKED, repository: REPOSITORY_NAME, known, patterns: PATTERNS, ...overrides };
}

/** Nothing was done for #712. */
export function deliveryRecord(overrides: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return { number: 712, rebase: null, repairs: [], ...overrides };
}

export function rebaseAttempt(
  overrides: Partial<NonNullable<DeliveryRecord["rebase"]>> = {},
): NonNullable<DeliveryRecord["rebase"]> {
  return {
    ...{ headCommit: "head-of-712", outcome: "manual", why: "both change a.ts" },
    ...{ files: ["a.ts"], atMs: NOON_MS },
    ...overrides,
  };
}

/** What a row says of a pull request that is linked by its branch, with delivery off by default. */
export function pullRequestView(
  overrides: Partial<PullRequest> = {},
  input: Partial<ViewInput> & Partial<Omit<PullRequestFacts, "pullRequest">> = {},
): PullRequestView {
  const one = pullRequest(overrides);
  const delivered = one.state === "merged" ? ({ as: "delivered" } as const) : null;
  const {
    linkedBy = "branch",
    rivals = [],
    merge = delivered,
    deliveryRecord: care = null,
    ...viewed
  } = input;
  return viewPullRequest(
    { pullRequest: one, linkedBy, rivals, merge, deliveryRecord: care },
    { run: null, settings: NOTHING_ASKED.delivery, before: null, nowMs: NOON_MS, ...viewed },
  );
}

/** The state of syncs after a round at noon that was answered in full. */
export function lookedUp(overrides: Partial<PullRequestSyncState> = {}): PullRequestSyncState {
  return {
    ...NEVER_SYNCED,
    ...{ repository: REPOSITORY_NAME, standing: { kind: "ok" } },
    ...{ observedAtMs: NOON_MS, triedAtMs: NOON_MS, mark: "m1", newsUntilMs: NOON_MS },
    ...overrides,
  };
}

export function hostFailure(overrides: Partial<HostFailure> = {}): HostFailure {
  return {
    reason: "server",
    message: "GitHub has a fault (502)",
    remedy: null,
    notBeforeMs: null,
    ...overrides,
  };
}

export function news(overrides: Partial<News> = {}): News {
  return { mark: "m2", changed: [], branchesWithChecks: [], complete: true, ...overrides };
}

/** What the news say of one that changed. */
export function changed(one: PullRequest): News["changed"][number] {
  const { number, branch, fork, base, updatedAtMs, state, reverts } = one;
  return { number, branch, fork, base, updatedAtMs, closed: state !== "open", reverts };
}

export function answered<Value>(value: Value, overrides: Partial<HostAnswer<Value>> = {}): HostAnswer<Value> {
  return { budget: null, requests: 1, ...overrides, kind: "answered", value };
}

export function failed(failure = hostFailure()): HostAnswer<never> {
  return { budget: null, requests: 1, kind: "failed", failure };
}

export type ScriptedHost = PullRequestHost & {
  /** Every question: "news since m1", "task/a #7". */
  readonly questions: string[];
  /** What is answered, until a test says something else. */
  news: HostAnswer<News | null>;
  /** By branch or "#number"; null: cannot be read. What is not named has no pull request. */
  readonly facts: Map<string, readonly PullRequest[] | null>;
  /** The how many-th question in full fails, from 1. */
  failsAt: { readonly question: number; readonly failure: HostFailure } | null;
};

/** A host that answers by script: nothing new, no pull requests, unless set. */
export function scriptedHost(): ScriptedHost {
  let asked = 0;
  const host: ScriptedHost = {
    repository: REPOSITORY_NAME,
    questions: [],
    news: answered(null),
    facts: new Map(),
    failsAt: null,
    readNews: async ({ mark }) => {
      host.questions.push(`news since ${mark}`);
      return host.news;
    },
    readPullRequests: async ({ wanted }) => {
      asked += 1;
      const names = wanted.map(fetchName);
      host.questions.push(names.join(" "));
      if (host.failsAt?.question === asked) return failed(host.failsAt.failure);
      return answered(
        wanted.map((one, at) => {
          const found = host.facts.get(names[at] ?? "");
          return { wanted: one, pullRequests: found === undefined ? [] : found };
        }),
      );
    },
  };
  return host;
}
