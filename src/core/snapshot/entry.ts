// One row with what it was made from, so that the next build knows whether it still holds.

import type { SignalCode } from "../contract/signal.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import type { DependencyCycle, DependencyCycles } from "../links/dependency-cycles.ts";
import { MISSING, REPEATED } from "../links/link-references.ts";
import type { LinkedTask, LinkedTree } from "../links/link-tree.ts";
import { deliveryRetryMs } from "../pull-request/judge-delivery.ts";
import type { LinkedPullRequests } from "../pull-request/link-pull-requests.ts";
import type { TurnCounts } from "../signal/detector-doubt.ts";
import { nextExpiryMs } from "../signal/raise-signals.ts";
import { TIMED_RULES, timedRuleOf } from "../signal/timed-signals.ts";
import { sameValue } from "../values/same-value.ts";
import type { BuildInput, BuildMemory } from "./build.ts";
import { type Draft, draftRow, type Work } from "./draft.ts";
import { finishRow } from "./finish-row.ts";
import { changedTime, later, type RowTime } from "./row-times.ts";

export type Entry = {
  readonly kind: "entry";
  readonly task: LinkedTask;
  readonly work: Work;
  readonly row: TaskRow;
  /** The row holds from `fromMs` until before `untilMs` when nothing but time passes. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** The circle that its task is in. */
  readonly cycle: DependencyCycle | null;
  /** Asked anew in each build: its signal is held back. */
  readonly unsettled: boolean;
};

/** Files and pull requests, each with the task it belongs to, and the circles of tasks. */
export type Linked = {
  readonly tree: LinkedTree;
  readonly pullRequests: LinkedPullRequests;
  readonly cycles: DependencyCycles;
};

const NOTHING_HELD: ReadonlySet<SignalCode> = new Set();

/** Making so many rows takes a few milliseconds. */
const TASKS_PER_STEP = 500;

/** Per task in order of place: the entry, or a draft where a doubt decides. Each step tells how many are made. */
export function* draftEntries(
  input: BuildInput,
  linked: Linked,
): Generator<number, readonly (Entry | Draft)[], void> {
  const { tasks } = linked.tree;
  const stillHolds = reuseCheck(input, linked);
  const drafts: (Entry | Draft)[] = [];
  for (let from = 0; from < tasks.length; from += TASKS_PER_STEP) {
    for (const task of tasks.slice(from, from + TASKS_PER_STEP)) {
      const place = drafts.length;
      drafts.push(stillHolds(task, place) ?? draftEntry(input, linked, { task, place }));
    }
    yield drafts.length;
  }
  return drafts;
}

/** One task made anew. */
export function draftEntry(
  input: BuildInput,
  linked: Linked,
  { task, place }: { readonly task: LinkedTask; readonly place: number },
): Entry | Draft {
  const { previous, thresholds, runs, nowMs } = input;
  const { key } = task.links;
  const targets = linked.tree.structure.targets[place] ?? [];
  const changedAt = (one: LinkedTask): RowTime =>
    changedTime(one.record, input.commitDatesMs.get(one.spec.file), previous?.rows.get(one.links.key));
  const draft = draftRow({
    task,
    dependencies: dependenciesOf(task, targets, linked),
    cycle: linked.cycles.get(place) ?? null,
    changed: changedAt(task),
    dependenciesChanged:
      task.spec.status === "ready"
        ? latest(targets.flatMap((target) => linked.tree.tasks[target] ?? []).map(changedAt))
        : null,
    before: previous?.rows.get(key),
    lost: previous?.moves.get(key),
    work: workOn(key, input, linked),
    attemptsMax: runs.attemptsMax,
    delivery: input.pullRequests.delivery,
    thresholds,
    nowMs,
  });
  // Finished at once where nothing else matters: ten thousand drafts kept would cost more than making them.
  return draft.turning ? draft : finishEntry(draft, NOTHING_HELD);
}

/** The row of a draft, as the object it was before when it is equal to that. */
export function finishEntry(draft: Entry | Draft, held: ReadonlySet<SignalCode>): Entry {
  if (draft.kind === "entry") return draft;
  const { input, timed, turning } = draft;
  const row = finishRow(draft, held);
  const careMs = deliveryRetryMs(input.work.pullRequest?.care ?? null);
  const isCareDue = input.nowMs >= careMs;
  const expiryMs = nextExpiryMs(input.work.acknowledgements ?? [], input.nowMs);
  return {
    kind: "entry",
    task: input.task,
    work: input.work,
    row: input.before !== undefined && sameValue(input.before, row) ? input.before : row,
    fromMs: Math.max(
      timed?.reachedMs ?? Number.NEGATIVE_INFINITY,
      isCareDue ? careMs : Number.NEGATIVE_INFINITY,
    ),
    untilMs: Math.min(
      timed?.nextMs ?? Number.POSITIVE_INFINITY,
      isCareDue ? Number.POSITIVE_INFINITY : careMs,
      expiryMs,
    ),
    cycle: input.cycle,
    unsettled: turning && timed !== null && held.has(timed.code),
  };
}

