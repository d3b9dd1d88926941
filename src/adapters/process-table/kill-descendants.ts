// Kills a process and its descendants, including those in process groups of their own (commands have one, so that a
// timeout can kill them as a whole), which killing one group would orphan (R6). Supervisors of runs and their workers
// are spared: they are meant to outlive the process that started them.

import type { ProcessFacts, ProcessSystem } from "./process-facts.ts";
import { signalGroup, signalProcess } from "./signal-process.ts";
import { systemProcesses } from "./system-processes.ts";

/** Kills `pid`, which leads a process group, with its group and all descendants. No error if it is already gone. */
export function killWithDescendants(pid: number, system: ProcessSystem = systemProcesses()): void {
  // Suspended first, so that it cannot start another process between the search and the kill.
  signalProcess(pid, "SIGSTOP");
  const family = findDescendants(pid, system);
  const members = new Set(family.map((facts) => facts.pid));
  signalGroup(pid, "SIGKILL");
  signalProcess(pid, "SIGKILL");
  for (const facts of family) {
    if (members.has(facts.group)) signalGroup(facts.group, "SIGKILL");
    signalProcess(facts.pid, "SIGKILL");
  }
}

function findDescendants(root: number, system: ProcessSystem): readonly ProcessFacts[] {
  const childrenOf = Map.groupBy(system.readAll(), (facts) => facts.parent);
  const found: ProcessFacts[] = [];
  let generation: readonly ProcessFacts[] = childrenOf.get(root) ?? [];
  while (generation.length > 0) {
    const marks = system.readMarks(generation.map(({ pid }) => pid));
    const members = generation.filter(({ pid }) => !marks.get(pid)?.isSupervisor);
    found.push(...members);
    generation = members.flatMap(({ pid }) => childrenOf.get(pid) ?? []);
  }
  return found;
}
