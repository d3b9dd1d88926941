// All processes of a run: those that inherited its mark or carry it in their environment, those that were started by one
// of them, and those in a process group that one of them made. The mark alone is enough on Linux; elsewhere a program may
// leave its group or its session, lose its parent, or write over its environment, but hardly all three.

import process from "node:process";
import type { RunId } from "../../core/contract/run.ts";
import { runBits } from "./inherited-mark.ts";
import { type ProcessFacts, type ProcessMark, type ProcessSystem, processName } from "./process-facts.ts";

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

/**
 * Finds those alive now, but never this process. Whoever was found once belongs to them for good: what told so, a parent
 * or a group, may be the first to go.
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

/** Of each process the one it inherited if that is this run's, else the one in its environment, which it may have changed. */
function readFamilyMarks(
  all: readonly ProcessFacts[],
  run: RunId,
  system: ProcessSystem,
): ReadonlyMap<number, ProcessMark> {
  const marks = new Map(system.readMarks(all.map(({ pid }) => pid)));
  const bits = runBits(run);
  for (const { pid } of all) {
    // A supervisor has just been started by somebody of another run: its own mark is about to come.
    if (marks.get(pid)?.isSupervisor) continue;
    const inherited = system.readInherited(pid);
    if (inherited?.run === bits) marks.set(pid, { run, epoch: inherited.epoch, isSupervisor: false });
  }
  return marks;
}

/** A supervisor that one of them started works for another run, and so does what is below it. */
function isForeign(mark: ProcessMark | undefined, { run, epoch }: RunFamily): boolean {
  if (mark === undefined) return false;
  return mark.run === run ? mark.epoch !== null && mark.epoch > epoch : mark.isSupervisor;
}

function addAll<Value>(set: Set<Value>, values: readonly Value[] | undefined): void {
  for (const value of values ?? []) set.add(value);
}
