// Signals about a task's run, from its row, whatever the time. Those that depend on time, such as a silent worker, are in
// timed-signals.ts.

import { budgetText } from "../budget/budget-words.ts";
import { isUsedUp, NEAR_PERCENT } from "../budget/judge-budget.ts";
import type { PullRequestView } from "../contract/pull-request-view.ts";
import type { RunView } from "../contract/run-view.ts";
import type { SignalCode } from "../contract/signal.ts";
import { failureWords } from "../run/attempt-end.ts";
import { openQuestion } from "../run/open-question.ts";
import { namedProcesses } from "../text/listed.ts";
import type { Finding } from "./file-signals.ts";
import type { SignalEvidence } from "./signal-table.ts";

type RunRule = {
  readonly code: SignalCode;
  readonly tier: (run: RunView) => 1 | 2;
  readonly find: (run: RunView, pullRequest: PullRequestView | null) => SignalEvidence | null;
};

const needsPerson = () => 2 as const;
const worthWatching = () => 1 as const;

/** In the order people should read them: a worker waits for its answer. */
const RUN_RULES: readonly RunRule[] = [
  { code: "needs_answer", tier: needsPerson, find: needsAnswer },
  { code: "worker_blocked", tier: needsPerson, find: workerBlocked },
  { code: "dispatch_failed", tier: tierOfFailures, find: dispatchFailed },
  { code: "worker_gone", tier: tierOfFailures, find: workerGone },
  { code: "dispatch_completed_unreconciled", tier: needsPerson, find: endedWithoutOutcome },
  { code: "register_orphan", tier: needsPerson, find: worktreeGone },
  { code: "budget_reached", tier: needsPerson, find: budgetReached },
  { code: "budget_near", tier: worthWatching, find: budgetNear },
  { code: "loop", tier: worthWatching, find: loop },
  { code: "usage_limit", tier: worthWatching, find: usageLimit },
  { code: "action_denied", tier: worthWatching, find: actionDenied },
  { code: "left_running", tier: worthWatching, find: leftRunning },
  { code: "root_task_edited", tier: worthWatching, find: rootTaskEdited },
  { code: "metadata_drift", tier: worthWatching, find: metadataDrift },
];

/** The person who has taken over knows how the worker ended, and what it asked. */
const RULES_WHEN_TAKEN_OVER = RUN_RULES.filter(({ code }) => code === "register_orphan");

const NO_FINDINGS: readonly Finding[] = [];

/** Signals about the run of an open task. */
export function findRunSignals(
  run: RunView | null,
  pullRequest: PullRequestView | null = null,
): readonly Finding[] {
  if (run === null) return NO_FINDINGS;
  const rules = run.taken_over === null ? RUN_RULES : RULES_WHEN_TAKEN_OVER;
  return rules.flatMap(({ code, tier, find }) => {
    const evidence = find(run, pullRequest);
    return evidence === null ? [] : [{ code, tier: tier(run), evidence: { run: run.id, ...evidence } }];
  });
}

function needsAnswer(run: RunView): SignalEvidence | null {
  const question = openQuestion(run);
  if (question === null) return null;
  return {
    question: question.text,
    who: question.asked_by === "tasks" ? "tasks" : whoOf(run),
    asked: question.asked_at,
    ...(question.about === "permission" && { about: "permission" }),
    ...(question.choices.length > 0 && { choices: question.choices.join(", ") }),
  };
}

function workerBlocked(run: RunView): SignalEvidence | null {
  if (run.state !== "exited" || run.outcome?.kind !== "blocked") return null;
  return { who: whoOf(run), note: run.outcome.note };
}

/** One signal for all attempts: tier 2 once none is left. */
function tierOfFailures({ failures_in_row: failures, attempts_max: most }: RunView): 1 | 2 {
  return failures >= most ? 2 : 1;
}

function dispatchFailed(run: RunView): SignalEvidence | null {
  return run.failures_in_row === 0 || isLost(run) ? null : failureEvidence(run);
}

function workerGone(run: RunView): SignalEvidence | null {
  return run.failures_in_row === 0 || !isLost(run) ? null : failureEvidence(run);
}

function isLost({ last_end: end }: RunView): boolean {
  return end?.startsWith("was lost") ?? false;
}

function failureEvidence(run: RunView): SignalEvidence {
  return {
    failures: String(run.failures_in_row),
    most: String(run.attempts_max),
    how: isLost(run) ? (run.last_end ?? "") : failureWords(run),
  };
}

/** An open or merged pull request of the task is an outcome too. */
function endedWithoutOutcome(run: RunView, pullRequest: PullRequestView | null): SignalEvidence | null {
  const as = pullRequest?.merge?.as;
  if (pullRequest?.state === "open" || as === "elsewhere" || as === "reverted") return null;
  if (run.state !== "exited" || run.outcome !== null || openQuestion(run) !== null) return null;
  if (run.budget !== null && run.budget.reached_at !== null) return null;
  const other = run.checked_out;
  return {
    who: whoOf(run),
    commits: String(run.commits ?? 0),
    ...(other !== null && { branch: other.branch ?? "no branch" }),
  };
}

function worktreeGone({ state, kind, worktree, worktree_exists: exists }: RunView): SignalEvidence | null {
  const matters = state === "running" || (state === "exited" && kind === "supervised");
  return matters && worktree !== null && exists === false ? { worktree } : null;
}

/** What is done needs no more. */
function budgetReached({ budget, state, outcome }: RunView): SignalEvidence | null {
  if (budget === null || outcome !== null) return null;
  const isStopped = state === "queued" ? isUsedUp(budget) : state !== "running" && budget.reached_at !== null;
  if (!isStopped) return null;
  return {
    budget: `${budgetText(budget)}${budget.what === "day_usd" ? ", until 00:00" : ""}`,
    ...(budget.reached_at !== null && { since: budget.reached_at }),
  };
}

function budgetNear({ budget, state }: RunView): SignalEvidence | null {
  const { percent = null } = budget ?? {};
  if (budget === null || percent === null || percent < NEAR_PERCENT || state !== "running") return null;
  return { budget: budgetText(budget), percent: String(percent) };
}

function loop({ loop: found }: RunView): SignalEvidence | null {
  if (found === null) return null;
  const { text, kind, times, since } = found;
  return { what: text, kind, times: String(times), since };
}

function usageLimit({ limit, ...run }: RunView): SignalEvidence | null {
  if (limit?.status !== "reached") return null;
  return {
    who: whoOf(run),
    since: limit.at,
    ...(limit.window !== null && { window: limit.window }),
    ...(limit.resets_at !== null && { until: limit.resets_at }),
  };
}

/** Work that is done did not need it. */
function actionDenied({ denied, outcome }: RunView): SignalEvidence | null {
  if (denied === null || outcome?.kind === "done") return null;
  const { count, tool, input, why } = denied;
  return { action: input === "" ? tool : `${tool}: ${input}`, why, count: String(count) };
}

function leftRunning({ left_running: left, worktree }: RunView): SignalEvidence | null {
  if (left.length === 0) return null;
  return { processes: namedProcesses(left), worktree: worktree ?? "" };
}

function rootTaskEdited({ root_edited: edited, started_at: started }: RunView): SignalEvidence | null {
  return edited ? { since: started ?? "" } : null;
}

function metadataDrift({ drifted, worktree }: RunView): SignalEvidence | null {
  return drifted ? { worktree: worktree ?? "" } : null;
}

function whoOf({ worker_name: name }: Pick<RunView, "worker_name">): string {
  return name ?? "its worker";
}
