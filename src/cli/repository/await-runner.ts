// After a command has written something, the next page load shows it (F11). A runner in another process is asked for a
// cycle and waited for, briefly: if it is slow, the page itself shows how old it is.

import { requestCycle } from "../../app/runner/request-cycle.ts";
import type { Store } from "../../ports/store/store.ts";
import { StoreError } from "../../ports/store/store-error.ts";
import type { RepositoryContext } from "../contract/command.ts";

/** A cycle that finds little to do takes milliseconds, and a longer wait is not worth a page that may not be open. */
const SHOWN_WAIT_MS = 2_000;

/** Whether a runner holds the lease and is not known to be dead. */
export async function isRunnerAlive(
  { system }: Pick<RepositoryContext, "system">,
  store: Pick<Store, "readLease">,
): Promise<boolean> {
  const lease = await store.readLease();
  if (lease === null || lease.expiresAtMs <= system.clock.wallMs()) return false;
  return (await system.openProcessProbe()).see(lease.holder) !== "gone";
}

/**
 * Waits until the runner's cycle has seen what was written; true when there is a runner. What was asked for is done by
 * now, so a store that cannot be used at this moment is no failure: the runner will find the change.
 */
export async function awaitRunner(
  context: Pick<RepositoryContext, "system" | "signal">,
  store: Store,
): Promise<boolean> {
  const { system, signal } = context;
  let isAlive = false;
  try {
    isAlive = await isRunnerAlive(context, store);
    if (isAlive) await requestCycle({ clock: system.clock, store, limitMs: SHOWN_WAIT_MS, signal });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
  return isAlive;
}