/** How many tasks each timed rule watches, and how many of them would turn in this build. */
export function countTurning(drafts: readonly (Entry | Draft)[]): TurnCounts {
  const counts = new Map(TIMED_RULES.map(({ code }) => [code, { groupSize: 0, turning: 0 }]));
  drafts.forEach((draft) => {
    const code = draft.kind === "entry" ? timedRuleOf(draft.row)?.rule.code : draft.timed?.code;
    const count = code === undefined ? undefined : counts.get(code);
    if (count === undefined) return;
    count.groupSize++;
    if (draft.kind === "draft") count.turning++;
  });
  return counts;
}

/** When time alone changes a row, or `untilMs` if that is sooner. */
export function nextChange(entries: readonly Entry[], untilMs: number): number | null {
  let nextMs = untilMs;
  entries.forEach((entry) => {
    if (entry.untilMs < nextMs) nextMs = entry.untilMs;
  });
  return Number.isFinite(nextMs) ? nextMs : null;
}

/** What most tasks have. */
const NO_WORK: Work = { facts: undefined, acknowledgements: undefined, pullRequest: undefined };

function workOn(key: string, { runs }: BuildInput, { pullRequests }: Linked): Work {
  const facts = runs.byKey.get(key);
  const acknowledgements = runs.acknowledgementsByKey.get(key);
  const pullRequest = pullRequests.get(key);
  const hasSome = facts !== undefined || acknowledgements !== undefined || pullRequest !== undefined;
  return hasSome ? { facts, acknowledgements, pullRequest } : NO_WORK;
}

/** Finds the entry of a task in the previous build, or null when any input of its row may have changed. */
function reuseCheck(input: BuildInput, linked: Linked): (task: LinkedTask, place: number) => Entry | null {
  const { tree, pullRequests, cycles } = linked;
  const memory = input.previous?.memory;
  if (
    memory === undefined ||
    memory === null ||
    memory.runs.attemptsMax !== input.runs.attemptsMax ||
    !sameValue(memory.delivery, input.pullRequests.delivery) ||
    !sameValue(memory.thresholds, input.thresholds)
  )
    return () => null;
  const datesChanged = memory.commitDatesMs !== input.commitDatesMs;
  const entryOf = entryFinder(memory, tree);
  return (task, place) => {
    const entry = entryOf(place);
    const holds =
      entry !== undefined &&
      entry.task === task &&
      entry.work.facts === input.runs.byKey.get(task.links.key) &&
      entry.work.acknowledgements === input.runs.acknowledgementsByKey.get(task.links.key) &&
      entry.work.pullRequest === pullRequests.get(task.links.key) &&
      !entry.unsettled &&
      entry.cycle === (cycles.get(place) ?? null) &&
      entry.fromMs <= input.nowMs &&
      input.nowMs < entry.untilMs &&
      !(datesChanged && isImprovable(entry.row)) &&
      sameStates(entry.row.dependencies, tree.structure.targets[place] ?? [], linked);
    return holds ? entry : null;
  };
}

function entryFinder({ entries, tree: before }: BuildMemory, tree: LinkedTree) {
  if (before.structure === tree.structure) return (place: number) => entries[place];
  return (place: number) => entries[tree.former[place] ?? -1];
}

/** Whether commit dates can still say more about a row's times. */
function isImprovable(row: TaskRow): boolean {
  return (
    row.changed_basis === "first_seen" ||
    row.base_since_basis === "first_seen" ||
    row.since_basis === "first_seen"
  );
}

type Dependencies = TaskRow["dependencies"];

function sameStates(dependencies: Dependencies, targets: readonly number[], linked: Linked): boolean {
  let counted = 0;
  for (let at = 0; at < targets.length; at++) {
    const target = targets[at] ?? MISSING;
    if (target === REPEATED) continue;
    if (target >= 0 && dependencies[counted]?.state !== stateOf(target, linked)) return false;
    counted++;
  }
  return true;
}

const NO_DEPENDENCIES: Dependencies = [];

function dependenciesOf(
  { spec, links }: LinkedTask,
  targets: readonly number[],
  linked: Linked,
): Dependencies {
  if (targets.length === 0) return NO_DEPENDENCIES;
  let brokenSoFar = 0;
  return spec.dependencies.flatMap((reference, at): Dependencies => {
    const target = targets[at] ?? MISSING;
    if (target === REPEATED) return [];
    const key = links.dependencyKeys[at] ?? null;
    if (key !== null) return [{ reference, key, state: stateOf(target, linked), candidates: [] }];
    const broken = links.broken[brokenSoFar++];
    const candidates = [...(broken?.candidates ?? [])];
    return [{ reference, key, state: broken?.state ?? "missing", candidates }];
  });
}

/** Only completed dependencies are finished, and those whose work a merge brought into the base. */
export function stateOf(place: number, { tree, pullRequests }: Linked): Dependencies[number]["state"] {
  const task = tree.tasks[place];
  const status = task?.spec.status;
  if (status === "completed") return "finished";
  if (status === "cancelled" || task === undefined || pullRequests.size === 0)
    return status === "cancelled" ? "cancelled" : "unfinished";
  return pullRequests.get(task.links.key)?.merge?.as === "delivered" ? "finished" : "unfinished";
}

function latest(times: readonly RowTime[]): RowTime | null {
  return times.length === 0 ? null : times.reduce(later);
}
