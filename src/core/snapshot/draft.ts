// Classify and detect for one task: everything about its row that does not depend on how many other tasks turn
// overdue in the same cycle.

import { type Classification, classify } from "../classify/classify.ts";
import type { RuleFacts } from "../classify/rules.ts";
import type { Problem } from "../problem.ts";
import { type Finding, findFlaws } from "../signal/flaw-signals.ts";
import { type TimedState, timedRuleOf, timedState } from "../signal/timed-signals.ts";
import type { LinkedTask } from "../tree/link.ts";
import { cycleProblem } from "../tree/link-problems.ts";
import type { Cycle } from "../tree/open-cycles.ts";
import { enteredTime, type Move, type RowTime } from "./row-times.ts";
import type { TaskRow, Thresholds } from "./schema.ts";

/** All that a task's row is made of. */
export type DraftInput = {
  readonly task: LinkedTask;
  readonly dependencies: TaskRow["dependencies"];
  readonly cycle: Cycle | null;
  readonly changed: RowTime;
  /** The latest change of the dependencies: a task cannot have become ready before it. Null without any. */
  readonly dependenciesChanged: RowTime | null;
  readonly before: TaskRow | undefined;
  readonly lost: Move | undefined;
  readonly thresholds: Thresholds;
  readonly nowMs: number;
};

export type Draft = {
  readonly kind: "draft";
  readonly input: DraftInput;
  readonly facts: RuleFacts;
  readonly problems: readonly Problem[];
  readonly base: Classification;
  readonly baseSince: RowTime;
  readonly flaws: readonly Finding[];
  readonly timed: TimedState | null;
  /** Only the passing of time brings a signal, or a higher tier: what a doubt holds back. */
  readonly turning: boolean;
};

const NO_FLAWS: readonly Finding[] = [];

/** Drafts a row. Finished tasks raise nothing: their flaws stay problems. */
export function draftRow(input: DraftInput): Draft {
  const { task, cycle, before } = input;
  const problems = problemsOf(task, cycle);
  const facts = {
    status: task.spec.status,
    dependencies: input.dependencies,
    completed: task.spec.completed,
    completed_by: task.spec.completedBy,
    signals: [],
  };
  const base = classify(facts);
  const baseSince = enteredTime({
    group: base.group,
    before: before && { group: before.base_group, at: before.base_since, basis: before.base_since_basis },
    // A move names the group; it says something about the base group only where the two agree.
    lost: input.lost?.group === base.group ? input.lost : undefined,
    initial: initialTime(base, input),
    nowMs: input.nowMs,
  });
  const timed = timedOf(base, baseSince, input);
  return {
    kind: "draft",
    input,
    facts,
    problems,
    base,
    baseSince,
    flaws: base.group === "done" ? NO_FLAWS : flawsOf(input, problems),
    timed,
    turning: timed !== null && isTurning(timed, before, baseSince, input.changed),
  };
}

function problemsOf(task: LinkedTask, cycle: Cycle | null): readonly Problem[] {
  const parsed = task.record.parsed.problems;
  if (cycle === null && task.problems.length === 0) return parsed;
  return [...parsed, ...task.problems, ...(cycle === null ? [] : [cycleProblem(task.spec, cycle)])];
}

function flawsOf(
  { task, dependencies, cycle }: DraftInput,
  problems: readonly Problem[],
): readonly Finding[] {
  const { file, lines } = task.spec;
  return findFlaws({ file, lines, problems, owner: task.owner, dependencies, cycle });
}

/** When the base group was entered, as far as files tell. */
function initialTime({ group }: Classification, { changed, dependenciesChanged }: DraftInput): RowTime {
  if (group !== "ready" || dependenciesChanged === null) return changed;
  return dependenciesChanged.at > changed.at ? dependenciesChanged : changed;
}

function timedOf(base: Classification, baseSince: RowTime, input: DraftInput): TimedState | null {
  const rule = timedRuleOf(base.group);
  if (rule === undefined) return null;
  const times = { baseSinceMs: Date.parse(baseSince.at), changedMs: Date.parse(input.changed.at) };
  return timedState(rule, times, input.thresholds, input.nowMs);
}

function isTurning(
  timed: TimedState,
  before: TaskRow | undefined,
  baseSince: RowTime,
  changed: RowTime,
): boolean {
  if (before === undefined || timed.tier <= tierBefore(timed, before)) return false;
  return before.base_since === baseSince.at && before.changed_at === changed.at;
}

/** The tier at which the same signal was open in the previous row; 0 when it was not. */
export function tierBefore({ code }: TimedState, before: TaskRow | undefined): 0 | 1 | 2 {
  return before?.signals.find((signal) => signal.code === code)?.tier ?? 0;
}
