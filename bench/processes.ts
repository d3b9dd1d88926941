// What processes cost, read from /proc: processor time, memory, wake-ups.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Clock ticks per second of /proc/<pid>/stat on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The process and its children that are alive now. */
export function familyOf(pid: number): number[] {
  const children = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(pid)], { encoding: "utf8" });
  return [
    pid,
    ...children
      .split("\n")
      .filter((line) => line.includes("node"))
      .map((line) => Number.parseInt(line, 10)),
  ];
}

/** User and system time so far, in seconds. */
export function cpuSeconds(pids: readonly number[]): number {
  return sum(pids, (pid) => {
    // Everything after the command's name, which may hold spaces: fields 3 and on; 14 and 15 are user and system time.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  });
}

/** How often their main threads have gone to sleep, and so were woken up, so far. */
export function wakeUps(pids: readonly number[]): number {
  return sum(pids, (pid) => field(`/proc/${pid}/status`, "voluntary_ctxt_switches"));
}

/** Proportional set size: pages that several processes share count once, divided among them. */
export function proportionalMb(pids: readonly number[]): number {
  return sum(pids, (pid) => field(`/proc/${pid}/smaps_rollup`, "Pss")) / 1024;
}

export function residentMb(pids: readonly number[]): number {
  return sum(pids, (pid) => field(`/proc/${pid}/status`, "VmRSS")) / 1024;
}

/** The most that was resident since the process began. */
export function peakResidentMb(pid: number): number {
  return field(`/proc/${pid}/status`, "VmHWM") / 1024;
}

function field(file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(file, "utf8"))?.[1] ?? Number.NaN);
}

function sum(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + of(pid), 0);
}
