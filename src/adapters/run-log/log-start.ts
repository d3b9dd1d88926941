// The offset in a run's whole output at which the file `log` begins, so that followers can say how far they have read
// even after the oldest part was dropped. Written before `log` is rotated, and naming that file: if the process dies in
// between, the note is known to be early.

import { type BigIntStats, closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OPEN_SAFELY } from "../file-system/opened-file.ts";
import { replaceSmallFile } from "../file-system/replace-small-file.ts";
import { LOG_START_FILE } from "./run-folder.ts";

export type LogStart = {
  /** The file being rotated: while `log` is still this one, it begins at `previous`. */
  readonly aside: string;
  readonly previous: number;
  readonly start: number;
};

/** Identifies the file, whatever its name. Inode numbers are only reused once a file is gone, and both files are kept. */
export function fileName({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** Null if the log was never rotated, or the note is missing or damaged. */
export function readLogStart(folder: string): LogStart | null {
  try {
    const read: unknown = JSON.parse(readNote(join(folder, LOG_START_FILE)));
    return isLogStart(read) ? read : null;
  } catch {
    return null;
  }
}

function readNote(path: string): string {
  const descriptor = openSync(path, OPEN_SAFELY);
  try {
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}

/** Atomic. Throws what the file system throws. */
export function writeLogStart(folder: string, start: LogStart): void {
  replaceSmallFile(join(folder, LOG_START_FILE), JSON.stringify(start));
}

/** Where this file begins. Without a note, `log.1` is all that came before. */
export function beginningOf(file: string, start: LogStart | null, olderBytes: number): number {
  if (start === null) return olderBytes;
  return file === start.aside ? start.previous : start.start;
}

function isLogStart(value: unknown): value is LogStart {
  if (typeof value !== "object" || value === null) return false;
  const { aside, previous, start } = value as Record<string, unknown>;
  return typeof aside === "string" && Number.isSafeInteger(previous) && Number.isSafeInteger(start);
}
