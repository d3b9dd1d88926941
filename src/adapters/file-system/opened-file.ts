// Which file a descriptor really is. A path can be swapped for a link between any check and the opening, so the
// check is made on what was opened (S10).

import { constants, lstatSync, readlinkSync, realpathSync, type Stats } from "node:fs";
import { open } from "node:fs/promises";

/**
 * Read only, no link as the last step, and no waiting for the other end of a pipe that is called `task.md`.
 * Windows has neither flag, nor the pipes; its links are caught by `isOpenedAt`.
 */
export const OPEN_SAFELY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Larger task files are refused: two hundred times a long one, and small enough to parse at once (S15). */
export const FILE_BYTES_MAX = 1024 * 1024;

/** What Linux puts behind the path of a file that was deleted or replaced since it was opened. */
const DELETED = Buffer.from(" (deleted)");

/**
 * True when `descriptor` is the file at `absolute` with no link anywhere on the way; `absolute` must start at a real path.
 * On Linux the kernel says where the file is, or was until it was replaced. Elsewhere the path must lead to the same
 * inode without links.
 */
export function isOpenedAt(absolute: string | Buffer, descriptor: number, opened: Stats): boolean {
  const wanted = Buffer.from(absolute);
  const actual = descriptorPath(descriptor);
  if (actual !== null) return actual.equals(wanted) || actual.equals(Buffer.concat([wanted, DELETED]));
  try {
    if (!realpathSync.native(absolute, "buffer").equals(wanted)) return false;
    const now = lstatSync(absolute);
    return now.ino === opened.ino && now.dev === opened.dev;
  } catch {
    // Gone or unreachable in the meantime: then it is not there.
    return false;
  }
}

/** A regular file's bytes; null for anything else, also for a file that is too large. Throws what opening throws. */
export async function readRegularFile(absolute: string): Promise<Buffer | null> {
  const handle = await open(absolute, OPEN_SAFELY);
  try {
    const stats = await handle.stat();
    return stats.isFile() && stats.size <= FILE_BYTES_MAX ? await handle.readFile() : null;
  } finally {
    await handle.close();
  }
}

/** This process's descriptors, on Linux. Under its number, since following `/proc/self` for each of 10,000 files costs 8 ms. */
export const DESCRIPTORS = `/proc/${process.pid}/fd/`;

/** Where the kernel says an open file is; null where it cannot be asked (no /proc). */
export function descriptorPath(descriptor: number): Buffer | null {
  if (process.platform !== "linux") return null;
  try {
    return readlinkSync(DESCRIPTORS + descriptor, { encoding: "buffer" });
  } catch {
    return null;
  }
}
