// Ends a process and everything it started, also what runs in process groups of its own (commands do, so that a
// timeout can end them as a whole). Killing the one group would leave those behind with nobody to end them (R6).

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

type ProcessFacts = { readonly pid: number; readonly parent: number; readonly group: number };

/** Ends `pid`, which leads a process group, with its group and all descendants. One that is gone already is no error. */
export function killWithDescendants(pid: number): void {
  // Stopped first: a process that cannot run cannot start another one between the look and the kill.
  signal(pid, "SIGSTOP");
  const family = findDescendants(pid, readProcesses());
  const members = new Set(family.map((facts) => facts.pid));
  signal(-pid, "SIGKILL");
  signal(pid, "SIGKILL");
  for (const facts of family) {
    if (members.has(facts.group)) signal(-facts.group, "SIGKILL");
    signal(facts.pid, "SIGKILL");
  }
}

function findDescendants(root: number, processes: readonly ProcessFacts[]): readonly ProcessFacts[] {
  const childrenOf = Map.groupBy(processes, (facts) => facts.parent);
  const found: ProcessFacts[] = [];
  const queue = [root];
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    for (const child of childrenOf.get(parent) ?? []) {
      found.push(child);
      queue.push(child.pid);
    }
  }
  return found;
}

/** From /proc; empty on systems without it, where the process group is all that can be ended. */
function readProcesses(): readonly ProcessFacts[] {
  let names: readonly string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  return names.flatMap((name) => (/^\d+$/.test(name) ? readProcess(Number(name)) : []));
}

function readProcess(pid: number): readonly ProcessFacts[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command's name is in parentheses and may hold anything; the numbers start after the last one.
    const [, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [{ pid, parent: Number(parent), group: Number(group) }];
  } catch {
    return []; // It ended since the folder was listed.
  }
}

function signal(pid: number, name: "SIGSTOP" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already, which is what was wanted.
  }
}
