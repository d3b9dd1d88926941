// The server's copy of the newest snapshot, kept in memory so that no request touches a file, database or process (P5).
// Pages read it, ask it for a refresh, and subscribe to it; how it is fed (runner by IPC, store by polling, snapshot
// file when the store cannot be read) is its own business.

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

/** What a reader is shown of it, and how old that is. */
export type ShownView = Pick<SnapshotView, "snapshot" | "attestation">;

export type LiveEvent =
  | { readonly kind: "published"; readonly seq: number; readonly epoch: number }
  | { readonly kind: "attested" }
  /** The freshness state or reason changed: late, stale, fresh again. */
  | { readonly kind: "freshness" };

/**
 * `refreshed`: by a cycle that began after the load was asked. `timed_out`: an update still runs, or has not begun.
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
  /** Of this moment; for a load, with what became of its refresh. */
  freshness(load?: RefreshOutcome): Freshness;
  /** Waits for a cycle that begins from now on; resolves at the latest after `waitMs`. Never throws. */
  refresh(options: { readonly waitMs: number }): Promise<RefreshOutcome>;
  /**
   * After a change made here: the same, and nothing holds it back; at the latest after `refresh.wait_ms` (F11). Never
   * throws.
   */
  refreshNow(): Promise<void>;
  /** A person wants to know how pull requests are now: asks for a look-up, and returns at once. Never throws. */
  lookUp(): void;
  subscribe(listener: (event: LiveEvent) => void): () => void;
  readTransitions(query: TransitionQuery): Promise<readonly ActivityEvent[]>;
  counters(): LiveCounters;
  /** Sentences an operator should see once: a second server, a store that was rebuilt, polling. */
  notices(): readonly string[];
};
