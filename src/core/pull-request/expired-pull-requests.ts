// Which pull requests can be dropped: those merged or closed long ago that belong to no open task. The pull request of an
// open task is kept however old it is.

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

/** Bounds what is kept for an old repository. */
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
  // What the linked ones depend on is kept as well: reverts, and the branch that they were merged into.
  for (const { number, reverts } of [...known].toSorted((a, b) => a.number - b.number))
    if (reverts !== null && numbers.has(reverts)) numbers.add(number);
  const isNeeded = ({ number, branch }: PullRequest) =>
    numbers.has(number) ||
    bases.has(branch) ||
    slugsOfBranch(withoutReverts(branch), patterns).some((slug) => slugs.has(slug));
  return old.flatMap((one) => (isNeeded(one) ? [] : [one.number]));
}

/** Infinite for one that is open, or whose end is unknown. */
function endedMs({ state, mergedAtMs, closedAtMs }: PullRequest): number {
  return state === "open" ? Number.POSITIVE_INFINITY : (mergedAtMs ?? closedAtMs ?? Number.POSITIVE_INFINITY);
}
