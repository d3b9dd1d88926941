// What an open pull request waits for, and for whom: the one answer for the page, `tasks prs` and the order of review.

import type { PullRequest } from "./pull-request.ts";

export const AWAITED = [
  /** A person of this project. */
  "you",
  "ci",
  /** The task's worker, or without one whoever opened it. */
  "worker",
  "author",
] as const;
export type Awaited = (typeof AWAITED)[number];

export type Waits = {
  readonly for: Awaited;
  /** Completes "you: ", "CI: ". */
  readonly what: string;
};

/** Null unless it is open. */
export function judgeWaits(
  pullRequest: PullRequest,
  { hasWorker }: { readonly hasWorker: boolean },
): Waits | null {
  const { state, draft, mergeable, checks, review, mustUpdate, behindBy, base } = pullRequest;
  const maker: Awaited = hasWorker ? "worker" : "author";
  if (state !== "open") return null;
  if (mergeable === "conflict") return { for: maker, what: "conflict" };
  if (checks.failing > 0) return { for: maker, what: "red checks" };
  if (review === "changes_requested") return { for: maker, what: "changes requested" };
  if (draft) return { for: maker, what: "still a draft" };
  if (checks.running > 0) return { for: "ci", what: `${checks.running} of ${totalOf(pullRequest)} running` };
  if (review === "required") return { for: "you", what: "review" };
  if (mustUpdate)
    return { for: maker, what: behindBy === null ? `behind ${base}` : `${behindBy} behind ${base}` };
  return { for: "you", what: checks.passing > 0 ? "merge, all green" : "merge, no checks" };
}

function totalOf({ checks: { failing, running, passing } }: PullRequest): number {
  return failing + running + passing;
}
