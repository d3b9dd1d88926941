// The part of the memory store that keeps pull requests.

import type { ActionChange } from "../../src/core/contract/activity.ts";
import type { PullRequest } from "../../src/core/contract/pull-request.ts";
import type { DeliveryRecord } from "../../src/core/pull-request/judge-delivery.ts";
import type { PullRequestSyncState } from "../../src/core/pull-request/sync-state.ts";
import { sameValue } from "../../src/core/values/same-value.ts";
import type { PullRequestStore } from "../../src/ports/store/pull-request-store.ts";

/** `mayWrite`: whether that epoch is the newest, and its lease was not released. */
export function pullRequestMethods(
  mayWrite: (epoch: number) => boolean,
  recordRunsChange: (action?: ActionChange) => void,
): PullRequestStore {
  const known = new Map<number, PullRequest>();
  const care = new Map<number, DeliveryRecord>();
  let state: PullRequestSyncState | null = null;
  let version = 0;
  return {
    async readPullRequests() {
      return { state, known: inOrder(known), care: inOrder(care) };
    },
    async writePullRequests({ epoch, state: next, changed, gone }) {
      if (!mayWrite(epoch)) return false;
      state = next;
      for (const one of changed) known.set(one.number, one);
      for (const number of gone) {
        known.delete(number);
        care.delete(number);
      }
      if (changed.length + gone.length > 0) version += 1;
      return true;
    },
    async replaceCare({ before, after, action }) {
      if (!sameValue(care.get(after.number) ?? null, before)) return false;
      care.set(after.number, after);
      version += 1;
      recordRunsChange(action);
      return true;
    },
    async readPullRequestsVersion() {
      return version;
    },
  };
}

function inOrder<Item extends { readonly number: number }>(items: ReadonlyMap<number, Item>): Item[] {
  return [...items.values()].sort((a, b) => a.number - b.number);
}
