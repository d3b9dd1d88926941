// Which branches and pull requests to fetch: those of open tasks, the active ones first, since one sync cannot fetch all.

import type { Run } from "../contract/run.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { type BranchPattern, branchesOfSlug, slugsOfBranch } from "./branch-pattern.ts";
import { revertBranch, withoutReverts } from "./revert-branch.ts";

export type SyncTargets = {
  /** The most urgent first. */
  readonly branches: readonly string[];
  /** Named only in files. */
  readonly numbers: readonly number[];
  /** Whether a branch in a list of changes may be a task's. */
  readonly isTasks: (branch: string) => boolean;
  /** A worker is running or has ended: a pull request may appear at any moment. */
  readonly expecting: boolean;
};

export type SyncTargetsInput = {
  readonly rows: Iterable<TaskRow>;
  readonly runs: readonly Run[];
  readonly patterns: readonly BranchPattern[];
  /** By key: numbers in the files of open tasks (`pr_number`, `pr_url`). */
  readonly hints: ReadonlyMap<string, number>;
};

/** Others are found by the lists of changes: so many tasks are never active at once. */
export const BRANCHES_MAX = 400;

export function syncTargetsOf({ rows, runs, patterns, hints }: SyncTargetsInput): SyncTargets {
  const branchOfKey = new Map(runs.map(({ key, branch }) => [key, branch]));
  const slugs = new Set<string>();
  const ranked: string[][] = [[], [], []];
  const numbers: number[] = [];
  for (const row of rows) {
    slugs.add(row.slug);
    if (row.status === "completed" || row.status === "cancelled") continue;
    const hint = hints.get(row.key);
    if (hint !== undefined) numbers.push(hint);
    ranked[1]?.push(...branchesAround(row));
    const rank = rankOf(row, branchOfKey.has(row.key));
    if (rank === null) continue;
    const own = branchOfKey.get(row.key) ?? null;
    ranked[rank]?.push(...(own === null ? [] : [own]), ...branchesOfSlug(row.slug, patterns));
  }
  const own = new Set([...branchOfKey.values()].filter((branch) => branch !== null));
  const isTasks = (branch: string) =>
    own.has(branch) || slugsOfBranch(branch, patterns).some((slug) => slugs.has(slug));
  return {
    branches: [...new Set(ranked.flat())].slice(0, BRANCHES_MAX),
    numbers: numbers.slice(0, BRANCHES_MAX),
    isTasks: (branch) => isTasks(branch) || isTasks(withoutReverts(branch)),
    expecting: runs.some(({ state }) => state === "running" || state === "exited"),
  };
}

/** What can change the meaning of a merge: a revert, a revert of that, and the branch it was merged into if not the base. */
function branchesAround({ pull_request: merged }: TaskRow): readonly string[] {
  if (merged === null || merged.merge === null) return [];
  const { as, by } = merged.merge;
  if (as === "earlier" || as === "ambiguous") return [];
  return [
    revertBranch(merged),
    ...(as === "elsewhere" ? [merged.base] : []),
    ...(as === "reverted" && by !== null ? [revertBranch(by)] : []),
  ];
}

/** A task that was not started has no pull request as a rule; the lists of changes find exceptions. */
function rankOf({ status, pull_request: known }: TaskRow, hasRun: boolean): number | null {
  if (hasRun || known?.state === "open") return 0;
  if (status === "in_progress" || status === "blocked" || status === null) return 1;
  return status === "ready" ? 2 : null;
}
