// What commands read: the newest snapshot with its freshness, as on the pages. A list runs a cycle (here, or through the
// holder of the lease); one task does not: it costs one row and one file, however many tasks there are (P11).

import type { Attestation, Freshness, Snapshot, TaskRow } from "../../core/contract/snapshot.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { ageAtReceipt } from "../../core/cycle/age.ts";
import { type CycleAttempt, computeFreshness } from "../../core/cycle/freshness.ts";
import type { CycleRecord } from "../../ports/store/store.ts";
import type { TreeRead, TreeReader } from "../../ports/tree/tree-reader.ts";
import type { RunnerContext } from "../cycle/cycle-context.ts";
import { describeFailure } from "../cycle/describe-failure.ts";
import { loadView, viewFromFile } from "../server/load-view.ts";
import { runOnce } from "./run-once.ts";

export type ReadSnapshot = {
  /** The whole repository. */
  readonly snapshot: Snapshot;
  readonly attestation: Attestation;
  readonly freshness: Freshness;
};

export type ReadOptions = {
  /** Runs a cycle first. */
  readonly fresh: boolean;
  /** Syncs pull requests first, if that is due and no runner does. */
  readonly syncs?: boolean;
  /** Ends the wait for another process. */
  readonly signal?: AbortSignal;
};

/** If the cycle fails, the last snapshot with the failure in its freshness. Throws UserError only without any snapshot. */
export async function readSnapshot(context: RunnerContext, options: ReadOptions): Promise<ReadSnapshot> {
  const { fresh } = options;
  const failure = fresh ? await tryCycle(context, options) : null;
  try {
    const view = await loadView(context.store, null);
    if (view !== null) return await withFreshness(context, view, { asked: fresh, failure });
  } catch (error) {
    const file = await viewFromFile(context.snapshotFiles);
    if (file === null) throw error;
    const evidence = { runner: "alive", newest: null, failure: error } as const;
    return { ...file, freshness: judge(context, file.attestation, evidence) };
  }
  throw failure ?? nothingPublished();
}

export type ReadTask = {
  /** All that share the slug. */
  readonly rows: readonly TaskRow[];
  /** The file of the one row, as it is now; null unless there is exactly one. */
  readonly file: TreeRead | null;
  readonly freshness: Freshness;
};

/** One task by key or slug, from its row and its file alone. Throws UserError when nothing was ever published. */
export async function readTask(
  context: RunnerContext & { readonly reader: TreeReader },
  asked: string,
): Promise<ReadTask> {
  const { store, reader } = context;
  const published = await store.readPublished();
  if (published === null) throw nothingPublished();
  const byKey = await store.readRow(asked);
  const rows = byKey === null ? await store.readRowsBySlug(asked) : [byKey];
  const [row] = rows;
  const file = row !== undefined && rows.length === 1 ? await reader.read(row.file) : null;
  const { freshness } = await withFreshness(context, published, { asked: false, failure: null });
  return { rows, file, freshness };
}

/** The failure, or null. */
async function tryCycle(
  context: RunnerContext,
  { signal, syncs = false }: ReadOptions,
): Promise<UserError | null> {
  try {
    await runOnce(context, { files: "when_published", syncs, ...(signal && { signal }) });
    return null;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

async function withFreshness<View extends { readonly attestation: Attestation }>(
  context: RunnerContext,
  view: View,
  { asked, failure }: { readonly asked: boolean; readonly failure: UserError | null },
): Promise<View & { readonly freshness: Freshness }> {
  const lease = await context.store.readLease();
  const isHeld = lease !== null && context.clock.wallMs() < lease.expiresAtMs;
  const [newest = null] = await context.store.readCycles(1);
  // After a cycle of our own no runner is needed.
  const runner = asked || isHeld ? "alive" : "gone";
  return { ...view, freshness: judge(context, view.attestation, { runner, newest, failure }) };
}

type Evidence = {
  readonly runner: "alive" | "gone";
  readonly newest: CycleRecord | null;
  readonly failure: unknown;
};

function judge(context: RunnerContext, attestation: Attestation, evidence: Evidence): Freshness {
  const { clock, config } = context;
  const nowMs = clock.wallMs();
  const observedAtMs = Date.parse(attestation.observed_at);
  return computeFreshness({
    ageMs: ageAtReceipt(observedAtMs, { wallMs: nowMs, monotonicMs: clock.monotonicMs() }).ageMs,
    observedAt: attestation.observed_at,
    lastAttempt: lastAttempt(evidence, nowMs),
    lastSuccessAtMs: observedAtMs,
    runner: evidence.runner,
    nextAttemptAtMs: null,
    lateMs: config.freshness.late_s * 1000,
    staleMs: config.freshness.stale_s * 1000,
    waitMs: config.refresh.wait_ms,
    nowMs,
  });
}

/** A failed cycle is in the history, with its reason; anything else that went wrong never became a cycle. */
function lastAttempt({ newest, failure }: Evidence, nowMs: number): CycleAttempt | null {
  if (failure === null || newest?.outcome === "failed") return newest;
  return { startedAtMs: nowMs, endedAtMs: nowMs, outcome: "failed", ...describeFailure(failure) };
}

function nothingPublished(): UserError {
  return new UserError({
    code: "heartbeat_failed",
    message: "There is no snapshot of this repository yet.",
    hint: "Run `tasks heartbeat` to make one.",
  });
}
