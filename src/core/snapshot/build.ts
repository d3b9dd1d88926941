// Build: from the parsed tree to the snapshot's header and rows. Link, then per task classify and detect, then the one
// question about all of them (is the detector to be doubted?), then rows.
//
// A build is a pure function of the index, the previous rows and the time. It is fast because it remembers what each
// row was made from: a row whose inputs are the same, and that time cannot have changed, is the same object again.
// Dropping that memory (a cold start) changes no row; a property test says so (invariant 3).

import type { TreeIndex } from "../contract/parsed-file.ts";
import type { Repository, SnapshotHeader, TaskRow, Thresholds } from "../contract/snapshot.ts";
import type { RelativePath } from "../contract/task.ts";
import { type DependencyCycles, dependencyCycles } from "../links/dependency-cycles.ts";
import { type LinkedTree, linkTree } from "../links/link-tree.ts";
import type { DeliverySettings } from "../pull-request/judge-delivery.ts";
import { type LinkedPullRequests, linkPullRequests } from "../pull-request/link-pull-requests.ts";
import type { PullRequestsInput } from "../pull-request/pull-requests-input.ts";
import type { RunsInput } from "../run/run-facts.ts";
import { findDoubts } from "../signal/detector-doubt.ts";
import { buildHeader } from "./build-header.ts";
import { countTurning, draftEntries, type Entry, finishEntry, nextChange } from "./entry.ts";
import { nextTargetMs } from "./past-target.ts";
import { rebuildEdited } from "./rebuild.ts";
import type { Move } from "./row-times.ts";
import { signalsOfRuns } from "./run-doubts.ts";

export type BuiltSnapshot = {
  readonly header: SnapshotHeader;
  /** By key. A row's identity is kept while nothing about its task changed. */
  readonly rows: ReadonlyMap<string, TaskRow>;
  /** Until then the same inputs build the same; null when time alone changes nothing. */
  readonly nextChangeMs: number | null;
  /** Last known groups of tasks whose rows were lost; empty once built. */
  readonly moves: ReadonlyMap<string, Move>;
  /** What rows were made from; null for a snapshot that came from the store. Only building looks inside. */
  readonly memory: BuildMemory | null;
};

export type BuildMemory = {
  readonly tree: LinkedTree;
  /** By position in the tree. */
  readonly entries: readonly Entry[];
  /** By key, and what they were linked from. */
  readonly pullRequests: LinkedPullRequests;
  readonly cycles: DependencyCycles;
  readonly runs: RunsInput;
  readonly input: PullRequestsInput;
  readonly delivery: DeliverySettings;
  readonly thresholds: Thresholds;
  readonly commitDatesMs: ReadonlyMap<RelativePath, number>;
  readonly addedDatesMs: BuildInput["addedDatesMs"];
  readonly gitDefaultBranch: string | null;
  /** A detector was in doubt: signals of some rows may be held back because of others. */
  readonly isDoubted: boolean;
  readonly builtMs: number;
};

export type BuildInput = {
  readonly index: TreeIndex;
  readonly previous: BuiltSnapshot | null;
  readonly repository: Repository;
  readonly thresholds: Thresholds;
  readonly commitDatesMs: ReadonlyMap<RelativePath, number>;
  /** When each committed file was added; null until git has been asked. */
  readonly addedDatesMs: ReadonlyMap<RelativePath, number> | null;
  readonly runs: RunsInput;
  readonly pullRequests: PullRequestsInput;
  readonly nowMs: number;
};

const NO_MOVES: ReadonlyMap<string, Move> = new Map();

/** Builds the snapshot of a tree at a moment. Never fails, whatever the files say. */
export function buildSnapshot(input: BuildInput): BuiltSnapshot {
  const steps = buildInSteps(input);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in steps, each of which tells how many rows are made: very many take seconds. */
export function* buildInSteps(input: BuildInput): Generator<number, BuiltSnapshot, void> {
  const { index, previous, thresholds, commitDatesMs, nowMs } = input;
  const tree = linkTree(index, previous?.memory?.tree ?? null);
  yield 0;
  const pullRequests = pullRequestsOf(input, tree);
  const linked = { tree, pullRequests, cycles: dependencyCycles(tree, previous?.memory ?? null) };
  const rebuilt = rebuildEdited(input, linked);
  if (rebuilt !== null) return rebuilt;
  const drafts = yield* draftEntries(input, linked);
  const doubts = findDoubts(countTurning(drafts), previous?.header.doubts ?? [], thresholds, nowMs);
  const entries = drafts.map((draft) => finishEntry(draft, doubts.held));
  const generalSignals = [...doubts.signals, ...signalsOfRuns(input, tree)];
  const rows = rowsOf(entries, previous);
  return {
    header: buildHeader(input, tree.plans, { doubts: generalSignals, rows: rows.values() }),
    rows,
    nextChangeMs: nextChange(entries, Math.min(doubts.untilMs, nextTargetMs(tree.plans.milestones, nowMs))),
    moves: NO_MOVES,
    memory: {
      ...{ ...linked, entries, thresholds, commitDatesMs },
      addedDatesMs: input.addedDatesMs,
      gitDefaultBranch: input.repository.default_branch,
      runs: input.runs,
      input: input.pullRequests,
      delivery: input.pullRequests.delivery,
      isDoubted: doubts.signals.length > 0,
      builtMs: nowMs,
    },
  };
}

/** Linked anew only when something that links depend on is another object. */
function pullRequestsOf(
  { previous, runs, pullRequests: input, addedDatesMs, repository }: BuildInput,
  tree: LinkedTree,
) {
  const memory = previous?.memory ?? null;
  const gitDefaultBranch = repository.default_branch;
  if (
    memory?.tree === tree &&
    memory.runs.byKey === runs.byKey &&
    memory.input === input &&
    memory.addedDatesMs === addedDatesMs &&
    memory.gitDefaultBranch === gitDefaultBranch
  )
    return memory.pullRequests;
  return linkPullRequests(
    tree.tasks,
    { runs: runs.byKey, input, addedDatesMs, gitDefaultBranch },
    memory?.pullRequests,
  );
}

/** What a process that starts knows from the store. The next build keeps every row of it that is still true. */
export function restoreBuilt(stored: {
  readonly header: SnapshotHeader;
  readonly rows: Iterable<TaskRow>;
  readonly moves?: ReadonlyMap<string, Move>;
}): BuiltSnapshot {
  const rows = new Map<string, TaskRow>();
  for (const row of stored.rows) rows.set(row.key, row);
  return { header: stored.header, rows, nextChangeMs: 0, moves: stored.moves ?? NO_MOVES, memory: null };
}

/** The previous map itself when no row in it changed. */
function rowsOf(entries: readonly Entry[], previous: BuiltSnapshot | null): ReadonlyMap<string, TaskRow> {
  const before = previous?.memory?.entries;
  if (
    previous !== null &&
    before?.length === entries.length &&
    entries.every((entry, place) => entry.row === before[place]?.row)
  ) {
    return previous.rows;
  }
  const rows = new Map<string, TaskRow>();
  entries.forEach(({ row }) => {
    rows.set(row.key, row);
  });
  return rows;
}
