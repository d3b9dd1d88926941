// Our files in a repository: its author may have put a link in their place, through which another file would be
// written, truncated or given another mode (S26). Links are refused, never followed.

import { closeSync, constants, lstatSync, openSync, type Stats } from "node:fs";
import { basename } from "node:path";
import { errorCode } from "./file-error.ts";
import { PRIVATE_FILE_MODE } from "./private-modes.ts";

/** Creates or truncates; fails for a link as the last step, and does not wait for a pipe. Windows has neither flag. */
const WRITE_FLAGS =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_TRUNC |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** Null when there is nothing at the path. Throws ELOOP for a link and EINVAL for anything else that is not a file. */
export function statPlainFile(path: string): Stats | null {
  const stats = lstatSync(path, { throwIfNoEntry: false }) ?? null;
  if (stats === null || stats.isFile()) return stats;
  throw refusal(path, stats.isSymbolicLink() ? "ELOOP" : "EINVAL");
}

/**
 * Creates an empty file, private to its user, and never opens an existing one: closing it would drop this process's
 * locks on it (POSIX). Returns what was there before. Throws as `statPlainFile` does.
 */
export function makePlainFile(path: string): Stats | null {
  try {
    closeSync(openSync(path, "wx", PRIVATE_FILE_MODE));
    return null;
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    return statPlainFile(path);
  }
}

/** Opens it truncated for writing; a new one is private to its user. Throws as `statPlainFile` does. */
export function openPlainFileToWrite(path: string): number {
  statPlainFile(path);
  return openSync(path, WRITE_FLAGS, PRIVATE_FILE_MODE);
}

function refusal(path: string, code: "ELOOP" | "EINVAL"): Error {
  const what = code === "ELOOP" ? "is a link, and links are not followed" : "is not a file";
  return Object.assign(new Error(`${basename(path)} ${what}.`), { code, syscall: "open" });
}
