// Pull requests synced within one command. Loaded only by commands that sync.

import type { SyncedPullRequests } from "../cycle/cycle-context.ts";
import type { Heartbeat } from "../cycle/heartbeat.ts";
import { PullRequestSync, type PullRequestSyncContext, syncInputOf } from "../delivery/pull-request-sync.ts";

/** How long a command waits for a slow host: then it shows what is known, and the next command syncs again. */
const SYNC_WAIT_MS = 8_000;
/** Some two thousand requests. The next command continues. */
const ROUNDS_MAX = 5;

export type SyncOnce = {
  current(): Promise<SyncedPullRequests>;
  /** Whether a sync is due. */
  isWanted(): Promise<boolean>;
  /** Syncs what the last cycle found until nothing is postponed. False: there was no cycle. */
  sync(heartbeat: Heartbeat, epoch: number): Promise<boolean>;
};

export function createSyncOnce(context: PullRequestSyncContext, stopped: AbortSignal): SyncOnce {
  const pullRequests = new PullRequestSync(context);
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(SYNC_WAIT_MS)]);
  return {
    current: () => pullRequests.current(),
    isWanted: () => pullRequests.wantsSync(signal),
    sync: async (heartbeat, epoch) => {
      const about = syncInputOf(heartbeat);
      if (about === null) return false;
      for (let rounds = 1; ; rounds += 1) {
        await pullRequests.syncIfDue({ epoch, about, signal });
        const { postponed } = (await pullRequests.current()).state;
        if (postponed.length === 0 || rounds === ROUNDS_MAX || signal.aborted) return true;
      }
    },
  };
}
