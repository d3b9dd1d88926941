// One cycle: why it runs, how it ended. Causes that arrive while a cycle runs are merged into the next one.

import type { Attestation, StaleReason } from "./snapshot.ts";

/** Every reason there is for a cycle, in the order they are named in histories. */
export const CYCLE_CAUSES = [
  /** The runner took the lease. */
  "start",
  /** `tasks heartbeat`. */
  "command",
  /** Somebody opened a page or asked by hand. */
  "refresh",
  /** A watch hinted that files changed. */
  "file_change",
  /** A run, a pause or an acknowledgement changed in the store. */
  "run_event",
  /** A look-up of pull requests found something else than before. */
  "pull_request_news",
  /** The background `git log` brought dates. */
  "commit_dates",
  /** The longest time between two full scans has passed. */
  "scan_timer",
  /** The longest time between two cycles has passed. */
  "cycle_timer",
] as const;
export type CycleCause = (typeof CYCLE_CAUSES)[number];

/** Why an attempt failed: the word from the closed list and a sentence for people. */
export type CycleFailure = { readonly reason: StaleReason; readonly detail: string };

export type CycleOutcome =
  | {
      /** `published`: the content changed. `attested`: it is the same, and still true. */
      readonly kind: "published" | "attested";
      readonly seq: number;
      readonly epoch: number;
      readonly attestation: Attestation;
      readonly tasks: number;
    }
  | ({ readonly kind: "failed" } & CycleFailure)
  /** The store has a newer epoch: the lease has passed to somebody else, and nothing was written. */
  | { readonly kind: "refused" };

/** Several causes as one line of history: `refresh, file_change`. */
export function nameCauses(causes: ReadonlySet<CycleCause>): string {
  return CYCLE_CAUSES.filter((cause) => causes.has(cause)).join(", ");
}
