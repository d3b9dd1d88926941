// Classify and detect for one task: everything about its row that does not depend on how many other tasks turn
// overdue in the same cycle.

import { type Classification, classify } from "../classify/classify.ts";
import type { RuleFacts } from "../classify/rules.ts";
import type { Problem } from "../contract/problem.ts";
import type { PullRequest } from "../contract/pull-request.ts";
import type { PullRequestView } from "../contract/pull-request-view.ts";
import type { RunView } from "../contract/run-view.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { cycleProblem } from "../links/link-problems.ts";
import { type Finding, findProblemSignals } from "../signal/file-signals.ts";
import { findPullRequestSignals } from "../signal/pull-request-signals.ts";
import { findRunSignals } from "../signal/run-signals.ts";
import { type TimedState, timedRuleOf, timedState } from "../signal/timed-signals.ts";
import { isoTime } from "../text/iso-time.ts";
import { type EntryInputs, readInputs } from "./entry-inputs.ts";
import { changedTime, enteredTime, later, type Move, type RowTime } from "./row-times.ts";
import type { Sources } from "./sources.ts";
import { viewPullRequest } from "./view-pull-request.ts";
import { viewRun } from "./view-run.ts";

/** What a row depends on besides its inputs: the row before, or the group of one that was lost, and the time. */
export type Moment = {
  readonly before: TaskRow | undefined;
  readonly lost: Move | undefined;
  readonly nowMs: number;
};

export type Draft = {
  readonly inputs: EntryInputs;
  readonly moment: Moment;
  readonly facts: Omit<RuleFacts, "signals">;
  readonly changed: RowTime;
  readonly problems: readonly Problem[];
  readonly base: Classification;
  readonly baseSince: RowTime;
  /** When the base group was entered, if that was only learned now. */
  readonly learned: RowTime | null;
  readonly findings: readonly Finding[];
  readonly timed: TimedState | null;
  /** Only the passing of time raises a signal, or its tier: this is what a doubt holds back. */
  readonly turning: boolean;
};

const NO_FINDINGS: readonly Finding[] = [];

type When = {
  readonly previous: { readonly moves: ReadonlyMap<string, Move> } | null;
  readonly nowMs: number;
};

/** Drafts the row of a task. */
export function draftTask({ previous, nowMs }: When, sources: Sources, index: number): Draft {
  const key = sources.tree.tasks[index]?.links.key ?? "";
  const before = sources.rows.get(key);
  return draftRow(readInputs(sources, index, before), { before, lost: previous?.moves.get(key), nowMs });
}

/** Drafts a row. Finished tasks raise nothing: what is wrong with their files stays a problem. */
function draftRow(inputs: EntryInputs, moment: Moment): Draft {
  const { task, run: runFacts, attemptsMax, budget, thresholds } = inputs;
  const { before, lost, nowMs } = moment;
  const changed = changedTime(task.record, inputs.commitMs, before);
  const run =
    runFacts === undefined ? null : viewRun(runFacts, { attemptsMax, rootHash: task.record.hash, budget });
  const facts = {
    run,
    pull_request: pullRequestOf(inputs, moment),
    status: task.spec.status,
    dependencies: dependenciesOf(inputs),
    completed: task.spec.completed,
    completed_by: task.spec.completedBy,
  };
  const base = classify({ ...facts, signals: [] });
  const learned = learnedTime(base, inputs, moment);
  const baseSince = enteredTime({
    group: base.group,
    before: before && { group: before.base_group, at: before.base_since, basis: before.base_since_basis },
    // A move names the group; it says something about the base group only where the two agree.
    lost: lost?.group === base.group ? lost : undefined,
    initial: initialTime(base, inputs, { run, changed }),
    learned,
    nowMs,
  });
  const match = timedRuleOf({
    base_group: base.group,
    base_since: baseSince.at,
    changed_at: changed.at,
    run,
    pull_request: facts.pull_request,
  });
  const timed = match && timedState(match, thresholds, nowMs);
  const problems = problemsOf(inputs);
  return {
    inputs,
    moment,
    facts,
    changed,
    problems,
    base,
    baseSince,
    learned,
    timed,
    findings: base.group === "done" ? NO_FINDINGS : findingsOf(inputs, facts, problems),
    turning: timed !== null && isTurning(timed, before),
  };
}

