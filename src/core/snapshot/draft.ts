// Classify and detect for one task: everything about its row that does not depend on how many other tasks turn
// overdue in the same cycle.

import { type Classification, classify } from "../classify/classify.ts";
import type { RuleFacts } from "../classify/rules.ts";
import type { Acknowledgement } from "../contract/acknowledgement.ts";
import type { Problem } from "../contract/problem.ts";
import type { PullRequest } from "../contract/pull-request.ts";
import type { PullRequestView } from "../contract/pull-request-view.ts";
import type { RunView } from "../contract/run-view.ts";
import type { TaskRow, Thresholds } from "../contract/snapshot.ts";
import type { DependencyCycle } from "../links/dependency-cycles.ts";
import { cycleProblem } from "../links/link-problems.ts";
import type { LinkedTask } from "../links/link-tree.ts";
import type { DeliverySettings } from "../pull-request/judge-delivery.ts";
import type { PullRequestFacts } from "../pull-request/link-pull-requests.ts";
import type { RunFacts } from "../run/run-facts.ts";
import { type Finding, findProblemSignals } from "../signal/file-signals.ts";
import { findPullRequestSignals } from "../signal/pull-request-signals.ts";
import { findRunSignals } from "../signal/run-signals.ts";
import { type TimedState, timedRuleOf, timedState } from "../signal/timed-signals.ts";
import { isoTime } from "../text/iso-time.ts";
import { enteredTime, type Move, type RowTime } from "./row-times.ts";
import { viewPullRequest } from "./view-pull-request.ts";
import { viewRun } from "./view-run.ts";

/** All that a task's row is made of. */
export type DraftInput = {
  readonly task: LinkedTask;
  readonly dependencies: TaskRow["dependencies"];
  readonly cycle: DependencyCycle | null;
  readonly changed: RowTime;
  /** The latest change of the dependencies: a task cannot have become ready before it. Null without any. */
  readonly dependenciesChanged: RowTime | null;
  readonly before: TaskRow | undefined;
  readonly lost: Move | undefined;
  readonly work: Work;
  readonly attemptsMax: number;
  readonly delivery: DeliverySettings;
  readonly thresholds: Thresholds;
  readonly nowMs: number;
};

/** What store and host say of one task. Each keeps its identity while it stays the same. */
export type Work = {
  readonly facts: RunFacts | undefined;
  readonly acknowledgements: readonly Acknowledgement[] | undefined;
  readonly pullRequest: PullRequestFacts | undefined;
};

export type Draft = {
  readonly kind: "draft";
  readonly input: DraftInput;
  readonly facts: RuleFacts;
  readonly problems: readonly Problem[];
  readonly base: Classification;
  readonly baseSince: RowTime;
  /** Since when the base group has been so, where that was only learned now. */
  readonly learned: RowTime | null;
  readonly run: RunView | null;
  readonly pullRequest: PullRequestView | null;
  /** What is wrong with the task, and what its run and its pull request ask for. */
  readonly findings: readonly Finding[];
  readonly timed: TimedState | null;
  /** Only the passing of time brings a signal, or a higher tier: what a doubt holds back. */
  readonly turning: boolean;
};

const NO_FINDINGS: readonly Finding[] = [];

/** Drafts a row. Finished tasks raise nothing: their flaws stay problems. */
export function draftRow(input: DraftInput): Draft {
  const { task, cycle, before } = input;
  const problems = problemsOf(task, cycle);
  const run = runOf(input);
  const pullRequest = pullRequestOf(input);
  const facts = {
    run,
    pull_request: pullRequest,
    status: task.spec.status,
    dependencies: input.dependencies,
    completed: task.spec.completed,
    completed_by: task.spec.completedBy,
    signals: [],
  };
  const base = classify(facts);
  const learned = learnedTime(base, pullRequest, input);
  const baseSince = enteredTime({
    group: base.group,
    before: before && { group: before.base_group, at: before.base_since, basis: before.base_since_basis },
    // A move names the group; it says something about the base group only where the two agree.
    lost: input.lost?.group === base.group ? input.lost : undefined,
    initial: initialTime(base, run, input),
    learned,
    nowMs: input.nowMs,
  });
  const match = timedRuleOf({
    base_group: base.group,
    base_since: baseSince.at,
    changed_at: input.changed.at,
    run,
    pull_request: pullRequest,
  });
  const timed = match && timedState(match, input.thresholds, input.nowMs);
  return {
    kind: "draft",
    input,
    facts,
    problems,
    base,
    baseSince,
    learned,
    run,
    pullRequest,
    findings: base.group === "done" ? NO_FINDINGS : findingsOf(input, { problems, run, pullRequest }),
    timed,
    turning: timed !== null && isTurning(timed, before),
  };
}

