// The processes of a Linux machine, from /proc.

import { readFileSync, readlinkSync } from "node:fs";
import { readInheritedMark } from "./inherited-mark.ts";
import { listPids, readStat } from "./proc.ts";
import { readFolderUsers } from "./proc-folder-users.ts";
import {
  isDeadState,
  type ProcessFacts,
  type ProcessMark,
  type ProcessSystem,
  parseMark,
} from "./process-facts.ts";

export function createProcProcesses(): ProcessSystem {
  return {
    place: readPlace(),
    read: readProcess,
    readAll: () => listPids().flatMap((pid) => readProcess(pid) ?? []),
    readMarks: (pids) => {
      const marks = new Map<number, ProcessMark>();
      for (const pid of pids) {
        const mark = parseMark(readEnvironment(pid), "\0");
        if (mark !== null) marks.set(pid, mark);
      }
      return marks;
    },
    readInherited: readInheritedMark,
    readUsers: (folders) => readFolderUsers(listPids(), folders),
  };
}

function readPlace(): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return `linux:${boot}:${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return null;
  }
}

function readProcess(pid: number): ProcessFacts | null {
  const stat = readStat(pid);
  if (stat === null) return null;
  const [state = "X", parent, group] = stat.fields;
  const start = stat.fields[19] ?? "";
  return { pid, parent: Number(parent), group: Number(group), start, isDead: isDeadState(state) };
}

/** Empty for a process of another user, and for one that is gone. */
function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}
