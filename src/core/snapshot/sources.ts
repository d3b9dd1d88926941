// What a build reads, as values of one moment. What is equal to what the build before read is the same object, so that
// sources can be compared by identity.

import type { TreeIndex } from "../contract/parsed-file.ts";
import type { Repository, TaskRow, Thresholds } from "../contract/snapshot.ts";
import type { RelativePath } from "../contract/task.ts";
import { type DependencyCycles, dependencyCycles } from "../links/dependency-cycles.ts";
import { type LinkedTree, linkTree } from "../links/link-tree.ts";
import type { DeliverySettings } from "../pull-request/judge-delivery.ts";
import { type LinkedPullRequests, linkPullRequests } from "../pull-request/link-pull-requests.ts";
import type { PullRequestsInput } from "../pull-request/pull-requests-input.ts";
import type { RunsInput } from "../run/run-facts.ts";
import { sameMembers, sameValue } from "../values/same-value.ts";

/** What the collectors found out. */
export type BuildFacts = {
  readonly index: TreeIndex;
  readonly repository: Repository;
  readonly thresholds: Thresholds;
  readonly commitDatesMs: ReadonlyMap<RelativePath, number>;
  /** When each committed file was added; null until git has been asked. */
  readonly addedDatesMs: ReadonlyMap<RelativePath, number> | null;
  readonly runs: RunsInput;
  readonly pullRequests: PullRequestsInput;
};

export type Sources = {
  readonly tree: LinkedTree;
  readonly cycles: DependencyCycles;
  readonly pullRequests: LinkedPullRequests;
  /** All that `pullRequests` was linked from. */
  readonly linkedFrom: {
    readonly tree: LinkedTree;
    readonly runs: RunsInput["byKey"];
    readonly input: PullRequestsInput;
    readonly addedDatesMs: BuildFacts["addedDatesMs"];
    readonly gitDefaultBranch: string | null;
  };
  readonly runs: RunsInput;
  readonly delivery: DeliverySettings;
  readonly thresholds: Thresholds;
  readonly commitDatesMs: BuildFacts["commitDatesMs"];
  /** By key: the rows before the build, and after it those that it made. */
  readonly rows: ReadonlyMap<string, TaskRow>;
};

/** `before`: what the build before read. */
export function readSources(facts: BuildFacts, before: Sources | null, rows: Sources["rows"]): Sources {
  const { runs, pullRequests: input, commitDatesMs, addedDatesMs, repository } = facts;
  const tree = linkTree(facts.index, before?.tree ?? null);
  const linkedFrom = {
    tree,
    runs: runs.byKey,
    input,
    addedDatesMs,
    gitDefaultBranch: repository.default_branch,
  };
  return {
    tree,
    cycles: dependencyCycles(tree, before),
    pullRequests:
      before !== null && sameMembers(before.linkedFrom, linkedFrom)
        ? before.pullRequests
        : linkPullRequests(tree.tasks, linkedFrom, before?.pullRequests),
    linkedFrom,
    runs,
    commitDatesMs,
    rows,
    delivery: keepEqual(before?.delivery, input.delivery),
    thresholds: keepEqual(before?.thresholds, facts.thresholds),
  };
}

function keepEqual<Value>(before: Value | undefined, value: Value): Value {
  return before !== undefined && sameValue(before, value) ? before : value;
}
