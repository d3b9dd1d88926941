// The processes of a Linux machine, from /proc.

import { readFileSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { readInheritedMark } from "./inherited-mark.ts";
import { listPids, openFilesOf, type ProcStat, readLink, readStat, readText, TICK_MS } from "./proc.ts";
import {
  type FolderUser,
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
        const mark = parseMark(readText(`/proc/${pid}/environ`), "\0");
        if (mark !== null) marks.set(pid, mark);
      }
      return marks;
    },
    readInherited: readInheritedMark,
    readUsers: (folders) => readFolderUsers(listPids(), folders),
  };
}

function readPlace(): string | null {
  const boot = readText("/proc/sys/kernel/random/boot_id").trim();
  const namespace = readLink("/proc/self/ns/pid");
  return boot === "" || namespace === "" ? null : `linux:${boot}:${namespace}`;
}

function readProcess(pid: number): ProcessFacts | null {
  const stat = readStat(pid);
  return stat === null ? null : factsOf(pid, stat);
}

function factsOf(pid: number, { fields }: ProcStat): ProcessFacts {
  const [state = "X", parent, group] = fields;
  const start = fields[19] ?? "";
  return { pid, parent: Number(parent), group: Number(group), start, isDead: isDeadState(state) };
}

/** A process with more open files is a server of something else; the rest is not read. */
const OPEN_FILES_MAX = 1_024;

/**
 * Which processes work in a folder: their current folder, or a file they have open, is in it or below. Of processes of
 * other users the system shows nothing. One pass over `pids`, whatever the number of folders.
 */
function readFolderUsers(
  pids: readonly number[],
  folders: readonly string[],
): ReadonlyMap<string, readonly FolderUser[]> {
  const users = new Map<string, FolderUser[]>(folders.map((folder) => [folder, []]));
  const places = folders.flatMap((folder) => placeOf(folder));
  if (places.length === 0) return users;
  const uptimeMs = Number.parseFloat(readFileSync("/proc/uptime", "latin1")) * 1000;
  for (const pid of pids) {
    const used = foldersUsedBy(pid, places);
    const user = used.length === 0 ? null : readUser(pid, uptimeMs);
    if (user === null || user.isDead) continue;
    for (const folder of used) users.get(folder)?.push(user);
  }
  return users;
}

/** A folder as the caller names it, and its real path. */
type Place = { readonly folder: string; readonly real: string };

/** Empty for a folder that is gone. */
function placeOf(folder: string): readonly Place[] {
  try {
    return [{ folder, real: realpathSync.native(folder) }];
  } catch {
    return [];
  }
}

function foldersUsedBy(pid: number, places: readonly Place[]): readonly string[] {
  const paths = [readLink(`/proc/${pid}/cwd`), ...openFilesOf(pid, OPEN_FILES_MAX)];
  const isUsed = ({ real }: Place) => paths.some((path) => path === real || path.startsWith(`${real}${sep}`));
  return places.filter(isUsed).map(({ folder }) => folder);
}

function readUser(pid: number, uptimeMs: number): FolderUser | null {
  const stat = readStat(pid);
  if (stat === null) return null;
  const facts = factsOf(pid, stat);
  const ageMs = Math.max(0, uptimeMs - Number(facts.start) * TICK_MS);
  return { ...facts, name: stat.name, hasTerminal: stat.fields[4] !== "0", ageMs };
}
