// A LiveSnapshot that a test drives by hand: what it shows, how long a refresh takes, and what it tells subscribers.

import type {
  LiveCounters,
  LiveEvent,
  LiveSnapshot,
  RefreshOutcome,
  SnapshotView,
} from "../../src/app/server/live-snapshot.ts";
import type { ActivityEvent } from "../../src/core/contract/activity.ts";
import type { Attestation, Freshness, Snapshot, TaskRow } from "../../src/core/contract/snapshot.ts";
import type { TransitionQuery } from "../../src/ports/store/store.ts";
import { FRESH, sampleAttestation, sampleSnapshot, sampleTransitions } from "./sample-snapshot.ts";

/** Shown before the first snapshot. */
export const UNKNOWN: Freshness = {
  state: "unknown",
  stale: true,
  stale_reason: "starting",
  detail: "The first update is in progress.",
  age_ms: null,
  observed_at: null,
  last_attempt_at: null,
  last_success_at: null,
  next_attempt_at: null,
  progress: null,
};

/** What is said of a load that no update answered. */
const LATE = { state: "late", stale: true, stale_reason: "rate-limit", detail: "Held back." } as const;

export class FakeLiveSnapshot implements LiveSnapshot {
  /** Waits asked for, one entry per call of refresh(). */
  readonly refreshes: number[] = [];
  /** Calls of requestSync(). */
  syncRequests = 0;
  /** Calls of refreshNow(). */
  refreshesNow = 0;
  /** Runs inside refreshNow(): a test publishes what an action changed. */
  onRefreshNow: () => void | Promise<void> = () => {};
  /** Runs inside refresh(): a test publishes here, or returns a promise that settles late. */
  onRefresh: () => RefreshOutcome | Promise<RefreshOutcome> = () => "refreshed";
  transitions: readonly ActivityEvent[] = sampleTransitions();
  noticeTexts: readonly string[] = [];
  countersNow: LiveCounters = {
    refreshesRequested: 0,
    refreshesCoalesced: 0,
    cyclesSucceeded: 0,
    cyclesFailedByReason: {},
  };
  #view: SnapshotView | null = null;
  #freshness: Freshness = UNKNOWN;
  readonly #listeners = new Set<(event: LiveEvent) => void>();

  /** The sample snapshot, fresh by default. */
  static showing(snapshot: Snapshot = sampleSnapshot()): FakeLiveSnapshot {
    const live = new FakeLiveSnapshot();
    live.show(snapshot);
    return live;
  }

  /** Replaces the snapshot without an event. */
  show(snapshot: Snapshot, attestation: Attestation = sampleAttestation()): void {
    this.#view = {
      snapshot,
      attestation,
      rowByKey: new Map(snapshot.tasks.map((row) => [row.key, row])),
      newestTransitions: this.transitions,
    };
    this.#freshness = FRESH;
  }

  /** A publication with the next `seq`; what is not about its rows stays as it was. */
  publish(rows: readonly TaskRow[], changes: Partial<Pick<Snapshot, "dispatch">> = {}): void {
    const before = this.#view;
    const seq = (before?.snapshot.seq ?? 0) + 1;
    const { dispatch } = before?.snapshot ?? {};
    const kept = dispatch === undefined ? {} : { dispatch };
    this.show(sampleSnapshot(rows, { seq, ...kept, ...changes }), before?.attestation ?? sampleAttestation());
    this.emit({ kind: "published", seq, epoch: 3 });
  }

  /** A cycle that changed nothing. */
  attest(attestation: Attestation): void {
    if (this.#view === null) throw new Error("Nothing to attest before the first snapshot.");
    this.#view = { ...this.#view, attestation };
    this.emit({ kind: "attested" });
  }

  become(freshness: Freshness): void {
    this.#freshness = freshness;
    this.emit({ kind: "freshness" });
  }

  setAge(ageMs: number): void {
    this.#freshness = { ...this.#freshness, age_ms: ageMs };
  }

  emit(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  get subscribers(): number {
    return this.#listeners.size;
  }

  view(): SnapshotView | null {
    return this.#view;
  }

  freshness(load: RefreshOutcome = "refreshed"): Freshness {
    return load === "refreshed" ? this.#freshness : { ...this.#freshness, ...LATE };
  }

  async refresh({ waitMs }: { readonly waitMs: number }): Promise<RefreshOutcome> {
    this.refreshes.push(waitMs);
    return this.onRefresh();
  }

  requestSync(): void {
    this.syncRequests += 1;
  }

  async refreshNow(): Promise<void> {
    this.refreshesNow += 1;
    await this.onRefreshNow();
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async readTransitions(query: TransitionQuery): Promise<readonly ActivityEvent[]> {
    const { beforeId = Number.POSITIVE_INFINITY, sinceMs = Number.NEGATIVE_INFINITY } = query;
    return this.transitions
      .filter((one) => one.id < beforeId && one.atMs >= sinceMs)
      .filter((one) => query.key === undefined || one.key === query.key)
      .filter((one) => query.owner === undefined || one.owner === query.owner)
      .slice(0, query.limit);
  }

  counters(): LiveCounters {
    return this.countersNow;
  }

  notices(): readonly string[] {
    return this.noticeTexts;
  }
}
