// All processes of a run: those that inherited its mark or have it in their environment, their descendants, and those
// in a process group that one of them made. On Linux the mark alone is enough; elsewhere a program may leave its group
// or session, lose its parent, or overwrite its environment, but hardly all three.

import process from "node:process";
import type { RunId } from "../../core/contract/run.ts";
import { runBits } from "./inherited-mark.ts";
import { type ProcessFacts, type ProcessMark, type ProcessSystem, processName } from "./process-facts.ts";

export type KnownProcess = Pick<ProcessFacts, "pid" | "start">;

export type RunFamily = {
  readonly run: RunId;
  /** Processes of later epochs do not belong to it. */
  readonly epoch: number;
  /** Processes that belong to it no matter what mark they have. */
  readonly known: readonly KnownProcess[];
  /** The process group whose leader was known to belong to the run; null if it was not watched. */
  readonly group: number | null;
};

/**
 * Finds the live processes, but never this one. A process that was found once always belongs: the parent or group that
 * showed it may end first.
 */
export function createFamilyFinder(family: RunFamily, system: ProcessSystem): () => readonly ProcessFacts[] {
  const seen = new Map(family.known.map((one) => [processName(one), one]));
  return () => {
    const found = findRunFamily({ ...family, known: [...seen.values()] }, system);
    for (const one of found) seen.set(processName(one), { pid: one.pid, start: one.start });
    return found;
  };
}

function findRunFamily(family: RunFamily, system: ProcessSystem): readonly ProcessFacts[] {
  const all = system.readAll().filter(({ isDead, pid }) => !isDead && pid !== process.pid);
  const marks = readFamilyMarks(all, family.run, system);
  const candidates = all.filter(({ pid }) => !isForeign(marks.get(pid), family));
  const alive = new Map(all.map((facts) => [facts.pid, facts]));
  const childrenOf = Map.groupBy(candidates, ({ parent }) => parent);
  const membersOf = Map.groupBy(candidates, ({ group }) => group);
  const known = new Set(family.known.map(processName));
  const isRoot = (facts: ProcessFacts) =>
    marks.get(facts.pid)?.run === family.run || known.has(processName(facts));
  const found = new Set(candidates.filter(isRoot));
  if (family.group !== null && !alive.has(family.group)) addAll(found, membersOf.get(family.group));
  // Iterating a set includes what is added meanwhile.
  for (const member of found) {
    addAll(found, childrenOf.get(member.pid));
    const leader = alive.get(member.group);
    const isTheirs = leader === undefined ? member.group !== process.pid : found.has(leader);
    // A group keeps its number while it has members, so without its leader it is still the same group.
    if (isTheirs) addAll(found, membersOf.get(member.group));
  }
  return [...found];
}

/** For each process the inherited mark if it is this run's, else the one in its environment, which it may have changed. */
function readFamilyMarks(
  all: readonly ProcessFacts[],
  run: RunId,
  system: ProcessSystem,
): ReadonlyMap<number, ProcessMark> {
  const marks = new Map(system.readMarks(all.map(({ pid }) => pid)));
  const bits = runBits(run);
  for (const { pid } of all) {
    // A supervisor that was just started by a process of another run: its own mark is about to be set.
    if (marks.get(pid)?.isSupervisor) continue;
    const inherited = system.readInherited(pid);
    if (inherited?.run === bits) marks.set(pid, { run, epoch: inherited.epoch, isSupervisor: false });
  }
  return marks;
}

/** A supervisor that one of them started, and everything below it, belongs to another run. */
function isForeign(mark: ProcessMark | undefined, { run, epoch }: RunFamily): boolean {
  if (mark === undefined) return false;
  return mark.run === run ? mark.epoch !== null && mark.epoch > epoch : mark.isSupervisor;
}

function addAll<Value>(set: Set<Value>, values: readonly Value[] | undefined): void {
  for (const value of values ?? []) set.add(value);
}
