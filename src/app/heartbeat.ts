// The heartbeat: one cycle turns the task tree into the published snapshot, or says that the published one is still
// true. This file is the table of contents; each step is a module of its own.

import { assertNever } from "../core/assert-never.ts";
import { type CycleCause, type CycleOutcome, nameCauses } from "../core/cycle/cycle.ts";
import type { Run } from "../core/run/run.ts";
import type { CommitDates, CycleRecord } from "../ports/store.ts";
import { collectRuns } from "./collect-runs.ts";
import { collectTree } from "./collect-tree.ts";
import { deriveSnapshot } from "./derive-snapshot.ts";
import { describeFailure } from "./describe-failure.ts";
import {
  type Basis,
  createHeartbeatMemory,
  forgetPublished,
  type HeartbeatMemory,
  type PublishedMemory,
} from "./heartbeat-memory.ts";
import {
  attestFailingTasks,
  attestSnapshot,
  type PublishRight,
  publishSnapshot,
} from "./publish-snapshot.ts";
import { recordCycle } from "./record-cycle.ts";
import { restoreMemory } from "./restore-memory.ts";
import type { HeartbeatWorld } from "./world.ts";

export type Heartbeat = {
  /** Runs one cycle; the caller runs one at a time. Never throws: what goes wrong is the outcome. */
  cycle(causes: ReadonlySet<CycleCause>, right: PublishRight): Promise<CycleOutcome>;
  /** Writes to the store what cycles learned about files. Not part of a cycle: nobody waits for it. */
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
  /** The lease was somebody else's meanwhile: the next cycle starts from what the store has. */
  restart(): void;
};

/** A heartbeat with cold memory. */
export function createHeartbeat(world: HeartbeatWorld): Heartbeat {
  const memory = createHeartbeatMemory();
  return {
    cycle: (causes, right) =>
      runCycle(world, memory, { causes, right, startedMs: world.clock.monotonicMs() }),
    writeIndex: () => writeIndex(world, memory),
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
  readonly startedMs: number;
};

/** Restore, collect files, runs and pull requests, derive, then publish or attest. */
async function attemptCycle(
  world: HeartbeatWorld,
  memory: HeartbeatMemory,
  { causes, right, startedMs }: Attempt,
): Promise<CycleOutcome> {
  const { tree, previous } = await restoreMemory(world, memory);
  const collected = await collectTree(world, memory, { tree, causes });
  if (collected.kind === "failed") {
    return await attestFailingTasks(world, memory, { right, previous, detail: collected.detail });
  }
  const runs = await collectRuns(world, memory.runs);
  const { input: pullRequests, state: lookUps } = await world.lookUps.current();
  const derived = deriveSnapshot(world, memory, { index: collected.index, runs, pullRequests, previous });
  if (!(await right.confirm())) return { kind: "refused" };
  if (previous === null || derived.diff?.changed) {
    return await publishSnapshot(world, memory, { derived, previous, lookUps, right, startedMs });
  }
  return await attestSnapshot(world, memory, { derived, previous, lookUps, right, startedMs });
}

async function runCycle(
  world: HeartbeatWorld,
  memory: HeartbeatMemory,
  attempt: Attempt,
): Promise<CycleOutcome> {
  const begun = { startedAtMs: world.clock.wallMs(), cause: nameCauses(attempt.causes), tasks: 0 };
  await recordCycle(world, { ...begun, endedAtMs: null, outcome: "running", reason: null, detail: null });
  const outcome = await settleCycle(world, memory, attempt);
  await recordCycle(world, { ...begun, endedAtMs: world.clock.wallMs(), ...summarise(outcome) });
  return outcome;
}

async function settleCycle(
  world: HeartbeatWorld,
  memory: HeartbeatMemory,
  attempt: Attempt,
): Promise<CycleOutcome> {
  try {
    const outcome = await attemptCycle(world, memory, attempt);
    // Somebody else publishes now; should the lease come back, the store knows what they published.
    if (outcome.kind === "refused") forgetPublished(memory);
    return outcome;
  } catch (error) {
    // What a failed write left behind is unknown, so the next cycle asks the store.
    forgetPublished(memory);
    const failure = describeFailure(error);
    world.log.error({ error, ...failure }, "an update failed");
    return { kind: "failed", ...failure };
  }
}

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

async function writeIndex({ store }: HeartbeatWorld, { tree }: HeartbeatMemory): Promise<void> {
  const changes = tree?.takeUnwritten() ?? null;
  if (tree === null || changes === null) return;
  try {
    await store.writeIndex(changes);
  } catch (error) {
    tree.giveBack(changes);
    throw error;
  }
}
