// What workers use of this machine's memory, from /proc: proc(5). Elsewhere it is unknown.

import { readdirSync } from "node:fs";
import type { WorkerMemory } from "../../ports/runs/worker-memory.ts";
import { readText } from "./proc.ts";
import type { ProcessSystem } from "./process-facts.ts";
import { knownProcess } from "./process-identity.ts";
import { systemProcesses } from "./system-processes.ts";

export type MemorySettings = {
  readonly system: ProcessSystem;
  /** Empty for a file that cannot be read. */
  readonly read: (path: string) => string;
  /** Empty for a folder that cannot be read. */
  readonly list: (folder: string) => readonly string[];
};

/** More is no tree of one worker. */
const PROCESSES_MAX = 2_000;
const KILOBYTES_OF_MB = 1_000;

export function createWorkerMemory(settings: Partial<MemorySettings> = {}): WorkerMemory {
  const { system = systemProcesses(), read = readText, list = listFolder } = settings;
  return {
    kills() {
      const [, count] = /^oom_kill (\d+)$/m.exec(read("/proc/vmstat")) ?? [];
      return count === undefined ? null : Number(count);
    },
    usedMb(worker) {
      const known = knownProcess(worker, system);
      if (known === null || system.read(known.pid)?.start !== known.start) return null;
      const sizes = [...treeOf(known.pid, { read, list })].map((pid) =>
        residentKb(read(`/proc/${pid}/status`)),
      );
      return Math.round(sizes.reduce((sum, kb) => sum + kb, 0) / KILOBYTES_OF_MB);
    },
  };
}

/** The process and all below it, without a pass over all processes. */
function treeOf(pid: number, { read, list }: Pick<MemorySettings, "read" | "list">): ReadonlySet<number> {
  const found = new Set([pid]);
  // Iterating a set includes what is added meanwhile.
  for (const member of found) {
    for (const thread of list(`/proc/${member}/task`)) {
      const children = read(`/proc/${member}/task/${thread}/children`);
      for (const child of children.split(" "))
        if (child !== "" && found.size < PROCESSES_MAX) found.add(Number(child));
    }
  }
  return found;
}

/** 0 for a process that is gone. */
function residentKb(status: string): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0);
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
