// Opens files safely, and checks which file a descriptor is: a path can be replaced by a link between a check and
// opening it, so the check is made on the opened file (S10).

import { constants, lstatSync, readlinkSync, readSync, realpathSync, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import { retryInterrupted } from "./file-error.ts";

/**
 * Read only, no link as the last step, and no waiting for the other end of a pipe named `task.md`. Windows has neither
 * the flags nor such pipes; `isOpenedAt` catches its links.
 */
export const OPEN_SAFELY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Larger task files are refused: 200 times a long one, and small enough to parse in one go (S15). */
export const FILE_BYTES_MAX = 1024 * 1024;

/** What Linux appends to the path of a file that was deleted or replaced since it was opened. */
const DELETED = Buffer.from(" (deleted)");

/**
 * True if `descriptor` is the file at `absolute` with no link anywhere in the path; `absolute` must start at a real
 * path. On Linux the kernel reports where the file is, or was before it was replaced. Elsewhere the path must lead to
 * the same inode without links.
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

/** This process's descriptors on Linux. By pid, since following `/proc/self` for each of 10,000 files costs 8 ms. */
export const DESCRIPTORS = `/proc/${process.pid}/fd/`;

/** The path of an open file, from the kernel; null without /proc. */
export function descriptorPath(descriptor: number): Buffer | null {
  if (process.platform !== "linux") return null;
  try {
    return readlinkSync(DESCRIPTORS + descriptor, { encoding: "buffer" });
  } catch {
    return null;
  }
}

/**
 * Fills `buffer` from `position` on, or from where the descriptor is (null), until it is full or the file ends. Returns
 * how many bytes were read.
 */
export function readFully(descriptor: number, buffer: Buffer, position: number | null): number {
  let length = 0;
  while (length < buffer.length) {
    const at = position === null ? null : position + length;
    const read = retryInterrupted(() => readSync(descriptor, buffer, length, buffer.length - length, at));
    if (read === 0) break;
    length += read;
  }
  return length;
}
