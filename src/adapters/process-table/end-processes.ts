// Ends processes that may still be starting others: they are suspended first, searched for again until no new one turns
// up, and killed together; repeated until none is left.

import { setTimeout as delay } from "node:timers/promises";
import { type ProcessFacts, type ProcessSystem, processName } from "./process-facts.ts";
import { signalGroup, signalProcess } from "./signal-process.ts";
import { systemProcesses } from "./system-processes.ts";

/** Finds the processes to end. */
type Find = () => readonly ProcessFacts[];

/** After a search that finds a new process comes another one; processes that multiply faster are killed as they are. */
const STOP_ROUNDS_MAX = 20;
/** A killed process is gone within milliseconds, unless it hangs in the kernel (a dead network drive). */
const KILL_LIMIT_MS = 10_000;
const KILL_PAUSE_MS = 20;
const EXIT_PAUSE_MS = 50;

/** False if some remain: they hang in the kernel, or this user may not end them. */
export async function killProcesses(find: Find): Promise<boolean> {
  const untilMs = performance.now() + KILL_LIMIT_MS;
  for (;;) {
    const found = stopAll(find);
    if (found.length === 0) return true;
    if (performance.now() > untilMs) return false;
    for (const { pid } of found) signalProcess(pid, "SIGKILL");
    await delay(KILL_PAUSE_MS);
  }
}

/** Sends SIGTERM, waits up to `graceMs`, then kills them. False as above. */
export async function endProcesses(find: Find, graceMs: number): Promise<boolean> {
  const signalled = new Set<string>();
  const untilMs = performance.now() + graceMs;
  do {
    const found = find();
    if (found.length === 0) return true;
    for (const facts of found) terminateOnce(facts, signalled);
    await delay(EXIT_PAUSE_MS);
  } while (performance.now() < untilMs);
  return await killProcesses(find);
}

function terminateOnce(facts: ProcessFacts, signalled: Set<string>): void {
  const name = processName(facts);
  if (signalled.has(name)) return;
  signalled.add(name);
  signalProcess(facts.pid, "SIGTERM");
}

/** A suspended process cannot start another one between the search and the kill. */
function stopAll(find: Find): readonly ProcessFacts[] {
  const stopped = new Set<string>();
  for (let round = 1; ; round += 1) {
    const found = find();
    const fresh = found.filter((facts) => !stopped.has(processName(facts)));
    if (fresh.length === 0 || round === STOP_ROUNDS_MAX) return found;
    for (const facts of fresh) {
      signalProcess(facts.pid, "SIGSTOP");
      stopped.add(processName(facts));
    }
  }
}

/**
 * Kills `pid`, which leads a process group, with its group and all descendants, including those in groups of their own
 * (commands have one, so that a timeout can kill them as a whole), which killing one group would orphan (R6). Supervisors
 * of runs and their workers are spared: they are meant to outlive the process that started them. No error if it is
 * already gone.
 */
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
