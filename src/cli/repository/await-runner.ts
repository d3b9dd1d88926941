// After a command has written: the next page load shows it (F11). A runner in another process is asked for a cycle and
// waited for, briefly: should it be slow, the page says itself how old it is.

import { requestCycle } from "../../app/runner/request-cycle.ts";
import type { Store } from "../../ports/store/store.ts";
import { StoreError } from "../../ports/store/store-error.ts";
import type { RepositoryContext } from "../contract/command.ts";

/** A cycle that finds little to do takes milliseconds; nobody wants to wait longer for a page they may not look at. */
const SHOWN_WAIT_MS = 2_000;

/** Whether a runner holds the lease, and is not surely dead. */
export async function isRunnerAlive(
  { world }: Pick<RepositoryContext, "world">,
  store: Pick<Store, "readLease">,
): Promise<boolean> {
  const lease = await store.readLease();
  if (lease === null || lease.expiresAtMs <= world.clock.wallMs()) return false;
  return (await world.openProcessProbe()).see(lease.holder) !== "gone";
}

/**
 * Waits until the runner's cycle has seen what was written; true when there is a runner. What was asked for is done by
 * now: a store that cannot be used at this moment makes no failure of it, and the runner finds it by itself.
 */
export async function awaitRunner(
  context: Pick<RepositoryContext, "world" | "signal">,
  store: Store,
): Promise<boolean> {
  const { world, signal } = context;
  let isAlive = false;
  try {
    isAlive = await isRunnerAlive(context, store);
    if (isAlive) await requestCycle({ clock: world.clock, store, limitMs: SHOWN_WAIT_MS, signal });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
  return isAlive;
}
