// Derives the snapshot from the parsed tree, unless nothing it depends on has changed and no threshold has passed:
// then the one there is still is the right one.

import type { TreeIndex } from "../../core/contract/parsed-file.ts";
import type { Repository } from "../../core/contract/snapshot.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import type { PullRequestsInput } from "../../core/pull-request/pull-requests-input.ts";
import type { RunsInput } from "../../core/run/run-facts.ts";
import { buildInSteps } from "../../core/snapshot/build.ts";
import type { BuiltSnapshot } from "../../core/snapshot/built-snapshot.ts";
import { diffSnapshots, type SnapshotDiff } from "../../core/snapshot/diff.ts";
import type { CycleContext } from "./cycle-context.ts";
import type { Basis, HeartbeatMemory, PublishedMemory } from "./heartbeat-memory.ts";
import { type Pace, takeSteps } from "./pace.ts";

/** `diff` is null when nothing had to be derived. */
export type DerivedSnapshot = { readonly built: BuiltSnapshot; readonly diff: SnapshotDiff | null };

export type DeriveInput = {
  readonly index: TreeIndex;
  readonly runs: RunsInput;
  readonly pullRequests: PullRequestsInput;
  readonly previous: PublishedMemory | null;
  readonly pace: Pace;
};

const NO_DATES: ReadonlyMap<RelativePath, number> = new Map();

/** Throws the reason of a stop. */
export async function deriveSnapshot(
  context: CycleContext,
  memory: HeartbeatMemory,
  { index, runs, pullRequests, previous, pace }: DeriveInput,
): Promise<DerivedSnapshot> {
  const nowMs = context.clock.wallMs();
  const basis: Basis = {
    index,
    repository: readRepository(context, memory.basis),
    commitDates: memory.commitDates,
    runs,
    pullRequests,
  };
  if (
    previous !== null &&
    isSameBasis(memory.basis, basis) &&
    nowMs < (previous.built.nextChangeMs ?? Infinity)
  ) {
    return { built: previous.built, diff: null };
  }
  const before = previous?.built ?? memory.ancestor;
  const steps = buildInSteps({
    index,
    previous: before,
    repository: basis.repository,
    thresholds: context.config.thresholds,
    commitDatesMs: basis.commitDates?.datesMs ?? NO_DATES,
    addedDatesMs: basis.commitDates?.addedMs ?? null,
    runs,
    pullRequests,
    nowMs,
  });
  const total = index.size;
  const built = await takeSteps(pace, steps, (done) => ({ phase: "deriving", done, total }));
  memory.basis = basis;
  return { built, diff: diffSnapshots(before, built, nowMs) };
}

/** The same object while git says the same, so that a comparison of identities sees no change. */
function readRepository({ git, repositoryName }: CycleContext, basis: Basis | null): Repository {
  const repository: Repository = { name: repositoryName, ...git.facts() };
  return basis !== null && isSameRepository(basis.repository, repository) ? basis.repository : repository;
}

function isSameBasis(before: Basis | null, now: Basis): boolean {
  return (
    before !== null &&
    before.index === now.index &&
    before.repository === now.repository &&
    before.commitDates === now.commitDates &&
    before.runs === now.runs &&
    before.pullRequests === now.pullRequests
  );
}

function isSameRepository(before: Repository, now: Repository): boolean {
  return (
    before.name === now.name &&
    before.branch === now.branch &&
    before.commit === now.commit &&
    before.default_branch === now.default_branch &&
    before.git === now.git &&
    before.notice === now.notice
  );
}
