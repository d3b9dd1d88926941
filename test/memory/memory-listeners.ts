// Listeners of the store in memory: users that share it play other processes, so every change is reported to all.

import type { Store } from "../../src/ports/store/store.ts";

const CHANGES = [
  ...(["claimLease", "renewLease", "releaseLease", "requestRefresh", "answerRefresh"] as const),
  ...(["publish", "attest", "recordCycle", "writeIndex", "writeCommitDates", "writeResumePoint"] as const),
  ...(["insertRun", "replaceRun", "writePause", "writeAcknowledgement", "dropAcknowledgement"] as const),
  ...(["writePullRequests", "replaceCare"] as const),
  ...(["writeScopedPause", "dropScopedPause", "writeAccountWindow"] as const),
  ...(["addNotifications", "replaceNotification"] as const),
] satisfies readonly (keyof Store)[];

/** The same store, with listeners that are called after each change. */
export function withListeners(store: Omit<Store, "onChange">): Store {
  const listeners = new Set<() => void>();
  const listened: Store = {
    ...store,
    onChange: (listener) => {
      const entry = () => listener();
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
  for (const name of CHANGES) {
    const change = store[name] as (input: unknown) => Promise<unknown>;
    const notifying = async (input: unknown) => {
      const result = await change(input);
      for (const listener of [...listeners]) listener();
      return result;
    };
    Object.assign(listened, { [name]: notifying });
  }
  return listened;
}
