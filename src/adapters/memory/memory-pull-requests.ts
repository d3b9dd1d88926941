// The part of the memory store that keeps pull requests.

import type { DeliveryRecord } from "../../core/pull-request/care.ts";
import type { PullRequestSyncState } from "../../core/pull-request/look-up-state.ts";
import type { PullRequest } from "../../core/pull-request/pull-request.ts";
import { sameValue } from "../../core/snapshot/same-value.ts";
import type { ActionChange } from "../../core/snapshot/transition.ts";
import type { PullRequestStore } from "../../ports/pull-request-store.ts";

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
