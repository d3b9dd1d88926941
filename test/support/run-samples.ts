// Runs as tests need them: a queued one by default, at the time that trees of tests count from.

import { type AgentActivity, emptyActivity } from "../../src/core/agent/activity/agent-activity.ts";
import type { Run, RunId } from "../../src/core/contract/run.ts";
import type { RunView } from "../../src/core/contract/run-view.ts";
import { NO_LIMITS } from "../../src/core/costs/budget-limits.ts";
import { NO_RUNS, NOTHING_SEEN, type RunFacts, type RunsInput } from "../../src/core/run/run-facts.ts";
import { queueRun } from "../../src/core/run/run-transitions.ts";
import { viewRun } from "../../src/core/snapshot/view-run.ts";
import { isoTime } from "../../src/core/text/iso-time.ts";
import { NOON_MS } from "./task-tree.ts";

export const ATTEMPTS_MAX = 3;

/** A queued run of task `a`, with overrides. */
export function sampleRun(overrides: Partial<Run> = {}): Run {
  const key = overrides.key ?? "a";
  const act = { by: "dave", atMs: NOON_MS };
  const run = queueRun({ id: `run-${key}` as RunId, key, owner: "dave", act, note: null });
  return { ...run, portBlock: 0, ...overrides };
}

/** What a row says of a run. */
export function runView(overrides: Partial<RunView> = {}): RunView {
  return {
    ...viewRun(runFacts(sampleRun()), { attemptsMax: ATTEMPTS_MAX, rootHash: "", budget: NO_LIMITS }),
    since: isoTime(NOON_MS),
    ...overrides,
  };
}

export function runFacts(run: Run, overrides: Partial<RunFacts> = {}): RunFacts {
  return { run, progress: null, seen: NOTHING_SEEN, ...overrides };
}

/** What the agent of attempt 0 says: nothing yet, with overrides. */
export function sampleActivity(overrides: Partial<AgentActivity> = {}): AgentActivity {
  return { ...emptyActivity(0).activity, ...overrides };
}

/** The runs of a tree in which these are open. */
export function runsInput(facts: readonly RunFacts[], overrides: Partial<RunsInput> = {}): RunsInput {
  return {
    ...NO_RUNS,
    attemptsMax: ATTEMPTS_MAX,
    byKey: new Map(facts.map((one) => [one.run.key, one])),
    ...overrides,
  };
}
