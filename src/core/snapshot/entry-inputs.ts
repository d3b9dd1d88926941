// The inputs that a row is derived from: for each, how to read it and whose value may differ from the build before. Rows
// are derived from these alone, and the builder decides what to keep only through this table: an input that is added
// here is part of every decision to reuse a row, and without an entry here a row cannot read it.

import type { Acknowledgement } from "../contract/acknowledgement.ts";
import type { TaskRow, Thresholds } from "../contract/snapshot.ts";
import type { BudgetLimits } from "../costs/budget-limits.ts";
import { REPEATED } from "../links/link-names.ts";
import type { DependencyCycle } from "../links/link-problems.ts";
import type { LinkedTask, LinkedTree } from "../links/link-tree.ts";
import type { DeliverySettings } from "../pull-request/judge-delivery.ts";
import type { PullRequestFacts } from "../pull-request/link-pull-requests.ts";
import type { RunFacts } from "../run/run-facts.ts";
import { sameItems } from "../values/same-value.ts";
import { changedTime, later, type RowTime } from "./row-times.ts";
import type { Sources } from "./sources.ts";

export type DependencyState = TaskRow["dependencies"][number]["state"];

export type EntryInputs = {
  readonly task: LinkedTask;
  /** Parallel to the dependencies in the file. */
  readonly dependencyStates: readonly (DependencyState | "repeated")[];
  readonly cycle: DependencyCycle | null;
  readonly run: RunFacts | undefined;
  readonly acknowledgements: readonly Acknowledgement[] | undefined;
  readonly pullRequest: PullRequestFacts | undefined;
  readonly attemptsMax: number;
  readonly budget: BudgetLimits;
  readonly delivery: DeliverySettings;
  readonly thresholds: Thresholds;
  /** The last commit that changed the file. */
  readonly commitMs: number | undefined;
  /** The latest change of the dependencies, before which the task was not ready; null if none, or if not needed. */
  readonly dependenciesChanged: RowTime | null;
};

export type InputName = keyof EntryInputs;

type Input<Value> = {
  readonly read: (sources: Sources, index: number, before: TaskRow | undefined) => Value;
  /** Indexes of the tasks whose value may differ, between sources that were read one after the other. */
  readonly changed: (before: Sources, after: Sources) => Iterable<number> | typeof ALL;
  /** For values that are new objects in each build. */
  readonly same?: (then: Value, now: Value) => boolean;
};

const ALL = "all";
const NONE: readonly never[] = [];

const INPUTS: { readonly [Name in InputName]: Input<EntryInputs[Name]> } = {
  task: {
    read: ({ tree }, index) => taskAt(tree, index),
    changed: editedTasks,
  },
  dependencyStates: {
    read: dependencyStates,
    changed: (before, after) => {
      const touched = [editedTasks(before, after), INPUTS.pullRequest.changed(before, after)];
      const isOther = (index: number) => stateAt(before, index) !== stateAt(after, index);
      return dependentsOf(touched, isOther, after);
    },
    same: sameItems,
  },
  cycle: {
    read: ({ cycles }, index) => cycles.get(index) ?? null,
    changed: ifOther(({ cycles }) => cycles),
  },
  run: byKey(({ runs }) => runs.byKey),
  acknowledgements: byKey(({ runs }) => runs.acknowledgementsByKey),
  pullRequest: byKey(({ pullRequests }) => pullRequests),
  attemptsMax: shared(({ runs }) => runs.attemptsMax),
  budget: shared(({ runs }) => runs.budget),
  delivery: shared(({ delivery }) => delivery),
  thresholds: shared(({ thresholds }) => thresholds),
  commitMs: {
    read: ({ tree, commitDatesMs }, index) => commitDatesMs.get(taskAt(tree, index).spec.file),
    changed: ifOther(({ commitDatesMs }) => commitDatesMs),
  },
  dependenciesChanged: {
    read: dependenciesChanged,
    changed: (before, after) => {
      if (before.commitDatesMs !== after.commitDatesMs) return ALL;
      const isOther = (index: number) => isBetter(changedAt(after, index), changedAt(before, index));
      return dependentsOf([editedTasks(before, after)], isOther, after);
    },
    // Null now: the row's time is known and no longer depends on it.
    same: (then, now) => now === null || (then?.at === now.at && then.basis === now.basis),
  },
};

export const INPUT_NAMES = Object.keys(INPUTS) as readonly InputName[];

export function readInputs(sources: Sources, index: number, before: TaskRow | undefined): EntryInputs {
  const inputs: Partial<Record<InputName, unknown>> = {};
  for (const name of INPUT_NAMES) inputs[name] = INPUTS[name].read(sources, index, before);
  return inputs as EntryInputs;
}

