// Why a cycle runs and how it ended. Causes that arrive during a cycle are merged into the next one.

import type { Attestation, StaleReason } from "./snapshot.ts";

/** All causes, in the order in which histories name them. */
export const CYCLE_CAUSES = [
  /** The runner took the lease. */
  "start",
  /** `tasks heartbeat`. */
  "command",
  /** A page was opened, or a refresh requested. */
  "refresh",
  /** The file watcher reported changes. */
  "file_change",
  /** A run, a pause or an acknowledgement changed in the store. */
  "run_event",
  /** A pull request sync found changes. */
  "pull_request_news",
  /** The background `git log` found dates. */
  "commit_dates",
  /** A full scan is due. */
  "scan_timer",
  /** A cycle is due. */
  "cycle_timer",
] as const;
export type CycleCause = (typeof CYCLE_CAUSES)[number];

/** Why a cycle failed: a code and a sentence. */
export type CycleFailure = { readonly reason: StaleReason; readonly detail: string };

export type CycleOutcome =
  | {
      /** `published`: the content changed. `attested`: it is confirmed unchanged. */
      readonly kind: "published" | "attested";
      readonly seq: number;
      readonly epoch: number;
      readonly attestation: Attestation;
      readonly tasks: number;
    }
  | ({ readonly kind: "failed" } & CycleFailure)
  /** The store has a newer epoch: another process holds the lease, and nothing was written. */
  | { readonly kind: "refused" };

/** Causes for one line of history: `refresh, file_change`. */
export function nameCauses(causes: ReadonlySet<CycleCause>): string {
  return CYCLE_CAUSES.filter((cause) => causes.has(cause)).join(", ");
}
