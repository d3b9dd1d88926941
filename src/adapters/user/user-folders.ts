// The user's folders outside every repository: one for settings and trust, one for this machine's state (ports, slots,
// ids). A repository's files have no influence on them.

import { accessSync, constants, lstatSync, mkdirSync, type Stats, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import process from "node:process";
import type { Environment } from "../../core/worker/worker-environment.ts";
import { describeFileError } from "../file-system/file-error.ts";
import { PRIVATE_FOLDER_MODE } from "../file-system/private-modes.ts";
import { makePrivateFolder } from "../file-system/state-folder.ts";

const PROGRAM_FOLDER = "dataface-tasks";
const OWNER_MODE_BITS = 0o700;
const ROOT = 0;

export type UserFolders = {
  /** Absolute: settings and trust. May not exist yet. */
  readonly config: string;
  /** Absolute: ports, slots, ids, keys. May not exist yet. */
  readonly state: string;
};

/**
 * `$XDG_CONFIG_HOME/dataface-tasks` and `$XDG_STATE_HOME/dataface-tasks`, with the defaults below the home folder if
 * those are unset or relative (XDG Base Directory 0.8 ignores relative ones). `TASKS_HOME` moves both. Touches nothing.
 */
export function userFolders(env: Environment): UserFolders {
  const moved = env["TASKS_HOME"] ?? "";
  if (isAbsolute(moved)) return { config: join(moved, "config"), state: join(moved, "state") };
  const home = env["HOME"] || homedir();
  return {
    config: join(absoluteOr(env["XDG_CONFIG_HOME"], join(home, ".config")), PROGRAM_FOLDER),
    state: join(absoluteOr(env["XDG_STATE_HOME"], join(home, ".local", "state")), PROGRAM_FOLDER),
  };
}

/**
 * Creates one of the folders with its parents, private to the user (0700), or corrects its mode. Throws what the file
 * system throws, and ENOTDIR for a link in its place.
 */
export function prepareUserFolder(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true, mode: PRIVATE_FOLDER_MODE });
  makePrivateFolder(folder);
}

/** Why one of the folders cannot be used or created ("it is a link"); else null. Touches nothing. */
export function userFolderProblem(folder: string): string | null {
  try {
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) return parentProblem(dirname(folder));
    if (stat.isSymbolicLink()) return "it is a link";
    return folderProblem(folder, stat);
  } catch (error) {
    return describeFileError(error);
  }
}

/** Checks the nearest existing parent, in which the rest would be created. */
function parentProblem(above: string): string | null {
  const stat = statSync(above, { throwIfNoEntry: false });
  if (stat === undefined) return parentProblem(dirname(above));
  if (!stat.isDirectory()) return "its parent is not a folder";
  accessSync(above, constants.W_OK | constants.X_OK);
  return null;
}

function folderProblem(folder: string, stat: Stats): string | null {
  if (!stat.isDirectory()) return "it is not a folder";
  const user = process.geteuid?.() ?? stat.uid;
  if (stat.uid !== user) return "it belongs to another user";
  if (user !== ROOT && (stat.mode & OWNER_MODE_BITS) !== OWNER_MODE_BITS)
    return "its user may not write to it";
  accessSync(folder, constants.W_OK);
  return null;
}

function absoluteOr(path: string | undefined, fallback: string): string {
  return path !== undefined && isAbsolute(path) ? path : fallback;
}
