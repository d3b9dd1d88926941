// What the store keeps of pull requests: the last facts from the host, the state of the sync, and what delivery did. Part
// of the port Store.

import type { ActionChange } from "../../core/contract/activity.ts";
import type { PullRequest } from "../../core/contract/pull-request.ts";
import type { DeliveryRecord } from "../../core/pull-request/judge-delivery.ts";
import type { PullRequestSyncState } from "../../core/pull-request/sync-state.ts";

export type StoredPullRequests = {
  /** Null before the first sync. */
  readonly state: PullRequestSyncState | null;
  /** In order of number. */
  readonly known: readonly PullRequest[];
  /** In order of number. */
  readonly care: readonly DeliveryRecord[];
};

export type PullRequestStore = {
  readPullRequests(): Promise<StoredPullRequests>;
  /** Refused (false) for every epoch but the newest, as a publication is. `gone`: numbers that are no longer kept. */
  writePullRequests(input: {
    readonly epoch: number;
    readonly state: PullRequestSyncState;
    readonly changed: readonly PullRequest[];
    readonly gone: readonly number[];
  }): Promise<boolean>;
  /** Compare-and-set of one delivery record (`before` null: there was none). True: the caller, and no one else, took the step. */
  replaceCare(input: {
    readonly before: DeliveryRecord | null;
    readonly after: DeliveryRecord;
    /** For the activity feed, written with it or not at all. */
    readonly action?: ActionChange;
  }): Promise<boolean>;
  /**
   * Grows with every change of a fact or a delivery record, not when a sync found the same. A changed delivery record also
   * counts as a change of the runs, so that a runner shows it soon.
   */
  readPullRequestsVersion(): Promise<number>;
};
