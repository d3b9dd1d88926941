// Files of ours below a repository: whoever made the repository may have put a link in their place, and what is opened
// through it would be written, emptied or given another mode somewhere else (S26). Links are refused, never followed.

import { closeSync, constants, lstatSync, openSync, type Stats } from "node:fs";
import { basename } from "node:path";
import { errorCode } from "./file-error.ts";

const PRIVATE_FILE_MODE = 0o600;
/** Makes or empties; a link as the last step is an error, and a pipe is not waited for. Windows has neither flag. */
const WRITE_FLAGS =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_TRUNC |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** What is at the path; null when there is nothing. Throws ELOOP for a link and EINVAL for anything else but a file. */
export function statPlainFile(path: string): Stats | null {
  const stats = lstatSync(path, { throwIfNoEntry: false }) ?? null;
  if (stats === null || stats.isFile()) return stats;
  throw refusal(path, stats.isSymbolicLink() ? "ELOOP" : "EINVAL");
}

/**
 * Makes an empty file, private to its user, and never opens one that is there: closing it again would drop the locks
 * that this process has on it (POSIX). Returns what was there before. Throws as `lookAtPlainFile` does.
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

/** Opens for writing from its start, private to its user where it is new. Throws as `lookAtPlainFile` does. */
export function openPlainFileToWrite(path: string): number {
  statPlainFile(path);
  return openSync(path, WRITE_FLAGS, PRIVATE_FILE_MODE);
}

function refusal(path: string, code: "ELOOP" | "EINVAL"): Error {
  const what = code === "ELOOP" ? "is a link, and links are not followed" : "is not a file";
  return Object.assign(new Error(`${basename(path)} ${what}.`), { code, syscall: "open" });
}
