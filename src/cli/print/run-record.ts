// A run as JSON: what a task's row says of it, and what only the list of runs shows.

import type { AgentActivity } from "../../core/agent/activity/agent-activity.ts";
import type { Run } from "../../core/contract/run.ts";
import type { BudgetLimits } from "../../core/costs/budget-limits.ts";
import { describeAttempt } from "../../core/run/attempt-end.ts";
import { NOTHING_SEEN } from "../../core/run/run-facts.ts";
import { viewRun } from "../../core/snapshot/view-run.ts";
import { isoTime } from "../../core/text/iso-time.ts";

export type RunRecord = ReturnType<typeof runRecord>;

type LoadedAttempts = {
  readonly config: { readonly dispatch: { readonly attempts: number }; readonly budget: BudgetLimits };
};

/** What only a look at its processes would show is left out; `activity`: what its agent says it does. */
export function runRecord(run: Run, { config }: LoadedAttempts, activity: AgentActivity | null = null) {
  const { attempts, closing } = run;
  const settings = { attemptsMax: config.dispatch.attempts, rootHash: "", budget: config.budget };
  return {
    task: run.key,
    ...viewRun({ run, progress: null, seen: { ...NOTHING_SEEN, activity } }, settings),
    owner: run.owner,
    note: run.queued.note,
    attempts: attempts.map(({ number, startedAtMs, endedAtMs, ...how }) => ({
      number,
      started_at: isoTime(startedAtMs),
      ended_at: isoTime(endedAtMs),
      end: describeAttempt(how),
    })),
    closed: closing && { as: closing.as, by: closing.by, at: isoTime(closing.atMs), why: closing.why },
  };
}
