// Which pull requests need not be kept any longer: merged or closed long ago, and of no task that is still open. However
// old it is, the one of an open task says that its file lags behind.

import type { PullRequest } from "../contract/pull-request.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { isOpen } from "../contract/task.ts";
import { DAY_MS } from "../values/durations.ts";
import { type BranchPattern, slugsOfBranch } from "./branch-pattern.ts";
import { withoutReverts } from "./revert-branch.ts";

export type KeepInput = {
  readonly known: Iterable<PullRequest>;
  readonly rows: Iterable<Pick<TaskRow, "slug" | "status" | "pull_request">>;
  /** Numbers in the files of open tasks. */
  readonly hinted: readonly number[];
  readonly patterns: readonly BranchPattern[];
  readonly nowMs: number;
};

/** A quarter of a year: bounds what is kept for a repository of any age. */
export const KEPT_MS = 90 * DAY_MS;

export function outdatedNumbers({ known, rows, hinted, patterns, nowMs }: KeepInput): readonly number[] {
  const old = [...known].filter((one) => endedMs(one) < nowMs - KEPT_MS);
  if (old.length === 0) return [];
  const numbers = new Set(hinted);
  const slugs = new Set<string>();
  const bases = new Set<string>();
  for (const { slug, status, pull_request: linked } of rows) {
    if (!isOpen(status)) continue;
    slugs.add(slug);
    if (linked === null) continue;
    numbers.add(linked.number);
    bases.add(linked.base);
  }
  // What the linked ones stand or fall with is kept as well: reverts, and the branch that they were merged into.
  for (const { number, reverts } of [...known].toSorted((a, b) => a.number - b.number))
    if (reverts !== null && numbers.has(reverts)) numbers.add(number);
  const isNeeded = ({ number, branch }: PullRequest) =>
    numbers.has(number) ||
    bases.has(branch) ||
    slugsOfBranch(withoutReverts(branch), patterns).some((slug) => slugs.has(slug));
  return old.flatMap((one) => (isNeeded(one) ? [] : [one.number]));
}

/** Infinite for one that is open, or whose end the host did not tell. */
function endedMs({ state, mergedAtMs, closedAtMs }: PullRequest): number {
  return state === "open" ? Number.POSITIVE_INFINITY : (mergedAtMs ?? closedAtMs ?? Number.POSITIVE_INFINITY);
}
