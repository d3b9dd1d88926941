// The server's copy of the newest snapshot, kept in memory so that no request touches a file, database or process (P5).
// Pages read it, request refreshes, and subscribe to it; server-state.ts says where it comes from.

import type { ActivityEvent } from "../../core/contract/activity.ts";
import type { Attestation, Freshness, Snapshot } from "../../core/contract/snapshot.ts";
import type { Unserved } from "../../core/cycle/freshness.ts";
import type { RowsByKey } from "../../core/publication/rows-by-key.ts";
import type { TransitionQuery } from "../../ports/store/store.ts";

export type SnapshotView = {
  /** The whole repository (`everyone`); owners are projections of it. Identity changes only with `seq` or `epoch`. */
  readonly snapshot: Snapshot;
  readonly attestation: Attestation;
  readonly rowByKey: RowsByKey;
  /** Newest first; enough for the page's feed; null for a snapshot file, which has none. Identity changes only with `snapshot`. */
  readonly newestTransitions: readonly ActivityEvent[] | null;
};

export type ShownView = Pick<SnapshotView, "snapshot" | "attestation">;

export type LiveEvent =
  | { readonly kind: "published"; readonly seq: number; readonly epoch: number }
  | { readonly kind: "attested" }
  /** The freshness state or reason changed: late, stale, fresh again. */
  | { readonly kind: "freshness" };

/**
 * `refreshed`: by a cycle that started after the load. `timed_out`: an update still runs, or has not started.
 * `held_back`: loads have used their share of the processor.
 */
export type RefreshOutcome = "refreshed" | Unserved;

/** Counters for /metrics; all only grow. */
export type LiveCounters = {
  readonly refreshesRequested: number;
  readonly refreshesCoalesced: number;
  readonly cyclesSucceeded: number;
  readonly cyclesFailedByReason: Readonly<Record<string, number>>;
};

export type LiveSnapshot = {
  /** Null before the first snapshot. */
  view(): SnapshotView | null;
  /** Of this moment; for a load, with the outcome of its refresh. */
  freshness(load?: RefreshOutcome): Freshness;
  /** Waits at most `waitMs` for a cycle that starts from now on. Never throws. */
  refresh(options: { readonly waitMs: number }): Promise<RefreshOutcome>;
  /** The same after a change made here, whatever the budget; waits at most `refresh.wait_ms` (F11). Never throws. */
  refreshNow(): Promise<void>;
  /** Requests a sync of pull requests, and returns at once. Never throws. */
  requestSync(): void;
  subscribe(listener: (event: LiveEvent) => void): () => void;
  readTransitions(query: TransitionQuery): Promise<readonly ActivityEvent[]>;
  counters(): LiveCounters;
  /** Sentences an operator should see once: a second server, a store that was rebuilt, polling. */
  notices(): readonly string[];
};
