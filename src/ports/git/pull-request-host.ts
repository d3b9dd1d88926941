// The host of pull requests (GitHub). Two questions: what changed since last time, which costs nothing while nothing
// did, and what is true of these pull requests now. Adapters never throw: a failure is an answer, and no answer holds a
// token (S20).

import type { PullRequest } from "../../core/contract/pull-request.ts";
import type { Budget, FetchRequest } from "../../core/pull-request/sync-state.ts";

export type { Budget };

export const HOST_FAILURES = [
  /** The token is refused, or may not see the repository. */
  "auth",
  /** The rate limit is used up, or requests came too fast. */
  "rate_limit",
  "timeout",
  "unreachable",
  /** 5xx. */
  "server",
  /** No such repository. */
  "missing",
  "malformed",
] as const;

export type HostFailure = {
  readonly reason: (typeof HOST_FAILURES)[number];
  /** One sentence without a full stop: "GitHub refused the token (401)". */
  readonly message: string;
  /** What to do about it, one sentence; null when waiting is enough. */
  readonly remedy: string | null;
  /** The host's Retry-After. */
  readonly notBeforeMs: number | null;
};

export type HostAnswer<Value> = {
  /** Of this kind of request; null when the host did not say. */
  readonly budget: Budget | null;
  readonly requests: number;
} & (
  | { readonly kind: "answered"; readonly value: Value }
  | { readonly kind: "failed"; readonly failure: HostFailure }
);

/** It changed, or its checks did; enough to find its task. */
export type ChangedPullRequest = {
  readonly number: number;
  readonly branch: string;
  readonly fork: boolean;
  readonly base: string;
  readonly updatedAtMs: number;
  /** No longer open. */
  readonly closed: boolean;
  /** The pull request that it says it reverts. */
  readonly reverts: number | null;
};

export type News = {
  /** For the next question. */
  readonly mark: string;
  /** Changed at or after `sinceMs`, newest first. */
  readonly changed: readonly ChangedPullRequest[];
  /** Branches whose workflows ran since the mark; of the newest runs without one. */
  readonly branchesWithChecks: readonly string[];
  /** False when more changed than is listed. */
  readonly complete: boolean;
};

export type NewsQuestion = {
  /** Of the last answer; null the first time, which lists the newest. */
  readonly mark: string | null;
  readonly sinceMs: number | null;
  readonly signal: AbortSignal;
};

/** By branch: its newest ones. */
export type WantedPullRequest = FetchRequest;

/** In the order asked. */
export type FoundPullRequests = {
  readonly wanted: WantedPullRequest;
  /** Newest first, at most three. Null: could not be read this time. */
  readonly pullRequests: readonly PullRequest[] | null;
};

export const WANTED_PER_REQUEST = 50;

export type PullRequestHost = {
  /** `owner/name`. */
  readonly repository: string;
  /** Null value: nothing changed since the mark. */
  readNews(question: NewsQuestion): Promise<HostAnswer<News | null>>;
  /** At most WANTED_PER_REQUEST at once. Those that the host could not answer are null. */
  readPullRequests(question: {
    readonly wanted: readonly WantedPullRequest[];
    readonly signal: AbortSignal;
  }): Promise<HostAnswer<readonly FoundPullRequests[]>>;
};

export type HostSearch =
  | { readonly kind: "found"; readonly host: PullRequestHost }
  /** `because` completes "off: "; `remedy` is a command or a sentence. */
  | { readonly kind: "off"; readonly because: string; readonly remedy: string | null };

export type PullRequestHosts = {
  /** Looks at the remote and for a token; may run `gh auth token`, never prompts. Never throws. */
  find(signal: AbortSignal): Promise<HostSearch>;
};
