// The host of pull requests (GitHub). Two questions: what changed since last time, which costs nothing while nothing
// did, and what is true of these pull requests now. Adapters never throw: what goes wrong is an answer. Nothing that
// they say holds a token (S20).

import type { PullRequest } from "../../core/contract/pull-request.ts";
import type { Budget, FetchRequest } from "../../core/pull-request/sync-state.ts";

export type { Budget };

export const HOST_FAILURES = [
  /** The token is refused, or may not see the repository. */
  "auth",
  /** The budget is used up, or too much was asked in too short a time. */
  "rate_limit",
  "timeout",
  /** No connection, or it broke. */
  "unreachable",
  /** The host has a fault of its own (5xx). */
  "server",
  /** There is no such repository. */
  "missing",
  /** It answered with something that is not an answer. */
  "malformed",
] as const;

export type HostFailure = {
  readonly reason: (typeof HOST_FAILURES)[number];
  /** One sentence without a full stop: "GitHub refused the token (401)". */
  readonly message: string;
  /** What to do about it, one sentence; null when it passes by itself. */
  readonly remedy: string | null;
  /** The host said not to ask before then. */
  readonly notBeforeMs: number | null;
};

export type HostAnswer<Value> = {
  /** Of this kind of question, as of now; null when the host did not say. */
  readonly budget: Budget | null;
  /** Requests that were sent. */
  readonly requests: number;
} & (
  | { readonly kind: "answered"; readonly value: Value }
  | { readonly kind: "failed"; readonly failure: HostFailure }
);

/** One that was changed, or whose checks were; enough to tell whose it is. */
export type ChangedPullRequest = {
  readonly number: number;
  readonly branch: string;
  readonly fork: boolean;
  readonly base: string;
  readonly updatedAtMs: number;
  /** No longer open. */
  readonly closed: boolean;
  /** The number of the pull request that it says it reverts. */
  readonly reverts: number | null;
};

export type News = {
  /** To be handed back with the next question. */
  readonly mark: string;
  /** Changed at or after `sinceMs`, newest first. */
  readonly changed: readonly ChangedPullRequest[];
  /** Branches whose workflows ran since the mark; of the newest runs without one. */
  readonly branchesWithChecks: readonly string[];
  /** False when more changed than was listed. */
  readonly complete: boolean;
};

export type NewsQuestion = {
  /** Of the last answer; null for the first time: then the newest are listed. */
  readonly mark: string | null;
  readonly sinceMs: number | null;
  readonly signal: AbortSignal;
};

/** By branch: its newest ones. */
export type WantedPullRequest = FetchRequest;

/** In the order asked. */
export type FoundPullRequests = {
  readonly wanted: WantedPullRequest;
  /** Newest first, at most three; empty where there is none. Null: could not be read this time. */
  readonly pullRequests: readonly PullRequest[] | null;
};

/** More are asked for in another request. */
export const WANTED_PER_REQUEST = 50;

export type PullRequestHost = {
  /** `owner/name`. */
  readonly repository: string;
  /** Null value: nothing changed since the mark. */
  readNews(question: NewsQuestion): Promise<HostAnswer<News | null>>;
  /**
   * At most WANTED_PER_REQUEST at once. What the host could not say about single ones is null in the answer; the
   * others count.
   */
  readPullRequests(question: {
    readonly wanted: readonly WantedPullRequest[];
    readonly signal: AbortSignal;
  }): Promise<HostAnswer<readonly FoundPullRequests[]>>;
};

/** What there is to ask, as found out from the remote, the settings and the token. */
export type HostSearch =
  | { readonly kind: "found"; readonly host: PullRequestHost }
  /** `because` completes "off: "; `remedy` is a command or a sentence; null when there is none. */
  | { readonly kind: "off"; readonly because: string; readonly remedy: string | null };

export type PullRequestHosts = {
  /** Looks at the remote and for a token; may run `gh auth token`, never prompts. Never throws. */
  find(signal: AbortSignal): Promise<HostSearch>;
};