/** Whether a task's inputs are what they were. */
export function hasSameInputs(
  inputs: EntryInputs,
  names: readonly InputName[],
  ...[sources, index, before]: Parameters<typeof readInputs>
): boolean {
  for (const name of names)
    if (!isSame(name, inputs, INPUTS[name].read(sources, index, before))) return false;
  return true;
}

function isSame<Name extends InputName>(name: Name, inputs: EntryInputs, now: unknown): boolean {
  const { same }: Input<EntryInputs[Name]> = INPUTS[name];
  return same === undefined ? inputs[name] === now : same(inputs[name], now as EntryInputs[Name]);
}

/** Indexes of the tasks of which an input may have changed; null where that may be so of any task. */
export function changedTasks(
  names: readonly InputName[],
  before: Sources,
  after: Sources,
): ReadonlySet<number> | null {
  const all = new Set<number>();
  for (const name of names) {
    const changed = INPUTS[name].changed(before, after);
    if (changed === ALL) return null;
    for (const index of changed) all.add(index);
  }
  return all;
}

function shared<Value>(read: (sources: Sources) => Value): Input<Value> {
  return { read, changed: ifOther(read) };
}

function ifOther(read: (sources: Sources) => unknown): Input<unknown>["changed"] {
  return (before, after) => (read(before) === read(after) ? NONE : ALL);
}

function byKey<Value>(mapOf: (sources: Sources) => ReadonlyMap<string, Value>): Input<Value | undefined> {
  return {
    read: (sources, index) => mapOf(sources).get(taskAt(sources.tree, index).links.key),
    changed: (before, after) => {
      const [old, now] = [mapOf(before), mapOf(after)];
      if (old === now) return NONE;
      const keys = new Set([...old.keys(), ...now.keys()]);
      return [...keys].flatMap((key) => (old.get(key) === now.get(key) ? [] : (indexOf(key, after) ?? [])));
    },
  };
}

function editedTasks({ tree: before }: Sources, { tree }: Sources): readonly number[] | typeof ALL {
  return tree === before ? NONE : (tree.edited ?? ALL);
}

/** Those that depend on a task among `touched` for which `isOther` is true. */
function dependentsOf(
  touched: readonly (Iterable<number> | typeof ALL)[],
  isOther: (index: number) => boolean,
  sources: Sources,
): readonly number[] | typeof ALL {
  const dependents: number[] = [];
  for (const indexes of touched) {
    if (indexes === ALL) return ALL;
    for (const index of indexes) {
      if (!isOther(index)) continue;
      for (const key of taskAt(sources.tree, index).links.dependents)
        dependents.push(indexOf(key, sources) ?? index);
    }
  }
  return dependents;
}

function taskAt(tree: LinkedTree, index: number): LinkedTask {
  return tree.tasks[index] as LinkedTask;
}

function indexOf(key: string, { tree, rows }: Sources): number | undefined {
  return tree.indexOf(rows.get(key)?.file ?? "");
}

function dependencyStates(sources: Sources, index: number): EntryInputs["dependencyStates"] {
  const { tree } = sources;
  const targets = tree.structure.targets[index] ?? NONE;
  if (targets.length === 0) return NONE;
  const { broken } = taskAt(tree, index).links;
  let brokenSoFar = 0;
  return targets.map((target) => {
    if (target === REPEATED) return "repeated";
    return target >= 0 ? stateAt(sources, target) : (broken[brokenSoFar++]?.state ?? "missing");
  });
}

/** Only completed dependencies are finished, and those whose work a merge brought into the base. */
function stateAt({ tree, pullRequests }: Sources, index: number): DependencyState {
  const { spec, links } = taskAt(tree, index);
  if (spec.status === "completed") return "finished";
  if (spec.status === "cancelled") return "cancelled";
  return pullRequests.get(links.key)?.merge?.as === "delivered" ? "finished" : "unfinished";
}

function dependenciesChanged(sources: Sources, index: number, before: TaskRow | undefined): RowTime | null {
  const { tree } = sources;
  if (before !== undefined && before.base_since_basis !== "first_seen") return null;
  if (taskAt(tree, index).spec.status !== "ready") return null;
  const targets = (tree.structure.targets[index] ?? NONE).filter((target) => target >= 0);
  return targets.length === 0 ? null : targets.map((target) => changedAt(sources, target)).reduce(later);
}

function changedAt({ tree, commitDatesMs, rows }: Sources, index: number): RowTime {
  const { record, spec, links } = taskAt(tree, index);
  return changedTime(record, commitDatesMs.get(spec.file), rows.get(links.key));
}

/** A later time that is no commit's improves nothing in the tasks that depend on this one (enteredTime). */
function isBetter(now: RowTime, before: RowTime): boolean {
  const isSame = now.at === before.at && now.basis === before.basis;
  return !isSame && (now.at < before.at || now.basis === "commit");
}
