// Which processes work in a folder, on Linux: their current folder, or a file they have open, is in it or below. Of
// processes of other users the system shows nothing.

import { readFileSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { openFilesOf, readLink, readStat, TICK_MS } from "./proc.ts";
import { type FolderUser, isDeadState } from "./process-facts.ts";

/** A process with more open files is a server of something else; the rest is not read. */
const OPEN_FILES_MAX = 1_024;

/** By folder. One pass over `pids`, whatever the number of folders. */
export function readFolderUsers(
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
  const [state = "X", parent, group, , terminal] = stat.fields;
  const start = stat.fields[19] ?? "";
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    start,
    isDead: isDeadState(state),
    name: stat.name,
    hasTerminal: terminal !== "0",
    ageMs: Math.max(0, uptimeMs - Number(start) * TICK_MS),
  };
}
