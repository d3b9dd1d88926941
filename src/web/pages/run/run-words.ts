// Runs in plain words, for rows and pages alike.

import type { Run, RunState } from "../../../core/run/run.ts";
import type { RunView } from "../../../core/snapshot/run-schema.ts";

type Worked = Pick<RunView, "kind" | "worker_name" | "queued_by" | "attempt" | "host">;

/** "claude, attempt 2", "rj, by hand", "claude, attempt 1, on build-2"; `home` is where the runner is. */
export function workerWords(run: Worked, home: string): string {
  const name = run.worker_name ?? (run.kind === "by_hand" ? run.queued_by : "a worker");
  if (run.kind === "by_hand") return `${name}, by hand`;
  const elsewhere = run.host === null || run.host === home ? "" : `, on ${run.host}`;
  return `${name}, attempt ${run.attempt}${elsewhere}`;
}

export const RUN_STATE_WORDS: Readonly<Record<RunState, string>> = {
  queued: "queued",
  dispatching: "starting",
  running: "running",
  exited: "ended",
  failed: "failed",
  interrupted: "interrupted",
  closed: "closed",
};

/** How a run ended up, or stands: "closed as delivered by dave", "ended, its worker says done". */
export function standingWords({
  state,
  outcome,
  closing,
}: Pick<Run, "state" | "outcome" | "closing">): string {
  if (closing !== null) return `${closing.as} by ${closing.by}: ${closing.why}`;
  const said = outcome === null ? "" : `, its worker says ${outcome.kind}`;
  return `${RUN_STATE_WORDS[state]}${said}`;
}

/** A worker of ours may be alive. */
export function isAtWork(run: Pick<RunView, "state"> | null): boolean {
  return run?.state === "dispatching" || run?.state === "running";
}
