// The demo's workers: a few tasks are kicked off so that the page is alive, and all workers are stopped when it ends.

import { isLive } from "../../core/contract/run.ts";
import type { RunsContext } from "../runs/change/runs-context.ts";
import { type KickoffRequest, kickoff } from "../runs/requests/kickoff.ts";
import { pauseStarts } from "../runs/requests/pause-starts.ts";
import { stopRun } from "../runs/requests/stop-run.ts";
import { sleep } from "../wait/sleep.ts";

/** What each of them plays stands in the example's agent.mjs. */
const PLAYED = [
  "rank-tables-by-real-usage",
  "reject-unknown-keys-in-face-files",
  "startup-and-post-pull-reconcile-hooks",
  "evaluation-set-of-200-analyst-questions",
  "quickstart-dashboard-for-salesforce",
  "reconcile-arr-with-the-billing-ledger",
];

/** It meets the usage limit of an account that the others do not share. */
const LIMITED = "write-a-runbook-for-the-task-manager";
/** It is queued for the same account then, and starts when that limit is over. */
const BEHIND_LIMITED = "conversation-memory-across-sessions";
/** The entry of `workers:` that has that account (make-demo.ts). */
export const LIMITED_WORKER = "subscription";
/** The limit is met after a fraction of this. */
const LIMIT_WAIT_MS = 60_000;

/** The first update of the demo tree takes a fraction of this. */
const FIRST_SNAPSHOT_WAIT_MS = 10_000;
const LOOK_MS = 100;
const DEMO = "the demo";

/** Kicks the tasks off once there is a snapshot; returns what was refused, in sentences. */
export async function beginPlay(context: RunsContext, signal: AbortSignal): Promise<readonly string[]> {
  const untilMs = context.clock.monotonicMs() + FIRST_SNAPSHOT_WAIT_MS;
  while ((await context.store.readPublished()) === null) {
    if (signal.aborted || context.clock.monotonicMs() > untilMs) return [];
    await sleep(LOOK_MS, signal);
  }
  const answers = [
    ...(await kickoff(context, PLAYED, { by: DEMO, note: null })),
    ...(await kickoff(context, [LIMITED], ON_LIMITED)),
    ...((await isLimitMet(context, signal)) ? await kickoff(context, [BEHIND_LIMITED], ON_LIMITED) : []),
  ];
  return answers.flatMap((answer) => (answer.kind === "refused" ? [`${answer.message} ${answer.hint}`] : []));
}

const ON_LIMITED: KickoffRequest = { by: DEMO, note: null, worker: LIMITED_WORKER };

/** Waits for it; false if it is not met in time, or the demo ends. */
async function isLimitMet({ store, clock }: RunsContext, signal: AbortSignal): Promise<boolean> {
  const untilMs = clock.monotonicMs() + LIMIT_WAIT_MS;
  while (!signal.aborted && clock.monotonicMs() < untilMs) {
    if ((await store.readScopedPauses()).some(({ cause }) => cause === "limit")) return true;
    await sleep(LOOK_MS, signal);
  }
  return false;
}

/** Ends them all, and lets none begin meanwhile. */
export async function endPlay(context: RunsContext): Promise<void> {
  const signal = new AbortController().signal;
  await pauseStarts(context, { by: DEMO, note: "it ends" });
  const live = (await context.store.readOpenRuns()).filter(isLive);
  await Promise.all(live.map((run) => stopRun(context, run, { by: DEMO, note: null, signal })));
}
