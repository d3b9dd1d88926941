// The heartbeat: one cycle turns the task tree into the published snapshot, or says that the published one is still
// true. This file is the table of contents; each step is a module of its own.

import { type CycleCause, type CycleOutcome, nameCauses } from "../../core/contract/cycle.ts";
import type { CycleProgress } from "../../core/contract/cycle-progress.ts";
import type { Run } from "../../core/contract/run.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import type { CommitDates, CycleRecord } from "../../ports/store/store.ts";
import { collectRuns } from "./collect-runs.ts";
import { collectTree } from "./collect-tree.ts";
import type { CycleContext } from "./cycle-context.ts";
import { deriveSnapshot } from "./derive-snapshot.ts";
import { describeFailure } from "./describe-failure.ts";
import {
  type Basis,
  createHeartbeatMemory,
  forgetPublished,
  type HeartbeatMemory,
  type PublishedMemory,
} from "./heartbeat-memory.ts";
import { createPace, type Pace } from "./pace.ts";
import {
  attestFailingTasks,
  attestSnapshot,
  type PublishRight,
  publishSnapshot,
} from "./publish-snapshot.ts";
import { createProgressRecorder, recordCycle } from "./record-cycle.ts";
import { restoreMemory } from "./restore-memory.ts";
import { writeIndex } from "./write-index.ts";

export type Heartbeat = {
  /** Runs one cycle; the caller runs one at a time. Never throws: what goes wrong is the outcome. */
  cycle(
    causes: ReadonlySet<CycleCause>,
    right: PublishRight,
    watching?: CycleWatching,
  ): Promise<CycleOutcome>;
  /** Writes to the store what cycles learned about files. Not part of a cycle, so that nothing waits for it. */
  writeIndex(): Promise<void>;
  /** Dates of last commits, used from the next cycle on. */
  useCommitDates(dates: CommitDates): void;
  commitDates(): CommitDates | null;
  /** What is published, for the snapshot files; null before the first publication. */
  published(): PublishedMemory | null;
  /** What that was derived from; null before the first derivation. */
  basis(): Basis | null;
  /** Of the store when the last cycle read the runs; null before the first. */
  runsVersion(): number | null;
  /** As that cycle read them. */
  openRuns(): readonly Run[];
  /** Another process had the lease: the next cycle starts from what the store has. */
  restart(): void;
};

/** For a caller that waits for a long cycle. */
export type CycleWatching = {
  /** How far it is; short cycles say nothing. */
  readonly onProgress?: (progress: CycleProgress) => void;
  /** Ends it between two pieces of its work, as failed. What it has read is kept. */
  readonly signal?: AbortSignal;
};

/** A heartbeat with cold memory. */
export function createHeartbeat(context: CycleContext): Heartbeat {
  const memory = createHeartbeatMemory();
  return {
    cycle: (causes, right, watching = {}) =>
      runCycle(context, memory, { causes, right, watching, startedMs: context.clock.monotonicMs() }),
    writeIndex: async () => {
      if (memory.tree !== null) await writeIndex(context.store, memory.tree);
    },
    useCommitDates: (dates) => {
      memory.commitDates = dates;
    },
    commitDates: () => memory.commitDates,
    published: () => (memory.published === "unknown" ? null : memory.published),
    basis: () => memory.basis,
    runsVersion: () => memory.runs.version,
    openRuns: () => memory.runs.runs,
    restart: () => {
      forgetPublished(memory);
      memory.treeOutdated = true;
    },
  };
}

type Attempt = {
  readonly causes: ReadonlySet<CycleCause>;
  readonly right: PublishRight;
  readonly watching: CycleWatching;
  readonly startedMs: number;
};

/** Restore, collect files, runs and pull requests, derive, then publish or attest. */
async function attemptCycle(
  context: CycleContext,
  memory: HeartbeatMemory,
  { causes, right, startedMs }: Attempt,
  pace: Pace,
): Promise<CycleOutcome> {
  const { tree, previous } = await restoreMemory(context, memory, pace);
  const collected = await collectTree(context, memory, { tree, causes, pace });
  if (collected.kind === "failed") {
    return await attestFailingTasks(context, memory, { right, previous, detail: collected.detail });
  }
  const runs = await collectRuns(context, memory.runs, previous?.built ?? null);
  const { input: pullRequests, state: syncState } = await context.pullRequests.current();
  const { index } = collected;
  const derived = await deriveSnapshot(context, memory, { index, runs, pullRequests, previous, pace });
  if (!(await right.confirm())) return { kind: "refused" };
  if (previous === null || derived.diff?.changed) {
    return await publishSnapshot(context, memory, { derived, previous, syncState, right, startedMs, pace });
  }
  return await attestSnapshot(context, memory, { derived, previous, syncState, right, startedMs });
}

async function runCycle(
  context: CycleContext,
  memory: HeartbeatMemory,
  attempt: Attempt,
): Promise<CycleOutcome> {
  const started = { startedAtMs: context.clock.wallMs(), cause: nameCauses(attempt.causes), tasks: 0 };
  const running = { ...started, endedAtMs: null, outcome: "running", reason: null, detail: null } as const;
  await recordCycle(context, running);
  const { clock } = context;
  const { onProgress, signal } = attempt.watching;
  const recorder = createProgressRecorder(context, running);
  const pace = createPace({
    clock,
    signal,
    onProgress(progress) {
      onProgress?.(progress);
      recorder.note(progress);
    },
  });
  const outcome = await settleCycle(context, memory, attempt, pace);
  await recorder.settled();
  await recordCycle(context, { ...started, endedAtMs: context.clock.wallMs(), ...summarise(outcome) });
  return outcome;
}

async function settleCycle(
  context: CycleContext,
  memory: HeartbeatMemory,
  attempt: Attempt,
  pace: Pace,
): Promise<CycleOutcome> {
  try {
    const outcome = await attemptCycle(context, memory, attempt, pace);
    // Another process publishes now; if the lease comes back, the store has what it published.
    if (outcome.kind === "refused") forgetPublished(memory);
    return outcome;
  } catch (error) {
    // What a failed write left behind is unknown, so the next cycle asks the store.
    forgetPublished(memory);
    // Of the paths that a watch named some may not have been read.
    memory.scannedAtMs = Number.NEGATIVE_INFINITY;
    if (attempt.watching.signal?.aborted) return await stoppedOutcome(attempt.right);
    const failure = describeFailure(error);
    context.log.error({ error, ...failure }, "an update failed");
    return { kind: "failed", ...failure };
  }
}

/** A runner stops on request, or because it lost the lease. */
async function stoppedOutcome(right: PublishRight): Promise<CycleOutcome> {
  // A store that does not answer has taken nothing away.
  const isOurs = await right.confirm().catch(() => true);
  return isOurs ? STOPPED : { kind: "refused" };
}

const STOPPED: CycleOutcome = {
  kind: "failed",
  reason: "exit",
  detail: "The update was stopped before it was done; what it had read is kept.",
};

function summarise(outcome: CycleOutcome): Pick<CycleRecord, "outcome" | "reason" | "detail" | "tasks"> {
  switch (outcome.kind) {
    case "published":
    case "attested":
      return { outcome: outcome.kind, reason: null, detail: null, tasks: outcome.tasks };
    case "failed":
      return { outcome: "failed", reason: outcome.reason, detail: outcome.detail, tasks: 0 };
    case "refused":
      return {
        outcome: "failed",
        reason: "lock",
        detail: "Another runner updates this repository now.",
        tasks: 0,
      };
    default:
      return assertNever(outcome);
  }
}
