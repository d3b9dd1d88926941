// One repository on one host: what all requests share.

import type { HostFailure } from "../../../ports/git/pull-request-host.ts";
import type { GitHubApi } from "./api-address.ts";
import type { Token } from "./find-token.ts";

export type Connection = {
  readonly api: GitHubApi;
  readonly token: Token;
  readonly owner: string;
  readonly name: string;
  readonly nowMs: () => number;
  readonly limits: RequestLimits;
};

export type RequestLimits = {
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
};

export const REQUEST_LIMITS: RequestLimits = {
  /** From the first byte sent to the last one read. GitHub itself gives up on a query after 10 s. */
  timeoutMs: 10_000,
  /** A hundred pull requests with descriptions of the maximum length make 16 MB. */
  bodyBytesMax: 20 * 1024 * 1024,
};

/** For every request; GitHub refuses those without a user agent. */
export function requestHeaders({ token }: Connection): Record<string, string> {
  return { authorization: `Bearer ${token.text}`, "user-agent": "dataface-tasks" };
}

export function failure(
  reason: HostFailure["reason"],
  message: string,
  remedy: string | null = null,
): HostFailure {
  return { reason, message, remedy, notBeforeMs: null };
}
