// What the store keeps of pull requests: the facts that the host last told, how far the look-ups have come, and what was
// done for branches. Part of the port Store.

import type { ActionChange } from "../../core/contract/activity.ts";
import type { PullRequest } from "../../core/contract/pull-request.ts";
import type { DeliveryRecord } from "../../core/pull-request/judge-delivery.ts";
import type { PullRequestSyncState } from "../../core/pull-request/sync-state.ts";

export type StoredPullRequests = {
  /** Null before the first look-up. */
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
  /**
   * Replaces the care record of one pull request, only if it is still `before` (null: there was none). Whoever gets true
   * has taken the step; nobody else will take it as well.
   */
  replaceCare(input: {
    readonly before: DeliveryRecord | null;
    readonly after: DeliveryRecord;
    /** For the activity feed, written with it or not at all. */
    readonly action?: ActionChange;
  }): Promise<boolean>;
  /**
   * Grows with every change of a fact or a care record; not with look-ups that found the same. A changed care record
   * also counts as a change of the runs, so that a runner shows it soon.
   */
  readPullRequestsVersion(): Promise<number>;
};
