// The files of a run: `.tasks/task_manager/runs/<id>/`, private to the user like all of `.tasks/`.

import { type BigIntStats, closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunId } from "../../core/contract/run.ts";
import { OPEN_SAFELY } from "../file-system/opened-file.ts";
import { replaceSmallFile } from "../file-system/replace-small-file.ts";
import { makePrivateFolder, prepareStateFolder } from "../file-system/state-folder.ts";

export const LINE_FEED = 10;

export const PROMPT_FILE = "prompt.md";
/** What an agent does now (core/agent/activity), replaced as a whole. */
export const ACTIVITY_FILE = "activity.json";

/** An output in two files: `newest` is rotated to `older`, and `start` notes how much came before. */
export type OutputFiles = { readonly newest: string; readonly older: string; readonly start: string };
/** All that the worker's processes print. */
export const LOG: OutputFiles = { newest: "log", older: "log.1", start: "log.start" };
/** What the agent did: core/agent/lines/stored-event.ts. */
export const EVENTS: OutputFiles = { newest: "events", older: "events.1", start: "events.start" };

const RUNS_FOLDER = "runs";
const SAFE_NAME = /^[\w-]{1,100}$/;

/** `stateFolder` is `.tasks/task_manager` of a repository, absolute, without links. */
export function runsFolder(stateFolder: string): string {
  return join(stateFolder, RUNS_FOLDER);
}

export const isRunFolderName = (name: string): boolean => SAFE_NAME.test(name);

/** Ids are ours; one that is not a plain name comes from a damaged store. */
export function runFolder(stateFolder: string, id: RunId): string {
  if (!isRunFolderName(id)) throw new Error("A run has an id that cannot be the name of a folder.");
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
 * The offset in the whole output at which its newest file begins, so that followers can say how far they have read
 * even after the oldest part was dropped. Written before that file is rotated, and naming it: if the process dies in
 * between, the note is known to be early.
 */
export type OutputStart = {
  /** The file being rotated: while the newest is still this one, it begins at `previous`. */
  readonly aside: string;
  readonly previous: number;
  readonly start: number;
};

/** Identifies the file, whatever its name. Inode numbers are only reused once a file is gone, and both files are kept. */
export function fileName({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** Null if the output was never rotated, or the note is missing or damaged. */
export function readOutputStart(folder: string, { start }: OutputFiles): OutputStart | null {
  try {
    const read: unknown = JSON.parse(readNote(join(folder, start)));
    return isOutputStart(read) ? read : null;
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
export function writeOutputStart(folder: string, { start }: OutputFiles, note: OutputStart): void {
  replaceSmallFile(join(folder, start), JSON.stringify(note));
}

/** Where this file begins. Without a note, the older file is all that came before. */
export function beginningOf(file: string, start: OutputStart | null, olderBytes: number): number {
  if (start === null) return olderBytes;
  return file === start.aside ? start.previous : start.start;
}

function isOutputStart(value: unknown): value is OutputStart {
  if (typeof value !== "object" || value === null) return false;
  const { aside, previous, start } = value as Record<string, unknown>;
  return typeof aside === "string" && Number.isSafeInteger(previous) && Number.isSafeInteger(start);
}
