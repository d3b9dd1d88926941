// All processes of a run: those that carry it in their environment, those that were started by one of them, and those
// in a process group that one of them made. One alone is not enough: a program may leave its group or its session,
// lose its parent, or write over its environment, but hardly all three.

import process from "node:process";
import type { RunId } from "../../core/run/run.ts";
import type { ProcessFacts, ProcessMark, ProcessSystem } from "./process-facts.ts";

export type KnownProcess = Pick<ProcessFacts, "pid" | "start">;

export type RunFamily = {
  readonly run: RunId;
  /** Processes of later epochs are not of this family. */
  readonly epoch: number;
  /** Belong to it whatever they carry. */
  readonly known: readonly KnownProcess[];
  /** The group whose leader was seen to be theirs up to now; null when nobody watched. */
  readonly group: number | null;
};

/** Those alive now, but never this process. */
export function findRunFamily(family: RunFamily, system: ProcessSystem): readonly ProcessFacts[] {
  const all = system.readAll().filter(({ isDead, pid }) => !isDead && pid !== process.pid);
  const marks = system.readMarks(all.map(({ pid }) => pid));
  const candidates = all.filter(({ pid }) => !isForeign(marks.get(pid), family));
  const alive = new Map(all.map((facts) => [facts.pid, facts]));
  const childrenOf = Map.groupBy(candidates, ({ parent }) => parent);
  const membersOf = Map.groupBy(candidates, ({ group }) => group);
  const found = new Set(candidates.filter((facts) => isRoot(facts, marks.get(facts.pid), family)));
  if (family.group !== null && !alive.has(family.group)) addAll(found, membersOf.get(family.group));
  // A set hands out what is added while it is walked.
  for (const member of found) {
    addAll(found, childrenOf.get(member.pid));
    const leader = alive.get(member.group);
    const isTheirs = leader === undefined ? member.group !== process.pid : found.has(leader);
    // A group keeps its number while it has members, so that without its leader it is still the one it was.
    if (isTheirs) addAll(found, membersOf.get(member.group));
  }
  return [...found];
}

/** A supervisor that one of them started works for another run, and so does what is below it. */
function isForeign(mark: ProcessMark | undefined, { run, epoch }: RunFamily): boolean {
  if (mark === undefined) return false;
  return mark.run === run ? mark.epoch !== null && mark.epoch > epoch : mark.isSupervisor;
}

function isRoot(facts: ProcessFacts, mark: ProcessMark | undefined, { run, known }: RunFamily): boolean {
  return mark?.run === run || known.some(({ pid, start }) => pid === facts.pid && start === facts.start);
}

function addAll<Value>(set: Set<Value>, values: readonly Value[] | undefined): void {
  for (const value of values ?? []) set.add(value);
}
