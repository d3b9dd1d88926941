// The processes of a Linux machine, from /proc: proc(5).

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readInheritedMark } from "./inherited-mark.ts";
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

function listPids(): readonly number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
  } catch {
    return [];
  }
}

function readProcess(pid: number): ProcessFacts | null {
  try {
    // As UTF-8 one call reads it whole: every worker and supervisor is seen in each cycle.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name is in parentheses and may hold anything; what follows the last one starts with field 3.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state = "X", parent, group] = fields;
    const start = fields[19] ?? "";
    return { pid, parent: Number(parent), group: Number(group), start, isDead: isDeadState(state) };
  } catch {
    // It is gone.
    return null;
  }
}

/** Empty for a process of another user, and for one that is gone. */
function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}