function problemsOf(task: LinkedTask, cycle: DependencyCycle | null): readonly Problem[] {
  const parsed = task.record.parsed.problems;
  if (cycle === null && task.problems.length === 0) return parsed;
  return [
    ...parsed,
    ...task.problems,
    ...(cycle === null ? [] : [cycleProblem(task.spec, task.links, cycle)]),
  ];
}

function runOf({ work, task, attemptsMax }: DraftInput): RunView | null {
  return work.facts === undefined ? null : viewRun(work.facts, { attemptsMax, rootHash: task.record.hash });
}

function pullRequestOf({ work, before, delivery, nowMs }: DraftInput): PullRequestView | null {
  if (work.pullRequest === undefined) return null;
  return viewPullRequest(work.pullRequest, {
    run: work.facts?.run ?? null,
    settings: delivery,
    before: before?.pull_request ?? null,
    nowMs,
  });
}

/** Questions of workers first: they hold somebody up. */
function findingsOf(
  { task, dependencies, cycle }: DraftInput,
  { problems, run, pullRequest }: Pick<Draft, "problems" | "run" | "pullRequest">,
): readonly Finding[] {
  const { spec, links, owner } = task;
  const flaws = findProblemSignals({ spec, links, problems, owner, dependencies, cycle });
  if (run === null && pullRequest === null) return flaws;
  return [...findRunSignals(run, pullRequest), ...findPullRequestSignals(pullRequest, run), ...flaws];
}

/** When the base group was entered, as far as files and the run tell. */
function initialTime(
  { group, rule }: Classification,
  run: RunView | null,
  { changed, dependenciesChanged, work }: DraftInput,
): RowTime {
  const timeOf = PULL_REQUEST_RULES[rule];
  const pullRequest = work.pullRequest?.pullRequest;
  if (timeOf !== undefined && pullRequest !== undefined)
    return { at: isoTime(timeOf(pullRequest)), basis: "transition" };
  if (run !== null && !FILE_RULES.has(rule)) return { at: run.since, basis: "transition" };
  if (group !== "ready" || dependenciesChanged === null) return changed;
  return dependenciesChanged.at > changed.at ? dependenciesChanged : changed;
}

/** A pull request that was not known before, or was merged since: the host tells when, however late it was asked. */
function learnedTime(
  { rule }: Classification,
  pullRequest: PullRequestView | null,
  { before, work, nowMs }: DraftInput,
): RowTime | null {
  const timeOf = PULL_REQUEST_RULES[rule];
  const known = before?.pull_request ?? null;
  if (timeOf === undefined || pullRequest === null || work.pullRequest === undefined) return null;
  if (known?.number === pullRequest.number && known.state === pullRequest.state) return null;
  return { at: isoTime(Math.min(timeOf(work.pullRequest.pullRequest), nowMs)), basis: "transition" };
}

/** Rules that go by the pull request, each with the time since when it holds. */
const PULL_REQUEST_RULES: Readonly<Record<string, (pullRequest: PullRequest) => number>> = {
  merged: ({ mergedAtMs, updatedAtMs }) => mergedAtMs ?? updatedAtMs,
  draft_pull_request: ({ createdAtMs }) => createdAtMs,
  open_pull_request: ({ createdAtMs }) => createdAtMs,
};

/** Rules that go by the file alone, whatever run there is. */
const FILE_RULES: ReadonlySet<string> = new Set(["completed", "cancelled"]);

/** Only time has passed: what the rule counts from is what it was. */
function isTurning(timed: TimedState, before: TaskRow | undefined): boolean {
  if (before === undefined || timed.tier <= tierBefore(timed, before)) return false;
  const match = timedRuleOf(before);
  return match?.rule.code === timed.code && match.countsFrom === timed.countsFrom;
}

/** The tier at which the same signal was open in the previous row; 0 when it was not. */
export function tierBefore({ code }: TimedState, before: TaskRow | undefined): 0 | 1 | 2 {
  return before?.signals.find((signal) => signal.code === code)?.tier ?? 0;
}
