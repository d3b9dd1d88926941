// How long a run's files are kept: its log, what its agent did, and its prompt. They are what a person reads to see what
// happened, and they hold what the agent saw, so they go some time after the run is closed.

import type { Run } from "../contract/run.ts";
import { DAY_MS } from "../values/durations.ts";

export type TranscriptAge = {
  /** When the run's folder last changed. */
  readonly changedAtMs: number;
  readonly nowMs: number;
  /** The setting worker.transcript_days. */
  readonly days: number;
};

/** Whether the files may go. A run that the store does not know counts from their last change. */
export function isTranscriptOver(
  run: Pick<Run, "state" | "sinceMs"> | null,
  { changedAtMs, nowMs, days }: TranscriptAge,
): boolean {
  if (run !== null && run.state !== "closed") return false;
  return nowMs - (run?.sinceMs ?? changedAtMs) > days * DAY_MS;
}
