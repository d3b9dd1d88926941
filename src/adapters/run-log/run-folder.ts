// The files of a run: `.tasks/task_manager/runs/<id>/`, private to the user like all of `.tasks/`.

import { type BigIntStats, closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunId } from "../../core/contract/run.ts";
import { OPEN_SAFELY } from "../file-system/opened-file.ts";
import { replaceSmallFile } from "../file-system/replace-small-file.ts";
import { makePrivateFolder, prepareStateFolder } from "../file-system/state-folder.ts";

export const LINE_FEED = 10;

export const PROMPT_FILE = "prompt.md";
/** The output; its older half is rotated to `log.1`. */
export const LOG_FILE = "log";
export const OLDER_LOG_FILE = "log.1";
const LOG_START_FILE = "log.start";

const RUNS_FOLDER = "runs";
const SAFE_NAME = /^[\w-]{1,100}$/;

/** `stateFolder` is `.tasks/task_manager` of a repository, absolute, without links. */
export function runsFolder(stateFolder: string): string {
  return join(stateFolder, RUNS_FOLDER);
}

/** Ids are ours; one that is not a plain name comes from a damaged store. */
export function runFolder(stateFolder: string, id: RunId): string {
  if (!SAFE_NAME.test(id)) throw new Error("A run has an id that cannot be the name of a folder.");
  return join(runsFolder(stateFolder), id);
}

/** Creates it if necessary, and returns it. Throws what the file system throws. */
export function prepareRunFolder(stateFolder: string, id: RunId): string {
  const folder = runFolder(stateFolder, id);
  prepareStateFolder(stateFolder);
  makePrivateFolder(runsFolder(stateFolder));
  makePrivateFolder(folder);
  return folder;
}

/**
 * The offset in a run's whole output at which the file `log` begins, so that followers can say how far they have read
 * even after the oldest part was dropped. Written before `log` is rotated, and naming that file: if the process dies in
 * between, the note is known to be early.
 */
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
