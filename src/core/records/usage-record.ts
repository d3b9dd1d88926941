// What an attempt used in one hour: the ledger from which costs are added up.

import type { RunId } from "./run-id.ts";

/** Of one attempt in one hour. A later record of the same run, attempt and hour replaces it. */
export type UsageRecord = {
  readonly run: RunId;
  /** When the attempt started: an attempt number can come twice, since waiting for a limit costs none. */
  readonly startedAtMs: number;
  /** Start of the hour, UTC. */
  readonly hourMs: number;
  /** Of the task. */
  readonly key: string;
  readonly owner: string | null;
  /** Its name in `workers:`. */
  readonly worker: string;
  readonly account: string;
  readonly model: string | null;
  /** Without what was read from a cache. */
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  /** US dollars; null: unknown, which is not 0. */
  readonly usd: number | null;
  /** Computed from `costs.prices`, not reported. */
  readonly isEstimate: boolean;
  readonly tools: number;
  /** At work: neither asleep nor waiting. */
  readonly workMs: number;
  /** False where the agent counts no tokens. */
  readonly countsTokens: boolean;
};
