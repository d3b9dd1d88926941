// Ends a process and everything it started, also what runs in process groups of its own (commands do, so that a
// timeout can end them as a whole). Killing the one group would leave those behind with nobody to end them (R6).
// Supervisors of runs and their workers are spared: they outlive whoever started them.

import type { ProcessFacts, ProcessSystem } from "./process-facts.ts";
import { signalGroup, signalProcess } from "./signal-process.ts";
import { systemProcesses } from "./system-processes.ts";

/** Ends `pid`, which leads a process group, with its group and all descendants. One that is gone already is no error. */
export function killWithDescendants(pid: number, system: ProcessSystem = systemProcesses()): void {
  // Stopped first: a process that cannot run cannot start another one between the look and the kill.
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
