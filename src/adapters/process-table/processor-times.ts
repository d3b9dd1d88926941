// All processes of this machine with the processor time they have used, from one pass over /proc: what one worker's
// family costs is then a walk in memory, and many workers cost no more reading than one.

import { readdirSync, readFileSync } from "node:fs";

export type ProcessorTimes = {
  /**
   * Processor time of a process and of all that came from it: its descendants, and its session, which also holds those
   * whose parent has ended. Null when there is no such process. Time that an ended process used counts from when its
   * parent collects it; where none of the family does, it is lost.
   */
  usedMs(pid: number): number | null;
};

type ProcessTimes = {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Its own time and that of its collected children. */
  readonly usedMs: number;
};

/** Times in /proc are in hundredths of a second on every Linux, whatever the kernel counts in. */
const TICK_MS = 10;

/** Null where there is no /proc to read. */
export function readProcessorTimes(): ProcessorTimes | null {
  const processes = readProcesses();
  if (processes === null) return null;
  const byPid = new Map(processes.map((times) => [times.pid, times]));
  const byParent = Map.groupBy(processes, ({ parent }) => parent);
  const bySession = Map.groupBy(processes, ({ session }) => session);
  return {
    usedMs(pid) {
      const leader = byPid.get(pid);
      if (leader === undefined) return null;
      const family = new Set([leader, ...(bySession.get(pid) ?? [])]);
      // A set hands out what is added while it is walked.
      for (const member of family) {
        for (const child of byParent.get(member.pid) ?? []) family.add(child);
      }
      return [...family].reduce((sum, { usedMs }) => sum + usedMs, 0);
    },
  };
}

function readProcesses(): readonly ProcessTimes[] | null {
  try {
    const names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    // Some systems have a /proc without processes.
    return names.length === 0 ? null : names.flatMap((name) => readTimes(Number(name)));
  } catch {
    return null; // Not there, or not to be listed now: processor time is not seen this time.
  }
}

function readTimes(pid: number): readonly ProcessTimes[] {
  try {
    // As UTF-8 one call reads it whole, which a cycle's cost with many workers hangs on.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name is in parentheses and may hold anything; the numbers start after the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const number = (at: number) => Number(fields[at]);
    // utime, stime, cutime and cstime are the 14th to 17th of the file.
    const ticks = number(11) + number(12) + number(13) + number(14);
    return [{ pid, parent: number(1), session: number(3), usedMs: ticks * TICK_MS }];
  } catch {
    return []; // It ended since the folder was listed.
  }
}
