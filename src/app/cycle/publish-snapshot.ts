// The end of a cycle: a changed snapshot is published, an unchanged one is attested, and a tree that could not be listed
// leaves the published one as it is, with its source marked. The store refuses all of it to an epoch that has passed.

import type { CycleOutcome } from "../../core/contract/cycle.ts";
import type { Attestation, Source } from "../../core/contract/snapshot.ts";
import { type PullRequestSyncState, viewSource } from "../../core/pull-request/sync-state.ts";
import { isoTime } from "../../core/text/iso-time.ts";
import type { Publication } from "../../ports/store/store.ts";
import type { CycleContext } from "./cycle-context.ts";
import type { DerivedSnapshot } from "./derive-snapshot.ts";
import type { HeartbeatMemory, PublishedMemory } from "./heartbeat-memory.ts";
import type { Pace } from "./pace.ts";

/** The right to publish, from the holder of the lease. */
export type PublishRight = {
  readonly epoch: number;
  /** Asked right before writing. False when it is not certain that the lease is still ours. */
  confirm(): Promise<boolean>;
};

export type CycleEnd = {
  readonly derived: DerivedSnapshot;
  readonly previous: PublishedMemory | null;
  readonly syncState: PullRequestSyncState;
  readonly right: PublishRight;
  /** By the monotonic clock. */
  readonly startedMs: number;
};

/** Very many rows take a while. */
export type Publishing = CycleEnd & { readonly pace: Pace };

/** Writes what changed, in one transaction with the fence check. */
export async function publishSnapshot(
  context: CycleContext,
  memory: HeartbeatMemory,
  { derived: { built, diff }, previous, syncState, right, startedMs, pace }: Publishing,
): Promise<CycleOutcome> {
  const nowMs = context.clock.wallMs();
  const before = previous?.attestation ?? null;
  const attestation = newAttestation(context, { previous: before, syncState, startedMs, nowMs });
  const publication: Publication = {
    epoch: right.epoch,
    header: built.header,
    changedRows: diff?.changedRows ?? [],
    goneKeys: diff?.goneKeys ?? [],
    transitions: diff?.transitions ?? [],
    attestation,
    nowMs,
  };
  const result = await context.store.publish(publication, (done, total) =>
    pace.note({ phase: "publishing", done, total }),
  );
  if (result.kind === "refused") return { kind: "refused" };
  const { seq } = result;
  memory.published = { built, seq, epoch: right.epoch, publishedAtMs: nowMs, attestation };
  return { kind: "published", seq, epoch: right.epoch, attestation, tasks: built.rows.size };
}

/** Says that the published snapshot is still true. */
export async function attestSnapshot(
  context: CycleContext,
  memory: HeartbeatMemory,
  {
    derived: { built },
    previous,
    syncState,
    right,
    startedMs,
  }: CycleEnd & { readonly previous: PublishedMemory },
): Promise<CycleOutcome> {
  const nowMs = context.clock.wallMs();
  const attestation = newAttestation(context, {
    previous: previous.attestation,
    syncState,
    startedMs,
    nowMs,
  });
  if (!(await context.store.attest({ epoch: right.epoch, attestation }))) return { kind: "refused" };
  memory.published = { ...previous, built, attestation };
  return { kind: "attested", seq: previous.seq, epoch: previous.epoch, attestation, tasks: built.rows.size };
}

/** The last snapshot stays, and still says when it was true; its source says that it can not be confirmed (F9). */
export async function attestFailingTasks(
  { store }: CycleContext,
  memory: HeartbeatMemory,
  failure: {
    readonly right: PublishRight;
    readonly previous: PublishedMemory | null;
    readonly detail: string;
  },
): Promise<CycleOutcome> {
  const { right, previous, detail } = failure;
  if (previous !== null && (await right.confirm())) {
    const { sources } = previous.attestation;
    const tasks: Source = { ...sources.tasks, state: "failing", error: detail };
    const attestation = { ...previous.attestation, sources: { ...sources, tasks } };
    await store.attest({ epoch: right.epoch, attestation });
    memory.published = { ...previous, attestation };
  }
  return { kind: "failed", reason: "disk", detail };
}

/** "True now", from a cycle that began at `startedMs` by the monotonic clock. */
export function newAttestation(
  { clock, watch, config }: Pick<CycleContext, "clock" | "watch" | "config">,
  end: {
    readonly previous: Attestation | null;
    readonly syncState: PullRequestSyncState;
    readonly startedMs: number;
    readonly nowMs: number;
  },
): Attestation {
  const observed_at = isoTime(end.nowMs);
  return {
    cycle: (end.previous?.cycle ?? 0) + 1,
    observed_at,
    duration_ms: Math.round(clock.monotonicMs() - end.startedMs),
    sources: {
      tasks: { state: "ok", observed_at, error: null, mode: watch?.mode() ?? null },
      // Read from the store in the same cycle; a store that cannot be read fails all of it.
      runs: { state: "ok", observed_at, error: null, mode: null },
      // Looked up beside the cycles: as old as its last round.
      pull_requests: viewSource(end.syncState, config.github),
    },
  };
}
