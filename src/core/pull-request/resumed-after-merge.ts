import type { PullRequestView } from "../contract/pull-request-view.ts";
import type { RunView } from "../contract/run-view.ts";

/** GitHub's times are whole seconds. */
const HOST_TIME_STEP_MS = 1_000;

/** A run was queued again after the pull request was merged, or after that merge was reverted. */
export function resumedAfterMerge(
  { merge, merged_at: mergedAt }: PullRequestView,
  run: RunView | null,
): boolean {
  const at = merge?.at ?? mergedAt;
  if (run === null || at === null) return false;
  return Date.parse(run.queued_at) >= Date.parse(at) + HOST_TIME_STEP_MS;
}
