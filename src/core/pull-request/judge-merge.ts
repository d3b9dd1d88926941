// Whether a merge brought a task's work into the base. The merge may be older than the task, reverted, into a branch that
// is not merged yet, or one of several that only a wide pattern assigns to the task.

import type { PullRequest } from "../contract/pull-request.ts";
import { MINUTE_MS } from "../values/durations.ts";

export type MergeVerdict =
  /** Its work is in the base. */
  | { readonly as: "delivered" }
  /** Merged into a branch that is not in the base; `by` is the open pull request that would bring it there. */
  | { readonly as: "elsewhere"; readonly base: string; readonly by: PullRequest | null }
  /** `by` reverted it; `restoredBy` is an open pull request that would revert that revert. */
  | {
      readonly as: "reverted";
      readonly base: string;
      readonly by: PullRequest;
      readonly restoredBy: PullRequest | null;
    }
  /** Merged before the task started. */
  | { readonly as: "earlier"; readonly taskStartedMs: number }
  /** Merges from other branches match the task's name just as well. */
  | { readonly as: "ambiguous"; readonly others: readonly PullRequest[] };

/** How pull requests relate to each other. */
export type Merges = {
  /** Reverts by the number of the pull request they revert. */
  readonly revertsOf: ReadonlyMap<number, readonly PullRequest[]>;
  /** By head branch, without forks. */
  readonly byBranch: ReadonlyMap<string, readonly PullRequest[]>;
  /** The branch that new work starts from (worktree.base), and the default branch as git has it; null where unknown. */
  readonly startBranch: string | null;
  readonly gitDefaultBranch: string | null;
};

/** The host and the machine that committed the task's file have different clocks. */
export const CLOCKS_DIFFER_MS = 10 * MINUTE_MS;

/** Whether it ended before the task started. A squash merge that brings the task's file along did not. */
export function isEarlier({ mergedAtMs, closedAtMs, state }: PullRequest, startedMs: number): boolean {
  const endedMs = mergedAtMs ?? closedAtMs;
  return state !== "open" && endedMs !== null && endedMs + CLOCKS_DIFFER_MS < startedMs;
}

export function judgeMerge(merged: PullRequest, merges: Merges): MergeVerdict {
  const base = baseOf(merged, merges) ?? merged.base;
  const by = standingRevert(merged, merges);
  if (by !== null) return { as: "reverted", base, by, restoredBy: openRevert(by, merges) };
  if (reachesBase(merged, merges)) return { as: "delivered" };
  return { as: "elsewhere", base, by: openFrom(merged.base, merges) };
}

/** Null where neither the setting, the host nor git names one, as in facts that an earlier version stored. */
function baseOf({ defaultBranch }: PullRequest, { startBranch, gitDefaultBranch }: Merges): string | null {
  return startBranch ?? defaultBranch ?? gitDefaultBranch;
}

/** Both the default branch and the branch that new work starts from count. */
function isBase(branch: string, of: PullRequest, merges: Merges): boolean {
  const base = baseOf(of, merges);
  return base === null || branch === base || branch === (of.defaultBranch ?? merges.gitDefaultBranch);
}

/** Merged into the base, or into a branch that reached it later. */
function reachesBase(merged: PullRequest, merges: Merges, seen: ReadonlySet<number> = NOTHING_SEEN): boolean {
  if (isBase(merged.base, merged, merges)) return true;
  if (seen.has(merged.number) || merged.mergedAtMs === null) return false;
  const atMs = merged.mergedAtMs;
  const carriers = merges.byBranch.get(merged.base) ?? [];
  return carriers.some(
    (carrier) =>
      carrier.state === "merged" &&
      (carrier.mergedAtMs ?? 0) >= atMs &&
      standingRevert(carrier, merges) === null &&
      reachesBase(carrier, merges, new Set([...seen, merged.number])),
  );
}

const NOTHING_SEEN: ReadonlySet<number> = new Set();

/** The newest merged revert that was not reverted itself. A revert has the higher number, so this ends. */
function standingRevert(merged: PullRequest, merges: Merges): PullRequest | null {
  const standing = revertsOf(merged, merges).filter(
    (one) =>
      one.state === "merged" &&
      (one.base === merged.base || isBase(one.base, one, merges)) &&
      standingRevert(one, merges) === null,
  );
  return newest(standing);
}

function openRevert(revert: PullRequest, merges: Merges): PullRequest | null {
  return newest(revertsOf(revert, merges).filter(({ state }) => state === "open"));
}

function revertsOf({ number }: PullRequest, merges: Merges): readonly PullRequest[] {
  return (merges.revertsOf.get(number) ?? []).filter((revert) => revert.number > number);
}

function openFrom(branch: string, { byBranch }: Merges): PullRequest | null {
  return newest((byBranch.get(branch) ?? []).filter(({ state }) => state === "open"));
}

export function newest(found: readonly PullRequest[]): PullRequest | null {
  return found.reduce<PullRequest | null>(
    (best, one) => (best === null || one.number > best.number ? one : best),
    null,
  );
}
