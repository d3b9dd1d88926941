// One repository at one host, with what it takes to ask it: everything that the questions share.

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
  /** GitHub gives up on a question after 10 s itself. From the first byte sent to the last one read. */
  timeoutMs: 10_000,
  /** A hundred pull requests whose descriptions are as long as GitHub allows make 16 MB. */
  bodyBytesMax: 20 * 1024 * 1024,
};

/** What every request says of itself; GitHub refuses those without a user agent. */
export function requestHeaders({ token }: Connection): Record<string, string> {
  return { authorization: `Bearer ${token.text}`, "user-agent": "dataface-tasks" };
}
