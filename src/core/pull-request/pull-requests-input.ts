// What a cycle knows of pull requests: the input that snapshots are built from, beside the parsed tree and the runs.

import type { PullRequest } from "../contract/pull-request.ts";
import { type BranchPattern, parseBranchPattern } from "./branch-pattern.ts";
import type { DeliveryRecord, DeliverySettings } from "./judge-delivery.ts";

/** Keeps its identity while nothing in it changed. */
export type PullRequestsInput = {
  /** `owner/name`, as the host calls it; null while that is not known. */
  readonly repository: string | null;
  readonly known: readonly PullRequest[];
  /** By number. */
  readonly deliveryRecords: ReadonlyMap<number, DeliveryRecord>;
  readonly patterns: readonly BranchPattern[];
  /** The branch that new work starts from (worktree.base), without the name of a remote; null unless it is set. */
  readonly startBranch: string | null;
  readonly delivery: DeliverySettings;
};

/** The setting github.branches; its schema has refused what is no pattern. */
export function branchPatterns(texts: readonly string[]): readonly BranchPattern[] {
  return texts.flatMap((text) => parseBranchPattern(text) ?? []);
}

/** The setting worktree.base as pull requests name it: `origin/develop` is `develop` there. */
export function startBranchOf(base: string | null): string | null {
  return base?.replace(/^refs\/(?:heads|remotes)\//, "").replace(/^origin\//, "") ?? null;
}

/** Nothing is known: for tests, and for checks of files alone. */
export const NOTHING_ASKED: PullRequestsInput = {
  repository: null,
  known: [],
  deliveryRecords: new Map(),
  patterns: [],
  startBranch: null,
  delivery: { rebase: "off", repair: "off" },
};
