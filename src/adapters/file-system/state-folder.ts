// `.tasks/`: where the manager keeps what is its own, inside the repository and invisible to git (invariant 12).

import { chmodSync, lstatSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "./file-error.ts";

const STATE_ROOT = ".tasks";
const PRIVATE_FOLDER_MODE = 0o700;
const PRIVATE_FILE_MODE = 0o600;
const OTHERS_MODE_BITS = 0o077;

/**
 * Makes the folder, private to its user, with a `.gitignore` that hides everything in it: in `.tasks/` when the folder
 * is right under it, else in the folder itself. Safe to call again. Throws what the file system throws, and refuses a
 * `.tasks` that is a link: a repository must not choose where the manager writes. The folder it lies in is never made:
 * where a repository was moved away, an empty one in its place would be in the way when it is moved back.
 */
export function prepareStateFolder(folder: string): void {
  const parent = dirname(folder);
  const root = basename(parent) === STATE_ROOT ? parent : folder;
  makePrivateFolder(root);
  hideFromGit(root);
  makePrivateFolder(folder);
}

/** A folder of its user's only, no link; the one it lies in must be there. Safe to call again. */
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
    // Another process was quicker.
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
  // An empty one is what a full disk left of an earlier attempt. Git itself does not read one that is a link.
  if (stats?.isFile() && stats.size > 0) return;
  if (stats !== undefined) rmSync(file, { recursive: true, force: true });
  try {
    writeFileSync(file, "*\n", { flag: "wx", mode: PRIVATE_FILE_MODE });
  } catch (error) {
    // Another process was quicker.
    if (errorCode(error) !== "EEXIST") throw error;
  }
}
