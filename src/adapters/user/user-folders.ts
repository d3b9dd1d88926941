// The user's own folders outside every repository: settings and trust in one, what the machine has to remember (ports,
// slots, ids) in the other. A repository's files decide nothing about them.

import { accessSync, constants, lstatSync, mkdirSync, type Stats, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import process from "node:process";
import { describeFileError } from "../file-system/file-error.ts";
import { makePrivateFolder } from "../file-system/state-folder.ts";

const PROGRAM_FOLDER = "dataface-tasks";
const PRIVATE_FOLDER_MODE = 0o700;
const OWNER_MODE_BITS = 0o700;
const ROOT = 0;

export type UserFolders = {
  /** Absolute: settings and trust. May not exist yet. */
  readonly config: string;
  /** Absolute: ports, slots, ids, keys. May not exist yet. */
  readonly state: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where they are: `$XDG_CONFIG_HOME/dataface-tasks` and `$XDG_STATE_HOME/dataface-tasks`, below the home folder where
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
 * Makes one of the folders with all above it, private to its user (0700); mends the mode of one that is there. Throws
 * what the file system throws, and ENOTDIR for a link in its place.
 */
export function prepareUserFolder(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true, mode: PRIVATE_FOLDER_MODE });
  makePrivateFolder(folder);
}

/** Why one of the folders cannot be used, or made where there is none yet: "it is a link". Null: it can. Touches nothing. */
export function ownFolderFlaw(folder: string): string | null {
  try {
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) return placeFlaw(dirname(folder));
    if (stat.isSymbolicLink()) return "it is a link";
    return folderFlaw(folder, stat);
  } catch (error) {
    return describeFileError(error);
  }
}

/** Of the nearest folder above that is there: the rest is made in it. */
function placeFlaw(above: string): string | null {
  const stat = statSync(above, { throwIfNoEntry: false });
  if (stat === undefined) return placeFlaw(dirname(above));
  if (!stat.isDirectory()) return "what it lies in is not a folder";
  accessSync(above, constants.W_OK | constants.X_OK);
  return null;
}

function folderFlaw(folder: string, stat: Stats): string | null {
  if (!stat.isDirectory()) return "it is not a folder";
  const user = process.geteuid?.() ?? stat.uid;
  if (stat.uid !== user) return "it belongs to another user";
  if (user !== ROOT && (stat.mode & OWNER_MODE_BITS) !== OWNER_MODE_BITS)
    return "its user may not write in it";
  accessSync(folder, constants.W_OK);
  return null;
}

function absoluteOr(path: string | undefined, fallback: string): string {
  return path !== undefined && isAbsolute(path) ? path : fallback;
}
