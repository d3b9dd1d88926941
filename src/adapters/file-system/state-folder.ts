// `.tasks/`: this program's own files in the repository, invisible to git (invariant 12).

import { chmodSync, lstatSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "./file-error.ts";
import { OTHERS_MODE_BITS, PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE } from "./private-modes.ts";

const STATE_ROOT = ".tasks";

/**
 * Creates the folder, private to its user, with a `.gitignore` that hides everything in it: in `.tasks/` if that is its
 * parent, else in the folder itself. Safe to call again. Throws what the file system throws, and refuses a `.tasks`
 * that is a link: a repository must not choose where this program writes. Its parent is never created: if the
 * repository was moved away, an empty folder would be in the way of moving it back.
 */
export function prepareStateFolder(folder: string): void {
  const parent = dirname(folder);
  const root = basename(parent) === STATE_ROOT ? parent : folder;
  makePrivateFolder(root);
  hideFromGit(root);
  makePrivateFolder(folder);
}

/** A folder private to its user, never a link; its parent must exist. Safe to call again. */
export function makePrivateFolder(folder: string): void {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) makeFolder(folder);
  else if (!stat.isDirectory()) throw notAFolder(folder);
  else if ((stat.mode & OTHERS_MODE_BITS) !== 0) chmodSync(folder, PRIVATE_FOLDER_MODE);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: PRIVATE_FOLDER_MODE });
  } catch (error) {
    // Another process may have been faster.
    if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function notAFolder(folder: string): Error {
  const error = new Error(`${basename(folder)} is not a folder, or is a link.`);
  return Object.assign(error, { code: "ENOTDIR", syscall: "mkdir" });
}

function hideFromGit(root: string): void {
  const file = join(root, ".gitignore");
  const stats = lstatSync(file, { throwIfNoEntry: false });
  // An empty one is left over from a full disk. Git does not read one that is a link.
  if (stats?.isFile() && stats.size > 0) return;
  if (stats !== undefined) rmSync(file, { recursive: true, force: true });
  try {
    writeFileSync(file, "*\n", { flag: "wx", mode: PRIVATE_FILE_MODE });
  } catch (error) {
    // Another process may have been faster.
    if (errorCode(error) !== "EEXIST") throw error;
  }
}
