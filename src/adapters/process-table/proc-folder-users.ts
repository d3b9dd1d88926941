// Who works in a folder, from /proc of a Linux machine: processes whose current folder, or a file they have open, is in
// it or below. Of processes of other users the system says nothing.

import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { type FolderUser, isDeadState } from "./process-facts.ts";

/** Times of processes are in hundredths of a second since the start of the machine, on every Linux. */
const TICK_MS = 10;
/** A process that has more files open is a server of something else; the rest is not looked at. */
const OPEN_FILES_MAX = 1_024;

/** By folder. One pass over `pids`, whatever the number of folders. */
export function readFolderUsers(
  pids: readonly number[],
  folders: readonly string[],
): ReadonlyMap<string, readonly FolderUser[]> {
  const users = new Map<string, FolderUser[]>(folders.map((folder) => [folder, []]));
  const places = folders.flatMap((folder) => placeOf(folder));
  if (places.length === 0) return users;
  const uptimeMs = readUptimeMs();
  for (const pid of pids) {
    const used = foldersUsedBy(pid, places);
    const user = used.length === 0 ? null : readUser(pid, uptimeMs);
    if (user === null || user.isDead) continue;
    for (const folder of used) users.get(folder)?.push(user);
  }
  return users;
}

/** A folder as it was asked for, and as the system calls it. */
type Place = { readonly folder: string; readonly real: string };

/** None for a folder that is gone. */
function placeOf(folder: string): readonly Place[] {
  try {
    return [{ folder, real: realpathSync.native(folder) }];
  } catch {
    return [];
  }
}

function foldersUsedBy(pid: number, places: readonly Place[]): readonly string[] {
  const paths = [readLink(`/proc/${pid}/cwd`), ...openFilesOf(pid)];
  const isUsed = ({ real }: Place) => paths.some((path) => path === real || path.startsWith(`${real}${sep}`));
  return places.filter(isUsed).map(({ folder }) => folder);
}

function openFilesOf(pid: number): readonly string[] {
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).slice(0, OPEN_FILES_MAX);
    return descriptors.map((descriptor) => readLink(`/proc/${pid}/fd/${descriptor}`));
  } catch {
    return []; // It is gone, or another user's.
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function readUser(pid: number, uptimeMs: number): FolderUser | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name is in parentheses and may hold anything; what follows the last one starts with field 3.
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    const [state = "X", parent, group, , terminal] = fields;
    const start = fields[19] ?? "";
    return {
      pid,
      parent: Number(parent),
      group: Number(group),
      start,
      isDead: isDeadState(state),
      name: stat.slice(stat.indexOf("(") + 1, end),
      hasTerminal: terminal !== "0",
      ageMs: Math.max(0, uptimeMs - Number(start) * TICK_MS),
    };
  } catch {
    return null; // It is gone.
  }
}

function readUptimeMs(): number {
  return Number.parseFloat(readFileSync("/proc/uptime", "latin1")) * 1000;
}
