import type { Run } from "../../contract/run.ts";
import type { TaskRow } from "../../contract/snapshot.ts";
import { MINUTE_MS } from "../../values/durations.ts";

/** Checks of a push that was made just before the wait need so long to appear at the host and here. */
const CHECKS_APPEAR_MS = 3 * MINUTE_MS;
/** What workers call the checks of their pull request: "CI 8812", "checks of #41". */
const NAMES_CHECKS = /\b(?:ci|checks?|pipelines?|workflows?|github actions)\b/i;

/**
 * A run in the queue declared to wait for the checks of its task's pull request, and they have ended. Everything else that
 * workers wait for is unknown here, and ends at its time.
 */
export function isWaitDone(
  { state, held }: Pick<Run, "state" | "held">,
  { pull_request: pullRequest }: Pick<TaskRow, "pull_request">,
  nowMs: number,
): boolean {
  if (state !== "queued" || held?.cause !== "wait" || !NAMES_CHECKS.test(held.on)) return false;
  if (pullRequest === null || nowMs - held.sinceMs < CHECKS_APPEAR_MS) return false;
  const { running, passing, failing, missing } = pullRequest.checks;
  return running === 0 && missing.length === 0 && passing + failing > 0;
}
