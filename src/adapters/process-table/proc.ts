// What /proc of a Linux machine says about processes: proc(5). Processes may end at any moment; those of other users
// can only be read in part.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Times in /proc are in hundredths of a second on every Linux, whatever the kernel counts in. */
export const TICK_MS = 10;

/** Empty without /proc. */
export function listPids(): readonly number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
  } catch {
    return [];
  }
}

export type ProcStat = { readonly name: string; readonly fields: readonly string[] };

/** `fields` start with field 3, the state. Null when there is no such process. */
export function readStat(pid: number): ProcStat | null {
  try {
    // Read as UTF-8, a file takes one call: every worker and supervisor is read in each cycle.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name is in parentheses and may contain anything.
    const end = stat.lastIndexOf(")");
    return { name: stat.slice(stat.indexOf("(") + 1, end), fields: stat.slice(end + 2).split(" ") };
  } catch {
    return null;
  }
}

/** Targets of its open descriptors: paths, `socket:[<inode>]`. Empty for a process of another user. */
export function openFilesOf(pid: number, limit = Number.POSITIVE_INFINITY): readonly string[] {
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).slice(0, limit);
    return descriptors.map((descriptor) => readLink(`/proc/${pid}/fd/${descriptor}`));
  } catch {
    return [];
  }
}

/** Empty for a file that cannot be read: of a process of another user, or one that is gone. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** Empty for a link that cannot be read. */
export function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** Tables of TCP sockets: proc_pid_net(5). */
export const SOCKET_TABLES = ["/proc/net/tcp", "/proc/net/tcp6"];

/** A port as those tables write it. */
export function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}
