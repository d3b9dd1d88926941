// The processor time of all processes of this machine, from one pass over /proc: what one worker and its descendants
// used is then computed in memory, and many workers cost no more reading than one.

import { listPids, readStat, TICK_MS } from "./proc.ts";

export type ProcessorTimes = {
  /**
   * Processor time of a process, its descendants, and its session, which includes those whose parent has ended. Null
   * when there is no such process. The time of an ended process counts once its parent collects it; otherwise it is
   * lost.
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

/** Null without /proc. */
export function readProcessorTimes(): ProcessorTimes | null {
  const processes = listPids().flatMap(readTimes);
  if (processes.length === 0) return null;
  const byPid = new Map(processes.map((times) => [times.pid, times]));
  const byParent = Map.groupBy(processes, ({ parent }) => parent);
  const bySession = Map.groupBy(processes, ({ session }) => session);
  return {
    usedMs(pid) {
      const leader = byPid.get(pid);
      if (leader === undefined) return null;
      const family = new Set([leader, ...(bySession.get(pid) ?? [])]);
      // Iterating a set includes what is added meanwhile.
      for (const member of family) {
        for (const child of byParent.get(member.pid) ?? []) family.add(child);
      }
      return [...family].reduce((sum, { usedMs }) => sum + usedMs, 0);
    },
  };
}

function readTimes(pid: number): readonly ProcessTimes[] {
  const stat = readStat(pid);
  if (stat === null) return [];
  const number = (at: number) => Number(stat.fields[at]);
  // utime, stime, cutime and cstime are fields 14 to 17 of the file.
  const ticks = number(11) + number(12) + number(13) + number(14);
  return [{ pid, parent: number(1), session: number(3), usedMs: ticks * TICK_MS }];
}