function pullRequestOf({ pullRequest, run, delivery }: EntryInputs, { before, nowMs }: Moment) {
  if (pullRequest === undefined) return null;
  return viewPullRequest(pullRequest, {
    run: run?.run ?? null,
    settings: delivery,
    before: before?.pull_request ?? null,
    nowMs,
  });
}

const NO_DEPENDENCIES: TaskRow["dependencies"] = [];

function dependenciesOf({ task, dependencyStates }: EntryInputs): TaskRow["dependencies"] {
  if (dependencyStates.length === 0) return NO_DEPENDENCIES;
  const { spec, links } = task;
  let brokenSoFar = 0;
  return spec.dependencies.flatMap((reference, at) => {
    const state = dependencyStates[at];
    if (state === undefined || state === "repeated") return [];
    const key = links.dependencyKeys[at] ?? null;
    const candidates = key === null ? [...(links.broken[brokenSoFar++]?.candidates ?? [])] : [];
    return [{ reference, key, state, candidates }];
  });
}

function problemsOf({ task, cycle }: EntryInputs): readonly Problem[] {
  const parsed = task.record.parsed.problems;
  if (cycle === null && task.problems.length === 0) return parsed;
  return [
    ...parsed,
    ...task.problems,
    ...(cycle === null ? [] : [cycleProblem(task.spec, task.links, cycle)]),
  ];
}

/** Questions of workers first: a worker waits for the answer. */
function findingsOf(
  { task, cycle }: EntryInputs,
  { run, pull_request: pullRequest, dependencies }: Draft["facts"],
  problems: readonly Problem[],
): readonly Finding[] {
  const { spec, links, owner } = task;
  const ofFile = findProblemSignals({
    ...{ spec, links, problems, owner, dependencies, cycle },
    hasRun: run !== null,
  });
  if (run === null && pullRequest === null) return ofFile;
  return [...findRunSignals(run, pullRequest), ...findPullRequestSignals(pullRequest, run), ...ofFile];
}

/** When the base group was entered, as far as the file, the run and the pull request say. */
function initialTime(
  { group, rule }: Classification,
  { pullRequest, dependenciesChanged }: EntryInputs,
  { run, changed }: { readonly run: RunView | null; readonly changed: RowTime },
): RowTime {
  const timeOf = PULL_REQUEST_RULES[rule];
  if (timeOf !== undefined && pullRequest !== undefined)
    return { at: isoTime(timeOf(pullRequest.pullRequest)), basis: "transition" };
  if (run !== null && !FILE_RULES.has(rule)) return { at: run.since, basis: "transition" };
  return group !== "ready" || dependenciesChanged === null ? changed : later(changed, dependenciesChanged);
}

/** A pull request that was not known before, or was merged since: the host says when, however late it was asked. */
function learnedTime(
  { rule }: Classification,
  { pullRequest: facts }: EntryInputs,
  { before, nowMs }: Moment,
): RowTime | null {
  const timeOf = PULL_REQUEST_RULES[rule];
  if (timeOf === undefined || facts === undefined) return null;
  const { pullRequest } = facts;
  const known: PullRequestView | null = before?.pull_request ?? null;
  if (known?.number === pullRequest.number && known.state === pullRequest.state) return null;
  return { at: isoTime(Math.min(timeOf(pullRequest), nowMs)), basis: "transition" };
}

/** Rules that go by the pull request, each with the time from which it applies. */
const PULL_REQUEST_RULES: Readonly<Record<string, (pullRequest: PullRequest) => number>> = {
  merged: ({ mergedAtMs, updatedAtMs }) => mergedAtMs ?? updatedAtMs,
  draft_pull_request: ({ createdAtMs }) => createdAtMs,
  open_pull_request: ({ createdAtMs }) => createdAtMs,
};

/** Rules that go by the file alone, whatever run there is. */
const FILE_RULES: ReadonlySet<string> = new Set(["completed", "cancelled"]);

/** Only time has passed: the rule counts from the same time as before. */
function isTurning(timed: TimedState, before: TaskRow | undefined): boolean {
  if (before === undefined || timed.tier <= tierBefore(timed, before)) return false;
  const match = timedRuleOf(before);
  return match?.rule.code === timed.code && match.countsFrom === timed.countsFrom;
}

/** The tier at which the same signal was open in the previous row; 0 when it was not. */
export function tierBefore({ code }: TimedState, before: TaskRow | undefined): 0 | 1 | 2 {
  return before?.signals.find((signal) => signal.code === code)?.tier ?? 0;
}
