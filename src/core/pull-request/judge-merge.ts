// What a merge means for a task: whether its work is in the base now. "Merged" alone does not say so. The merge may be
// older than the task, undone by a revert, made into a branch that is itself still to be merged, or be one of several
// that only a wide pattern assigns to the task.

import type { PullRequest } from "../contract/pull-request.ts";
import { MINUTE_MS } from "../values/durations.ts";

export type MergeVerdict =
  /** Its work is in the base. */
  | { readonly as: "delivered" }
  /** It was merged into a branch that has not reached the base; `by` is the open pull request that would bring it there. */
  | { readonly as: "elsewhere"; readonly base: string; readonly by: PullRequest | null }
  /** A merged revert took it out again; `restoredBy` is an open one that would revert that revert. */
  | {
      readonly as: "reverted";
      readonly base: string;
      readonly by: PullRequest;
      readonly restoredBy: PullRequest | null;
    }
  /** It was merged before the task began. */
  | { readonly as: "earlier"; readonly begunMs: number }
  /** Further merges match the task's name just as well, from other branches. */
  | { readonly as: "ambiguous"; readonly others: readonly PullRequest[] };

/** All that pull requests say of each other. */
export type Merges = {
  /** Reverts by the number of what they take out. */
  readonly revertsOf: ReadonlyMap<number, readonly PullRequest[]>;
  /** By head branch, without those of forks. */
  readonly byBranch: ReadonlyMap<string, readonly PullRequest[]>;
  /** The branch that new work starts from (worktree.base), and the default branch as git has it; null where unknown. */
  readonly startBranch: string | null;
  readonly gitDefaultBranch: string | null;
};

/** The host tells the second of a merge, and its clock is not that of the machine where the task's file was committed. */
export const CLOCKS_DIFFER_MS = 10 * MINUTE_MS;

/** Whether it was over before the task began. A squash that brings the task's own file along is not. */
export function isEarlier({ mergedAtMs, closedAtMs, state }: PullRequest, begunMs: number): boolean {
  const endedMs = mergedAtMs ?? closedAtMs;
  return state !== "open" && endedMs !== null && endedMs + CLOCKS_DIFFER_MS < begunMs;
}

/** Of a merged one that belongs to the task: is its work in the base? */
export function judgeMerge(merged: PullRequest, merges: Merges): MergeVerdict {
  const base = baseOf(merged, merges) ?? merged.base;
  const by = standingRevert(merged, merges);
  if (by !== null) return { as: "reverted", base, by, restoredBy: openRevert(by, merges) };
  if (reachesBase(merged, merges)) return { as: "delivered" };
  return { as: "elsewhere", base, by: openFrom(merged.base, merges) };
}

/** Null where neither the setting nor the host nor git names one: facts that an earlier version stored. */
function baseOf({ defaultBranch }: PullRequest, { startBranch, gitDefaultBranch }: Merges): string | null {
  return startBranch ?? defaultBranch ?? gitDefaultBranch;
}

/** Work that went to the default branch counts as well as work that went to where new work starts. */
function isBase(branch: string, of: PullRequest, merges: Merges): boolean {
  const base = baseOf(of, merges);
  return base === null || branch === base || branch === (of.defaultBranch ?? merges.gitDefaultBranch);
}

/** Merged into the base, or into a branch that was merged on afterwards, and so forth. */
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

/** The newest merged revert of it that was not itself reverted; a revert has the higher number, so this ends. */
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
